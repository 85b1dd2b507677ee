//! Posts as the interface gives them, and what is cut from them before anything is kept.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// What is read of a post. The fields of its author are not among them.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Status {
    pub(super) id: String,
    pub(super) created_at: String,
    pub(super) in_reply_to_id: Option<String>,
    #[serde(default)]
    pub(super) content: String,
    #[serde(default)]
    pub(super) spoiler_text: String,
    #[serde(default)]
    visibility: Option<String>,
    #[serde(default)]
    pub(super) favourites_count: u32,
    #[serde(default)]
    pub(super) replies_count: u32,
    #[serde(default)]
    pub(super) reblogs_count: u32,
}

/// Fields that name the author or other accounts, or lead to them.
const ACCOUNT_FIELDS: [&str; 10] = [
    "account",
    "mentions",
    "in_reply_to_account_id",
    "reblog",
    "quote",
    "url",
    "uri",
    "card",
    "application",
    "media_attachments",
];

impl Status {
    pub(super) fn moment(&self) -> Option<Timestamp> {
        self.created_at.parse().ok()
    }

    pub(super) fn is_public(&self) -> bool {
        let visibility = self.visibility.as_deref();
        visibility.is_none_or(|visibility| matches!(visibility, "public" | "unlisted"))
    }
}

/// Cuts every trace of accounts from a list of posts, and reads what is left; gives both, the list
/// as evidence. `Err` says where it cannot be read, without quoting it.
pub(super) fn read(body: &[u8], list_name: Option<&str>) -> Result<(Vec<u8>, Vec<Status>), String> {
    let place = |error: serde_json::Error| {
        format!(
            "unreadable at line {}, column {}",
            error.line(),
            error.column()
        )
    };
    let mut value = serde_json::from_slice::<Value>(body).map_err(place)?;
    if let Some(name) = list_name {
        value = value.get_mut(name).map(Value::take).unwrap_or_default();
    }
    let Value::Array(mut posts) = value else {
        return Err("no list of posts".to_owned());
    };
    posts.iter_mut().for_each(cut_accounts);
    let evidence = serde_json::to_vec(&posts).map_err(place)?;
    let posts = serde_json::from_value(Value::Array(posts)).map_err(place)?;
    Ok((evidence, posts))
}

/// The same for one post.
pub(super) fn read_one(body: &[u8]) -> Result<(Vec<u8>, Status), String> {
    let list = [b"[", body, b"]"].concat();
    let (evidence, mut posts) = read(&list, None)?;
    let post = posts.pop().filter(|_| posts.is_empty()).ok_or("no post")?;
    Ok((evidence, post))
}

fn cut_accounts(post: &mut Value) {
    let Value::Object(fields) = post else { return };
    fields.retain(|name, _| !ACCOUNT_FIELDS.contains(&name.as_str()));
    if let Some(Value::String(content)) = fields.get_mut("content") {
        *content = without_accounts(content);
    }
}

/// Cuts links to accounts, which Mastodon marks with the class `mention`; hashtags carry it too.
fn without_accounts(html: &str) -> String {
    let document = dom_query::Document::fragment(html);
    document
        .select("a.mention:not(.hashtag), a.u-url:not(.hashtag), .h-card")
        .remove();
    document.html().to_string()
}

/// Ids are numbers or sortable words: a longer one is younger, else the later in order.
pub(super) fn by_age(a: &str, b: &str) -> std::cmp::Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The youngest id of a page.
pub(super) fn youngest(posts: &[Status]) -> Option<String> {
    posts
        .iter()
        .map(|post| &post.id)
        .max_by(|a, b| by_age(a, b))
        .cloned()
}

/// The oldest id of a page.
pub(super) fn oldest(posts: &[Status]) -> Option<String> {
    posts
        .iter()
        .map(|post| &post.id)
        .min_by(|a, b| by_age(a, b))
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_accounts_and_keeps_tags() {
        let html = r#"<p><span class="h-card" translate="no"><a href="https://s.vn/@lan" class="u-url mention">@<span>lan</span></a></span> ngập ở <a href="https://s.vn/tags/quan7" class="mention hashtag" rel="tag">#<span>quan7</span></a></p>"#;
        let cut = without_accounts(html);
        assert!(!cut.contains("lan"), "{cut}");
        assert!(cut.contains("quan7") && cut.contains("ngập ở"), "{cut}");
    }

    #[test]
    fn evidence_names_nobody() {
        let body = br#"[{"id": "1", "created_at": "2026-11-12T00:00:00Z", "content": "x",
            "url": "https://s.vn/@lan/1", "account": {"acct": "lan"}, "mentions": [{"acct": "lan"}]}]"#;
        let (evidence, posts) = read(body, None).unwrap();
        assert!(!String::from_utf8(evidence).unwrap().contains("lan"));
        assert_eq!(posts[0].content, "<html>x</html>");
        assert!(read(b"{}", None).is_err());
        assert!(read(b"[{}]", None).is_err());
        assert!(read(b"<html>", None).is_err());
    }

    #[test]
    fn orders_ids() {
        assert!(by_age("99", "100").is_lt());
        assert!(by_age("01HZX", "01HZY").is_lt());
    }
}
