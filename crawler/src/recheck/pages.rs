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
        let mut found = ask(look, &request).await;
        if found == Found::Gone
            && let Some(other) = with_slash(&request)
        {
            found = ask(look, &other).await;
        }
        match found {
            Found::Stands => look.stands(at),
            Found::Gone => look.is_gone(at),
            Found::Unknown => {}
            Found::Pause => return,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Stands,
    Gone,
    Unknown,
    Pause,
}

async fn ask(look: &Look<'_>, request: &Request) -> Found {
    match look.fetcher.fetch(request).await {
        Ok(answer) if leads_home(request, &answer) => Found::Gone,
        Ok(_) => Found::Stands,
        Err(FetchError::Status {
            status: 404 | 410, ..
        }) => Found::Gone,
        Err(error) if error.not_before().is_some() => Found::Pause,
        Err(_) => Found::Unknown,
    }
}

/// Stored addresses are canonical, without the slash at the end that strict servers insist on.
fn with_slash(request: &Request) -> Option<Request> {
    let path = request.url.path();
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.is_empty() || last.contains('.') {
        return None;
    }
    let mut other = request.clone();
    other.url.set_path(&format!("{path}/"));
    Some(other)
}

fn leads_home(request: &Request, answer: &Answer) -> bool {
    answer.url.path() == "/" && request.url.path() != "/" && answer.url.query().is_none()
}
