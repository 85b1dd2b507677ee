//! What is read of the Graph API's answers. `from` and everything else that names a person is
//! neither asked for nor kept; the evidence holds these fields only.

use serde::{Deserialize, Serialize};

use crate::sources::handle::without_handles;

/// One page of a list.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Page<T> {
    #[serde(default = "Vec::new")]
    pub(super) data: Vec<T>,
    /// Read, never kept: the addresses in it carry the token.
    #[serde(default, skip_serializing)]
    paging: Paging,
}

#[derive(Debug, Default, Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
    next: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Cursors {
    after: Option<String>,
}

impl<T> Page<T> {
    /// Where the next page begins; `None` on the last.
    pub(super) fn after(&self) -> Option<String> {
        self.paging.next?;
        self.paging.cursors.as_ref()?.after.clone()
    }
}

/// Words that name people by tags.
pub(super) trait Item {
    const FIELDS: &'static str;

    fn cut_names(&mut self);
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Post {
    pub(super) id: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default, skip_serializing)]
    message_tags: Tags,
    pub(super) created_time: String,
    #[serde(default)]
    pub(super) comments: Counted,
    #[serde(default)]
    pub(super) reactions: Counted,
    #[serde(default)]
    pub(super) shares: Shares,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Counted {
    #[serde(default)]
    pub(super) summary: Summary,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Summary {
    #[serde(default)]
    pub(super) total_count: u32,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Shares {
    #[serde(default)]
    pub(super) count: u32,
}

impl Item for Post {
    const FIELDS: &'static str = "id,message,message_tags,created_time,shares,\
        comments.filter(stream).limit(0).summary(total_count),\
        reactions.limit(0).summary(total_count)";

    fn cut_names(&mut self) {
        self.message = without_names(&self.message, &std::mem::take(&mut self.message_tags));
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Comment {
    pub(super) id: String,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default, skip_serializing)]
    message_tags: Tags,
    pub(super) created_time: String,
    /// The comment it replies to.
    #[serde(default)]
    pub(super) parent: Option<Parent>,
    #[serde(default)]
    pub(super) like_count: u32,
    #[serde(default, rename = "comment_count")]
    pub(super) n_replies: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Parent {
    pub(super) id: String,
}

impl Item for Comment {
    const FIELDS: &'static str =
        "id,message,message_tags,created_time,parent{id},like_count,comment_count";

    fn cut_names(&mut self) {
        self.message = without_names(&self.message, &std::mem::take(&mut self.message_tags));
    }
}

/// Where people, pages and groups are named in a message. Old versions of the interface give an
/// object of lists, newer ones a list.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "serde_json::Value")]
struct Tags(Vec<(usize, usize)>);

impl From<serde_json::Value> for Tags {
    fn from(value: serde_json::Value) -> Self {
        let lists = match value {
            serde_json::Value::Array(tags) => tags,
            serde_json::Value::Object(by_place) => {
                let lists = by_place.into_iter().map(|(_, tags)| tags);
                lists
                    .flat_map(|tags| tags.as_array().cloned().unwrap_or_default())
                    .collect()
            }
            _ => Vec::new(),
        };
        let spans = lists.iter().filter_map(|tag| {
            let number = |name| usize::try_from(tag.get(name)?.as_u64()?).ok();
            Some((number("offset")?, number("length")?))
        });
        Self(spans.collect())
    }
}

/// Cuts tagged names, counted in Unicode code points, and `@names`.
fn without_names(message: &str, tags: &Tags) -> String {
    let is_named = |at: usize| {
        tags.0
            .iter()
            .any(|(from, n)| (*from..from + n).contains(&at))
    };
    let kept = message.chars().enumerate();
    let kept = kept.filter(|(at, _)| !is_named(*at)).map(|(_, c)| c);
    without_handles(&kept.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tagged_names_are_cut_by_code_points() {
        let json = r#"{"id": "1_2", "created_time": "2026-11-18T03:00:00+0000",
            "message": "😡 Trần Thị Bưởi ơi, hẻm 12 ngập",
            "message_tags": [{"id": "777", "name": "Trần Thị Bưởi", "type": "user",
                              "offset": 2, "length": 13}],
            "from": {"id": "888", "name": "Nguyễn Văn Bí"}}"#;
        let mut comment: Comment = serde_json::from_str(json).unwrap();
        comment.cut_names();
        assert_eq!(comment.message, "😡  ơi, hẻm 12 ngập");
        let kept = serde_json::to_string(&comment).unwrap();
        for secret in ["Bưởi", "Bí", "777", "888"] {
            assert!(!kept.contains(secret), "{kept}");
        }
        let old = r#"{"id": "1_2", "created_time": "", "message": "Lan ơi",
            "message_tags": {"0": [{"id": "7", "name": "Lan", "offset": 0, "length": 3}]}}"#;
        let mut comment: Comment = serde_json::from_str(old).unwrap();
        comment.cut_names();
        assert_eq!(comment.message, " ơi");
    }

    #[test]
    fn the_token_in_the_address_of_the_next_page_is_not_kept() {
        let json = r#"{"data": [], "paging": {"cursors": {"before": "a", "after": "b"},
            "next": "https://graph.facebook.com/v26.0/1/posts?access_token=SECRET&after=b"}}"#;
        let page: Page<Comment> = serde_json::from_str(json).unwrap();
        assert_eq!(page.after().as_deref(), Some("b"));
        assert_eq!(serde_json::to_string(&page).unwrap(), r#"{"data":[]}"#);
        assert!(!format!("{page:?}").contains("SECRET"));
        let last = r#"{"data": [], "paging": {"cursors": {"before": "a", "after": "b"}}}"#;
        let page: Page<Comment> = serde_json::from_str(last).unwrap();
        assert_eq!(page.after(), None);
    }
}
