//! Pages, one by one.

use models::domain::SourceKind;
use url::Url;

use super::Look;
use crate::fetch::{Answer, FetchError, Request};

/// A page is gone when its address says so: 404, 410, or an article's address that now leads to the
/// home page.
pub(super) async fn recheck(look: &mut Look<'_>, kind: &SourceKind) {
    for (at, asked) in look.mentions.iter().enumerate() {
        let Ok(url) = Url::parse(&asked.address) else {
            look.stands(at);
            continue;
        };
        let request = match kind {
            SourceKind::Open311(_) => Request::json(url).by_agreement(),
            _ => Request::page(url),
        };
        match look.fetcher.fetch(&request).await {
            Ok(answer) if leads_home(&request, &answer) => look.is_gone(at),
            Ok(_) => look.stands(at),
            Err(FetchError::Status {
                status: 404 | 410, ..
            }) => look.is_gone(at),
            Err(error) if error.not_before().is_some() => return,
            Err(_) => {}
        }
    }
}

fn leads_home(request: &Request, answer: &Answer) -> bool {
    answer.url.path() == "/" && request.url.path() != "/" && answer.url.query().is_none()
}
