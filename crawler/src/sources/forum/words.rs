//! The own words of a post: quotes of others, names of members and the furniture of forum software
//! are cut.

use dom_query::Document;

use crate::sources::handle::without_handles;

/// Quotes, as XenForo, Discourse, vBulletin and phpBB mark them. A bare `blockquote` is a quote too.
const QUOTES: &str = "aside.quote, blockquote, .bbCodeBlock--quote, .bbcode_quote, .quotetitle";

/// Links to members, and their pictures.
const MEMBERS: &str = "a.mention, a.mention-group, span.mention, a.username, a[data-user-id], \
    a[href*='/members/'], a[href^='/u/'], a[href*='/u/'], img.avatar, .avatar, .username, \
    .js-attribution";

/// What software adds around a post.
const FURNITURE: &str = ".bbCodeBlock-expandLink, .lightbox-wrapper .meta, .message-signature, \
    script, style";

/// A post without what somebody else said and without every name of a member; still HTML.
pub(super) fn own_words(html: &str) -> String {
    let document = Document::fragment(html);
    document.select(QUOTES).remove();
    document.select(MEMBERS).remove();
    document.select(FURNITURE).remove();
    cut_footer(&document);
    let body = document.select("body");
    let html = if body.exists() {
        body.inner_html()
    } else {
        document.html()
    };
    without_handles(&html)
}

/// Topic and number of the post that a post of Discourse quotes first.
pub(super) fn first_quoted(html: &str) -> Option<(u64, u64)> {
    let document = Document::fragment(html);
    let quotes = document.select("aside.quote[data-post][data-topic]");
    quotes.iter().find_map(|quote| {
        let number = |name| quote.attr(name)?.parse::<u64>().ok();
        Some((number("data-topic")?, number("data-post")?))
    })
}

/// Feeds of forums end an entry with a count of posts and a link to the whole thread.
fn cut_footer(document: &Document) {
    for last in &document.select("p, a, small") {
        let text = last.text();
        let text = text.trim();
        let is_link = matches!(
            text.to_lowercase().as_str(),
            "read full topic" | "read more" | "đọc thêm" | "đọc toàn bộ chủ đề" | "xem thêm"
        );
        if is_link || is_count(text) {
            last.remove();
        }
    }
}

/// `12 posts - 5 participants`, as Discourse writes below an entry.
fn is_count(text: &str) -> bool {
    let words = text.split_whitespace().collect::<Vec<_>>();
    let is_number = |word: &str| word.chars().all(|c| c.is_ascii_digit());
    match words.as_slice() {
        [
            n,
            "post" | "posts" | "bài",
            "-",
            m,
            "participant" | "participants",
        ] => is_number(n) && is_number(m),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::html_to_text;

    fn shown(html: &str) -> String {
        html_to_text(&own_words(html))
    }

    #[test]
    fn a_quote_of_xenforo_is_not_the_posts_own_word() {
        let html = r##"<div class="bbWrapper"><blockquote data-attributes="member: 98765" data-quote="nguyenvanbi"
            data-source="post: 4321" class="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote js-expandWatch">
            <div class="bbCodeBlock-title"><a href="/goto/post?id=4321" class="bbCodeBlock-sourceJump"
            data-xf-click="attribution" data-content-selector="#post-4321">nguyenvanbi said:</a></div>
            <div class="bbCodeBlock-content"><div class="bbCodeBlock-expandContent js-expandContent ">Hẻm tôi khô ráo</div>
            <div class="bbCodeBlock-expandLink js-expandLink"><a role="button">Click to expand...</a></div></div></blockquote>
            Hẻm tôi thì ngập, <a href="/members/tranthibup.555/" class="username" data-user-id="555"
            data-username="@tranthibup">@tranthibup</a> ạ</div>"##;
        assert_eq!(shown(html), "Hẻm tôi thì ngập, ạ");
    }

    #[test]
    fn a_quote_of_discourse_names_the_post_it_answers() {
        let html = r#"<aside class="quote no-group" data-username="nguyenvanbi" data-post="3" data-topic="12">
            <div class="title"><div class="quote-controls"></div><img alt="" width="24" height="24"
            src="/user_avatar/f.example/nguyenvanbi/48/1_2.png" class="avatar"> nguyenvanbi:</div>
            <blockquote><p>Xe buýt tới trễ</p></blockquote></aside>
            <p><a class="mention" href="/u/tranthibup">@tranthibup</a> tuyến 19 cũng vậy</p>"#;
        assert_eq!(first_quoted(html), Some((12, 3)));
        assert_eq!(shown(html), "tuyến 19 cũng vậy");
        assert!(!own_words(html).contains("nguyenvanbi"));
    }

    #[test]
    fn the_footer_of_a_feed_is_cut() {
        let html = r#"<p>Đèn đường tắt cả tuần</p><p><small>12 posts - 5 participants</small></p>
            <p><a href="https://f.example/t/den-duong/7">Read full topic</a></p>"#;
        assert_eq!(shown(html), "Đèn đường tắt cả tuần");
    }
}
