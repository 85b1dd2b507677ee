//! What every page shares: language, navigation, addresses of style and script.

use std::fmt::Write;
use std::sync::LazyLock;

use askama::filters::urlencode_strict;
use models::domain::{ConcernId, UnitCode};
use sha2::{Digest, Sha256};

use crate::i18n::{Lang, Texts};

/// The files pages link to; their address holds their hash, so that browsers may keep them.
pub(crate) struct Assets;

const STYLE: &str = include_str!("../web/app.css");
const SCRIPT: &str = include_str!("../web/app.js");
const MAP_SCRIPT: &str = include_str!("../web/map.js");
const ICON: &str = include_str!("../web/icon.svg");

static STYLE_PATH: LazyLock<String> = LazyLock::new(|| hashed("app", STYLE, "css"));
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| hashed("app", SCRIPT, "js"));
static MAP_SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| hashed("map", MAP_SCRIPT, "js"));

impl Assets {
    /// The content and type of a file, by its name under `/tinh/`.
    pub(crate) fn find(name: &str) -> Option<(&'static str, &'static str)> {
        let is = |path: &LazyLock<String>| path.strip_prefix("/tinh/") == Some(name);
        if is(&STYLE_PATH) {
            Some((STYLE, "text/css; charset=utf-8"))
        } else if is(&SCRIPT_PATH) {
            Some((SCRIPT, "text/javascript; charset=utf-8"))
        } else if is(&MAP_SCRIPT_PATH) {
            Some((MAP_SCRIPT, "text/javascript; charset=utf-8"))
        } else {
            None
        }
    }

    /// The icon.
    pub(crate) fn icon() -> &'static str {
        ICON
    }
}

fn hashed(stem: &str, content: &str, extension: &str) -> String {
    let mut path = format!("/tinh/{stem}.");
    for byte in Sha256::digest(content).iter().take(6) {
        // Writing to a string cannot fail.
        let _ = write!(path, "{byte:02x}");
    }
    path + "." + extension
}

/// The entries of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nav {
    Today,
    Units,
    Map,
    Search,
    Sources,
    Elsewhere,
}

/// Who looks at what: the language and the address asked for, without its language.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) lang: Lang,
    /// Path and query of this page without `lang`.
    pub(crate) path: String,
}

/// What every page shares.
pub(crate) struct Layout {
    pub(crate) lang: Lang,
    pub(crate) t: &'static Texts,
    pub(crate) title: String,
    pub(crate) city: String,
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    /// The map's own script, on its page alone.
    pub(crate) map_script: Option<&'static str>,
    /// Address of this page's feed, if it has one.
    pub(crate) feed: Option<String>,
    /// This page in the other language.
    pub(crate) alternate: String,
    here: Nav,
}

/// One entry of the navigation.
pub(crate) struct NavItem {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    pub(crate) current: bool,
}

impl Layout {
    pub(crate) fn new(viewer: &Viewer, city: &str, here: Nav, title: impl Into<String>) -> Self {
        Self {
            lang: viewer.lang,
            t: viewer.lang.texts(),
            title: title.into(),
            city: city.to_owned(),
            style: &STYLE_PATH,
            script: &SCRIPT_PATH,
            map_script: None,
            feed: None,
            alternate: viewer.lang.other().href(&viewer.path),
            here,
        }
    }

    /// Adds the script of the map.
    pub(crate) fn with_map_script(mut self) -> Self {
        self.map_script = Some(&MAP_SCRIPT_PATH);
        self
    }

    /// Names the page's feed.
    pub(crate) fn with_feed(mut self, path: impl Into<String>) -> Self {
        self.feed = Some(path.into());
        self
    }

    pub(crate) fn href(&self, path: &str) -> String {
        self.lang.href(path)
    }

    pub(crate) fn is_english(&self) -> bool {
        self.lang == Lang::En
    }

    pub(crate) fn nav(&self) -> [NavItem; 5] {
        let item = |nav, path: &str, label| NavItem {
            href: self.href(path),
            label,
            current: nav == self.here,
        };
        [
            item(Nav::Today, "/", self.t.nav_today),
            item(Nav::Units, "/don-vi", self.t.nav_units),
            item(Nav::Map, "/ban-do", self.t.nav_map),
            item(Nav::Search, "/tim-kiem", self.t.nav_search),
            item(Nav::Sources, "/nguon", self.t.nav_sources),
        ]
    }
}

impl Lang {
    /// The page of a concern.
    pub(crate) fn concern_href(self, id: &ConcernId) -> String {
        // A text filter over memory cannot fail; an empty id would lead to the 404 page.
        let id = urlencode_strict(id.as_str()).map_or_else(|_| String::new(), |id| id.to_string());
        self.href(&format!("/van-de/{id}"))
    }

    /// The page of a unit.
    pub(crate) fn unit_href(self, code: UnitCode) -> String {
        self.href(&format!("/don-vi/{code}"))
    }
}
