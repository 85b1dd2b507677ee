//! Daily dumps of open data: their days, files, checksums and licence.

use askama::Template;
use indexer::Dump;
use jiff::civil::Date;

use super::Layout;
use crate::i18n::{Lang, fill};
use crate::pages::dump_path;
use crate::state::AppState;

/// What the list is made from.
#[derive(Default)]
pub(crate) struct DumpsInput {
    /// Whether any are made here.
    pub are_made: bool,
    /// The dumps of some days, the newest first.
    pub dumps: Vec<Dump>,
    /// The last day of the page of newer ones.
    pub newer: Option<Date>,
    /// The last day of the page of older ones.
    pub older: Option<Date>,
}

/// Under which licence, as it is shown.
pub(crate) struct LicenceView {
    pub(crate) name: String,
    pub(crate) url: Option<String>,
}

/// One file.
pub(crate) struct DumpFileRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) size: String,
    pub(crate) sha256: String,
}

/// One dump with its files.
pub(crate) struct DumpView {
    pub(crate) heading: String,
    pub(crate) size: String,
    pub(crate) href: String,
    pub(crate) package: String,
    pub(crate) sums: String,
    pub(crate) files: Vec<DumpFileRow>,
}

/// `/du-lieu-mo`.
#[derive(Template)]
#[template(path = "dumps.html")]
pub(crate) struct DumpsPage {
    pub(crate) page: Layout,
    pub(crate) licence: Option<LicenceView>,
    pub(crate) private: String,
    pub(crate) are_made: bool,
    pub(crate) latest: Option<DumpView>,
    pub(crate) dumps: Vec<DumpView>,
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
}

/// `/du-lieu-mo/{day}/{revision}`.
#[derive(Template)]
#[template(path = "dump.html")]
pub(crate) struct DumpPage {
    pub(crate) page: Layout,
    pub(crate) licence: Option<LicenceView>,
    pub(crate) dump: DumpView,
}

impl DumpsPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &DumpsInput) -> Self {
        let lang = page.lang;
        let k = app.open.disclosure.k().to_string();
        let mut dumps = input.dumps.iter();
        // The newest stands open, unless an older page was asked for.
        let latest = match input.newer {
            None => dumps.next(),
            Some(_) => None,
        };
        let link = |day: Date| lang.href(&format!("/du-lieu-mo?den={day}"));
        Self {
            licence: licence(app),
            private: fill(lang.open().how_private, &[&k, &k]),
            are_made: input.are_made,
            latest: latest.map(|dump| DumpView::new(lang, dump)),
            dumps: dumps.map(|dump| DumpView::new(lang, dump)).collect(),
            newer: input.newer.map(link),
            older: input.older.map(link),
            page,
        }
    }
}

impl DumpPage {
    pub(crate) fn new(app: &AppState, page: Layout, dump: &Dump) -> Self {
        Self {
            licence: licence(app),
            dump: DumpView::new(page.lang, dump),
            page,
        }
    }
}

fn licence(app: &AppState) -> Option<LicenceView> {
    let licence = app.open.licence.as_ref()?;
    Some(LicenceView {
        name: licence.name.clone(),
        url: licence.url.clone(),
    })
}

impl DumpView {
    fn new(lang: Lang, dump: &Dump) -> Self {
        let o = lang.open();
        let bytes = dump.files.iter().map(|file| file.bytes).sum();
        let n = lang.count(dump.files.len() as u64);
        let files = dump.files.iter().map(|file| DumpFileRow {
            name: file.name.clone(),
            href: dump_path(dump, &file.name),
            size: size(lang, file.bytes),
            sha256: file.sha256.clone(),
        });
        let day = lang.long_day(dump.day);
        Self {
            heading: fill(o.day_heading, &[&day, &dump.revision.to_string()]),
            size: fill(o.day_size, &[&n, &size(lang, bytes)]),
            href: lang.href(&format!("/du-lieu-mo/{}/{}", dump.day, dump.revision)),
            package: dump_path(dump, "datapackage.json"),
            sums: dump_path(dump, indexer::dumps::SUMS),
            files: files.collect(),
        }
    }
}

fn size(lang: Lang, bytes: u64) -> String {
    if bytes < 1_000_000 {
        format!("{} kB", lang.decimal(bytes as f64 / 1e3, 1))
    } else {
        format!("{} MB", lang.decimal(bytes as f64 / 1e6, 1))
    }
}
