//! What is read of the interface's answers. Only these fields are asked for, and only these are kept
//! as evidence: whatever names an author is not among them.

use serde::{Deserialize, Serialize};

use crate::sources::handle::without_handles;

/// One page of a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) next_page_token: Option<String>,
    #[serde(default = "Vec::new")]
    pub(super) items: Vec<T>,
}

/// What one kind of list is called, which parts and fields of it are asked for, and how `@names` in
/// its words are cut.
pub(super) trait Item {
    const RESOURCE: &'static str;
    const PART: &'static str;
    const FIELDS: &'static str;

    fn cut_handles(&mut self) {}
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) id: FoundId,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoundId {
    pub(super) video_id: Option<String>,
}

impl Item for Found {
    const RESOURCE: &'static str = "search";
    const PART: &'static str = "id";
    const FIELDS: &'static str = "nextPageToken,items(id(videoId))";
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) content_details: ChannelDetails,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChannelDetails {
    pub(super) related_playlists: Playlists,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Playlists {
    pub(super) uploads: String,
}

impl Item for Channel {
    const RESOURCE: &'static str = "channels";
    const PART: &'static str = "contentDetails";
    const FIELDS: &'static str = "items(id,contentDetails(relatedPlaylists(uploads)))";
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Upload {
    pub(super) content_details: UploadDetails,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UploadDetails {
    pub(super) video_id: String,
}

impl Item for Upload {
    const RESOURCE: &'static str = "playlistItems";
    const PART: &'static str = "contentDetails";
    const FIELDS: &'static str = "nextPageToken,items(contentDetails(videoId))";
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Video {
    pub(super) id: String,
    pub(super) snippet: VideoSnippet,
    #[serde(default)]
    pub(super) statistics: Statistics,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VideoSnippet {
    #[serde(default)]
    pub(super) title: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) published_at: String,
}

/// Counts come as text.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Statistics {
    pub(super) like_count: Option<String>,
    pub(super) comment_count: Option<String>,
}

impl Item for Video {
    const RESOURCE: &'static str = "videos";
    const PART: &'static str = "snippet,statistics";
    const FIELDS: &'static str =
        "items(id,snippet(title,description,publishedAt),statistics(likeCount,commentCount))";

    fn cut_handles(&mut self) {
        self.snippet.title = without_handles(&self.snippet.title);
        self.snippet.description = without_handles(&self.snippet.description);
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Thread {
    pub(super) id: String,
    pub(super) snippet: ThreadSnippet,
    pub(super) replies: Option<Replies>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ThreadSnippet {
    pub(super) top_level_comment: Comment,
    #[serde(default)]
    pub(super) total_reply_count: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Replies {
    #[serde(default)]
    pub(super) comments: Vec<Comment>,
}

impl Item for Thread {
    const RESOURCE: &'static str = "commentThreads";
    const PART: &'static str = "snippet,replies";
    const FIELDS: &'static str = "etag,nextPageToken,items(id,snippet(totalReplyCount,\
        topLevelComment(id,snippet(textDisplay,likeCount,publishedAt))),\
        replies(comments(id,snippet(parentId,textDisplay,likeCount,publishedAt))))";

    fn cut_handles(&mut self) {
        self.snippet.top_level_comment.cut_handles();
        let replies = self
            .replies
            .iter_mut()
            .flat_map(|below| &mut below.comments);
        replies.for_each(Comment::cut_handles);
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Comment {
    pub(super) id: String,
    pub(super) snippet: CommentSnippet,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CommentSnippet {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parent_id: Option<String>,
    #[serde(default)]
    pub(super) text_display: String,
    #[serde(default)]
    pub(super) like_count: u32,
    pub(super) published_at: String,
}

impl Item for Comment {
    const RESOURCE: &'static str = "comments";
    const PART: &'static str = "snippet";
    const FIELDS: &'static str =
        "nextPageToken,items(id,snippet(parentId,textDisplay,likeCount,publishedAt))";

    fn cut_handles(&mut self) {
        self.snippet.text_display = without_handles(&self.snippet.text_display);
    }
}

/// Only whether it is there.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StandingVideo {
    pub(super) id: String,
}

impl Item for StandingVideo {
    const RESOURCE: &'static str = "videos";
    const PART: &'static str = "id";
    const FIELDS: &'static str = "items(id)";
}

/// Only whether it is there.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StandingComment {
    pub(super) id: String,
}

impl Item for StandingComment {
    const RESOURCE: &'static str = "comments";
    const PART: &'static str = "id";
    const FIELDS: &'static str = "items(id)";
}
