//! `extract`, `feed` and `robots`: one document each, no network.

use anyhow::{Context, Result};
use api::lines::{ExtractLine, FeedLine, FoundFeedLine};
use crawler::extract::{article, discover_feeds, encoding, feed};
use crawler::fetch::robots;
use url::Url;

use super::lines::{Outcome, Output, read_whole};
use crate::city::City;
use crate::cli;

/// Files larger than this are refused before they are read.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// `langnghe extract`
pub fn extract(city: &City, page: &cli::Page) -> Result<Outcome> {
    let url = address(&page.url)?;
    let html = read_whole(&page.file, FILE_BYTES_MAX)?;
    let article = article::extract(&html, None, &url, &city.outlets);
    let mut output = Output::stdout();
    output.json(&ExtractLine {
        url: article.url.clone(),
        title: article.title,
        lead: article.lead,
        text: article.text,
        published_at: article.published_at,
        author: (),
        outlet: article.outlet,
        language: article.language,
        paywalled: article.paywalled,
        kind: article.kind.code(),
        next_page: article.next_page,
    })?;
    output.finish()?;
    Ok(complain(&article.complaints))
}

/// `langnghe feed`: a feed without entries is read well; what is no feed is bad input.
pub fn feed(request: &cli::Feed) -> Result<Outcome> {
    let url = address(&request.page.url)?;
    let bytes = read_whole(&request.page.file, FILE_BYTES_MAX)?;
    if request.discover {
        return discover(&bytes, &url);
    }
    let reading = feed::parse(&bytes, None, &url);
    let mut output = Output::stdout();
    for entry in reading.entries {
        output.json(&FeedLine {
            url: entry.url,
            title: entry.title,
            summary: entry.summary,
            published_at: entry.published_at,
            id: entry.guid,
        })?;
    }
    output.finish()?;
    let outcome = complain(&reading.complaints);
    Ok(if reading.kind.is_feed() {
        outcome
    } else {
        Outcome::SomeBad
    })
}

/// `langnghe feed --discover`
fn discover(bytes: &[u8], url: &Url) -> Result<Outcome> {
    let (html, complaints) = encoding::to_utf8(bytes, None);
    let mut output = Output::stdout();
    for feed in discover_feeds(&html, url) {
        output.json(&FoundFeedLine {
            url: feed.url,
            title: feed.title,
            found_by: feed.found_by.code(),
        })?;
    }
    output.finish()?;
    Ok(complain(&complaints))
}

/// `langnghe robots`
pub fn robots(question: &cli::Robots) -> Result<Outcome> {
    let bytes = read_whole(&question.file, FILE_BYTES_MAX)?;
    let text = String::from_utf8_lossy(&bytes);
    let allowed = robots::allows(&text, &question.agent, &question.url);
    let mut output = Output::stdout();
    output.text(if allowed { "allow" } else { "disallow" })?;
    output.finish()?;
    Ok(Outcome::Done)
}

fn address(url: &str) -> Result<Url> {
    Url::parse(url).with_context(|| {
        format!("--url `{url}` không phải địa chỉ đầy đủ / is not an absolute address")
    })
}

/// Complaints go to stderr; they describe repairs, so the exit code stays 0.
#[expect(clippy::print_stderr, reason = "complaints about input go to stderr")]
fn complain(complaints: &[impl std::fmt::Display]) -> Outcome {
    for complaint in complaints {
        eprintln!("{complaint}");
    }
    Outcome::Done
}
