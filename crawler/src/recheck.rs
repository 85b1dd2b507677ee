//! Looking whether what was heard still stands at its source. An aggregator must take an item down
//! within three hours of its removal there (Decree 147/2024), so the schedule asks every hour or two
//! about what pages of the day show.

use models::domain::{MentionId, Source, SourceKind};
use url::Url;

use crate::fetch::{Answer, FetchError, Fetcher, Request};

/// What looking again found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rechecked {
    /// Taken down at their source.
    pub gone: Vec<MentionId>,
    /// Still there, or changed in a way that does not say so.
    pub n_standing: u32,
    /// Not looked at: the host wants a pause or is in trouble. They are asked about again next time.
    pub n_unknown: u32,
}

/// Asks the source about each mention by its address, politely. Only an answer that says so counts
/// as taken down: 404, 410, or an article's address that now leads to the home page. A host in
/// trouble takes nothing down.
pub async fn recheck(
    source: &Source,
    mentions: &[(MentionId, String)],
    fetcher: &Fetcher,
) -> Rechecked {
    let mut rechecked = Rechecked::default();
    for (done, (id, address)) in mentions.iter().enumerate() {
        let Some(request) = request_for(source, address) else {
            rechecked.n_unknown += 1;
            continue;
        };
        match fetcher.fetch(&request).await {
            Ok(answer) if leads_home(&request, &answer) => rechecked.gone.push(id.clone()),
            Ok(_) => rechecked.n_standing += 1,
            Err(FetchError::Status {
                status: 404 | 410, ..
            }) => rechecked.gone.push(id.clone()),
            Err(error) if error.not_before().is_some() => {
                rechecked.n_unknown += u32::try_from(mentions.len() - done).unwrap_or(u32::MAX);
                break;
            }
            Err(_) => rechecked.n_unknown += 1,
        }
    }
    rechecked
}

/// How a mention's address is asked about; `None` where nothing can be asked.
fn request_for(source: &Source, address: &str) -> Option<Request> {
    let url = Url::parse(address).ok()?;
    match source.kind {
        SourceKind::Feed | SourceKind::Sitemap => Some(Request::page(url)),
        SourceKind::MastodonTag(_) | SourceKind::MastodonStream(_) => {
            // The shown page is a program that loads the post; the interface knows whether it stands.
            let (server, post) = address.rsplit_once("/statuses/")?;
            Some(Request::json(
                Url::parse(&format!("{server}/api/v1/statuses/{post}")).ok()?,
            ))
        }
        SourceKind::Open311 => Some(Request::json(url).by_agreement()),
        // Streams say themselves what is gone; what is pushed has no address.
        SourceKind::Bluesky(_)
        | SourceKind::Webhook(_)
        | SourceKind::Zalo(_)
        | SourceKind::Import => None,
    }
}

fn leads_home(request: &Request, answer: &Answer) -> bool {
    answer.url.path() == "/" && request.url.path() != "/" && answer.url.query().is_none()
}
