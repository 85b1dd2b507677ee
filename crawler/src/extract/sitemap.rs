//! Sitemaps, sitemap indexes, news sitemaps and plain lists of addresses.

use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::Event;
use url::Url;

use super::Complaint;
use super::challenge::is_challenge;
use super::date::parse_in_feed;
use super::encoding::to_utf8_within;
use super::link::absolute;
use super::text::{clean, decode_entities, html_to_line};
use super::tree::{note, repair};

/// One page of a sitemap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SitemapEntry {
    /// Absolute address.
    pub url: String,
    /// `lastmod`.
    pub modified_at: Option<Timestamp>,
    /// `news:publication_date`.
    pub published_at: Option<Timestamp>,
    /// `news:title`.
    pub title: Option<String>,
    /// `news:language`, as written: `vi`.
    pub language: Option<String>,
}

/// What a sitemap says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SitemapReading {
    /// Pages.
    pub pages: Vec<SitemapEntry>,
    /// Further sitemaps, when this is an index.
    pub sitemaps: Vec<SitemapEntry>,
    /// What was wrong.
    pub complaints: Vec<Complaint>,
}

/// The protocol's own limits.
const MAX_SITEMAP_BYTES: usize = 50 << 20;
const MAX_ENTRIES: usize = 50_000;

/// Reads a sitemap; gzip is undone (bounded). Never fails.
pub fn parse(bytes: &[u8], content_type: Option<&str>, base: &Url) -> SitemapReading {
    let (text, complaints) = to_utf8_within(bytes, content_type, MAX_SITEMAP_BYTES);
    let mut reading = SitemapReading {
        complaints,
        ..SitemapReading::default()
    };
    if text.contains('<') {
        read_xml(&text, base, &mut reading);
    } else {
        read_list(&text, base, &mut reading);
    }
    if reading.pages.is_empty() && reading.sitemaps.is_empty() {
        let complaint = match () {
            () if text.contains("<urlset") || text.contains("<sitemapindex") => Complaint::Empty,
            () if is_challenge(&text) => Complaint::NotExpected {
                expected: "sitemap",
                found: "a page that asks for JavaScript or cookies",
            },
            () => Complaint::NotExpected {
                expected: "sitemap",
                found: "something else",
            },
        };
        reading.complaints.push(complaint);
    }
    reading
}

/// The sitemaps that a robots.txt names, read like an index.
pub fn of_robots(lines: &[String], base: &Url) -> SitemapReading {
    let sitemaps = lines.iter().filter_map(|line| {
        Some(SitemapEntry {
            url: absolute(line, base)?,
            ..SitemapEntry::default()
        })
    });
    let mut reading = SitemapReading {
        sitemaps: sitemaps.take(MAX_ENTRIES).collect(),
        ..SitemapReading::default()
    };
    if reading.sitemaps.is_empty() {
        reading.complaints.push(Complaint::Empty);
    }
    reading
}

/// One address a line.
fn read_list(text: &str, base: &Url, reading: &mut SitemapReading) {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("http"));
    reading.pages = lines
        .filter_map(|line| absolute(line, base))
        .take(MAX_ENTRIES)
        .map(|url| SitemapEntry {
            url,
            ..SitemapEntry::default()
        })
        .collect();
}

fn read_xml(text: &str, base: &Url, reading: &mut SitemapReading) {
    let repaired = repair(text, &mut reading.complaints);
    let mut reader = Reader::from_str(&repaired);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut state = State::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => state.open(plain_name(tag.name().0)),
            Ok(Event::End(tag)) => state.close(plain_name(tag.name().0), base, reading),
            Ok(Event::Text(text)) => state.text.push_str(&text),
            Ok(Event::CData(text)) => state.text.push_str(&text),
            Ok(Event::GeneralRef(name)) => {
                state
                    .text
                    .push_str(&decode_entities(&format!("&{};", &*name)));
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => {
                note(&mut reading.complaints, Complaint::Truncated);
                break;
            }
        }
        if reading.pages.len().max(reading.sitemaps.len()) >= MAX_ENTRIES {
            note(&mut reading.complaints, Complaint::TooComplex);
            break;
        }
    }
}

/// Some generators write the whole sitemap with a prefix.
fn plain_name(qualified: &str) -> &str {
    match qualified.split_once(':') {
        Some(("sitemap" | "sm" | "s" | "ns0" | "ns1", name)) => name,
        _ => qualified,
    }
}

#[derive(Default)]
struct State {
    entry: SitemapEntry,
    text: String,
}

impl State {
    fn open(&mut self, name: &str) {
        self.text.clear();
        if matches!(name, "url" | "sitemap") {
            self.entry = SitemapEntry::default();
        }
    }

    fn close(&mut self, name: &str, base: &Url, reading: &mut SitemapReading) {
        let text = std::mem::take(&mut self.text);
        match name {
            "loc" => self.entry.url = absolute(&text, base).unwrap_or_default(),
            "lastmod" => self.entry.modified_at = parse_in_feed(&clean(&text)),
            "url" | "sitemap" => {
                let entry = std::mem::take(&mut self.entry);
                let list = if name == "url" {
                    &mut reading.pages
                } else {
                    &mut reading.sitemaps
                };
                list.extend((!entry.url.is_empty()).then_some(entry));
            }
            _ => match name.rsplit(':').next() {
                Some("publication_date") => self.entry.published_at = parse_in_feed(&clean(&text)),
                Some("language") => {
                    self.entry.language = Some(clean(&text)).filter(|code| !code.is_empty());
                }
                Some("title") if name.starts_with("news") || name.starts_with("n:") => {
                    self.entry.title = Some(html_to_line(&text)).filter(|title| !title.is_empty());
                }
                _ => {}
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> SitemapReading {
        parse(
            text.as_bytes(),
            None,
            &Url::parse("https://example.vn/sitemap.xml").unwrap(),
        )
    }

    #[test]
    fn reads_news_sitemaps() {
        let reading = read(
            r#"<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="n">
            <url><loc>https://example.vn/a.html?x=1&amp;y=2</loc><lastmod>2026-11-09</lastmod>
            <news:news><news:publication><news:name>Báo Ví Dụ</news:name><news:language>vi</news:language></news:publication><news:publication_date>2026-11-09T07:30:00+07:00</news:publication_date>
            <news:title><![CDATA[Kẹt xe &amp; ngập]]></news:title></news:news>
            <image:image><image:loc>https://i.vn/a.jpg</image:loc><image:title>Ảnh</image:title></image:image></url>
            <url><loc>/b.html</loc></url><url><loc></loc></url></urlset>"#,
        );
        assert_eq!(reading.pages.len(), 2);
        assert_eq!(reading.pages[0].url, "https://example.vn/a.html?x=1&y=2");
        assert_eq!(reading.pages[0].title.as_deref(), Some("Kẹt xe & ngập"));
        assert_eq!(reading.pages[0].language.as_deref(), Some("vi"));
        assert_eq!(
            reading.pages[0].published_at,
            "2026-11-09T00:30:00Z".parse().ok()
        );
        assert_eq!(reading.pages[1].url, "https://example.vn/b.html");
        assert_eq!(reading.complaints, []);
    }

    #[test]
    fn reads_indexes_lists_and_what_is_left_of_a_cut_one() {
        let index = read(
            "<sitemapindex><sitemap><loc>https://example.vn/1.xml.gz</loc><lastmod>2026-11-09T07:30:00+07:00</lastmod></sitemap></sitemapindex>",
        );
        assert_eq!(index.sitemaps.len(), 1);
        assert!(index.pages.is_empty());
        assert_eq!(
            read("https://example.vn/a\nhttps://example.vn/b\n")
                .pages
                .len(),
            2
        );
        assert_eq!(
            read("<urlset><url><loc>https://example.vn/a</loc></url><url><loc>htt")
                .pages
                .len(),
            1
        );
        assert!(matches!(
            read("<html></html>").complaints[..],
            [.., Complaint::NotExpected { .. }]
        ));
        assert_eq!(read("<urlset></urlset>").complaints, [Complaint::Empty]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = parse(&bytes, None, &Url::parse("https://example.vn/").unwrap());
        }

        #[test]
        fn markup_never_panics(text in "(<|>|</|/>|url|loc|news:title|&|;|\\[CDATA\\[|!--|[a-z ]){0,50}") {
            let _ = read(&text);
        }
    }
}
