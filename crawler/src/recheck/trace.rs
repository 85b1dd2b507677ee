//! By which marks a capture is known to hold a mention.

use models::domain::SourceKind;
use url::Url;

/// Marks of a mention in the captures of its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Stands in the address of a capture that holds it.
    pub in_address: Option<String>,
    /// Stands in the body of a capture that holds it.
    pub in_body: Option<String>,
}

/// A path shorter than this is no article's: it would be found everywhere.
const PATH_CHARS_MIN: usize = 8;

/// The marks of a mention seen at an address. Interfaces are kept as we write them, so that an id is
/// found as `"id":"…"`; feeds and pages name the page's own path.
pub fn trace(kind: &SourceKind, address: &str) -> Trace {
    let Ok(url) = Url::parse(address) else {
        return Trace::default();
    };
    let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
    let quoted = |id: &str| (!id.is_empty()).then(|| format!("\"id\":\"{id}\""));
    match kind {
        SourceKind::Feed | SourceKind::Sitemap => page(&url, address),
        SourceKind::MastodonTag(_) | SourceKind::MastodonStream(_) => Trace {
            in_address: None,
            in_body: quoted(&last(url.path())),
        },
        SourceKind::YouTube(_) => {
            let of = |name| url.query_pairs().find(|(key, _)| key == name);
            let id = of("lc").or_else(|| of("v")).map(|(_, id)| id.into_owned());
            Trace {
                in_address: None,
                in_body: quoted(&id.unwrap_or_default()),
            }
        }
        SourceKind::FacebookPage(_) => Trace {
            in_address: None,
            in_body: quoted(url.fragment().unwrap_or_default()),
        },
        SourceKind::Discourse => {
            let topic = url.path().rsplit('/').nth(1).unwrap_or_default();
            Trace {
                // `/t/12.json` and `/t/12/posts.json`: all posts of the topic.
                in_address: (!topic.is_empty()).then(|| format!("/t/{topic}")),
                in_body: None,
            }
        }
        SourceKind::Open311(_) => {
            let file = last(url.path());
            let id = file.split('.').next().unwrap_or_default();
            Trace {
                in_address: (!file.is_empty()).then_some(format!("/{file}")),
                in_body: (!id.is_empty()).then(|| format!("\"{id}\"")),
            }
        }
        SourceKind::Bluesky(_)
        | SourceKind::Webhook(_)
        | SourceKind::Zalo(_)
        | SourceKind::Import => Trace::default(),
    }
}

fn page(url: &Url, address: &str) -> Trace {
    let path = url.path();
    let mark = if path.len() >= PATH_CHARS_MIN {
        path.to_owned()
    } else {
        address.to_owned()
    };
    Trace {
        in_address: Some(mark.clone()),
        in_body: Some(mark),
    }
}

#[cfg(test)]
mod tests {
    use models::domain::{FacebookPage, SecretRef};

    use super::*;

    #[test]
    fn marks_are_as_narrow_as_they_can_be() {
        let body = |kind: &SourceKind, address: &str| trace(kind, address).in_body.unwrap();
        let tag = SourceKind::MastodonTag("tphcm".to_owned());
        assert_eq!(body(&tag, "https://m.example/statuses/77"), "\"id\":\"77\"");
        let page = SourceKind::FacebookPage(FacebookPage {
            page: "1".to_owned(),
            token: SecretRef::Env("T".to_owned()),
        });
        assert_eq!(
            body(&page, "https://www.facebook.com/1/posts/2?comment_id=3#2_3"),
            "\"id\":\"2_3\""
        );
        assert_eq!(
            body(&page, "https://www.facebook.com/1/posts/2#1_2"),
            "\"id\":\"1_2\""
        );
        assert_eq!(
            body(&SourceKind::Feed, "https://bao.example/ngap-hem-12.html"),
            "/ngap-hem-12.html"
        );
        assert_eq!(
            body(&SourceKind::Feed, "https://bao.example/?p=7"),
            "https://bao.example/?p=7"
        );
        assert_eq!(
            trace(&SourceKind::Discourse, "https://f.example/t/12/3")
                .in_address
                .as_deref(),
            Some("/t/12")
        );
    }
}
