//! What every page shares: language, navigation, addresses of style and script.

use std::fmt::{Display, Write};
use std::sync::LazyLock;

use askama::filters::urlencode_strict;
use models::domain::{About, Action, ConcernId, Decision, UnitCode};
use sha2::{Digest, Sha256};

use super::AlertRow;
use crate::access::Principal;
use crate::i18n::{Lang, OfficeTexts, Texts};

/// The files pages link to; their address holds their hash, so that browsers may keep them.
pub(crate) struct Assets;

const ICON: &str = include_str!("../web/icon.svg");

/// A file with an address of its own.
struct Asset {
    path: LazyLock<String>,
    content: &'static str,
    kind: &'static str,
}

macro_rules! asset {
    ($name:ident, $stem:literal, "css") => {
        asset!($name, $stem, "css", "text/css; charset=utf-8");
    };
    ($name:ident, $stem:literal, "js") => {
        asset!($name, $stem, "js", "text/javascript; charset=utf-8");
    };
    ($name:ident, $stem:literal, $extension:literal, $kind:literal) => {
        static $name: Asset = Asset {
            path: LazyLock::new(|| hashed($stem, $name.content, $extension)),
            content: include_str!(concat!("../web/", $stem, ".", $extension)),
            kind: $kind,
        };
    };
}

asset!(STYLE, "app", "css");
asset!(SCRIPT, "app", "js");
asset!(MAP_SCRIPT, "map", "js");
asset!(OFFICE_STYLE, "office", "css");
asset!(DESK_STYLE, "desk", "css");
asset!(DESK_SCRIPT, "desk", "js");

static ASSETS: [&Asset; 6] = [
    &STYLE,
    &SCRIPT,
    &MAP_SCRIPT,
    &OFFICE_STYLE,
    &DESK_STYLE,
    &DESK_SCRIPT,
];

impl Assets {
    /// The content and type of a file, by its name under `/tinh/`.
    pub(crate) fn find(name: &str) -> Option<(&'static str, &'static str)> {
        let mut all = ASSETS.iter();
        let found = all.find(|asset| asset.path.strip_prefix("/tinh/") == Some(name))?;
        Some((found.content, found.kind))
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
    /// Who signed in, if anybody.
    pub(crate) officer: Option<Officer>,
}

/// Somebody who signed in, and where they may go.
#[derive(Clone, Debug)]
pub(crate) struct Officer {
    pub(crate) name: String,
    /// Whether they may ask units to explain.
    pub(crate) may_ask: bool,
    /// Where the own account stands.
    pub(crate) own: String,
    pub(crate) links: Vec<OfficerLink>,
    /// The pages of the administration, on those pages alone.
    pub(crate) admin: Vec<OfficerLink>,
    /// Where what they were told stands, and how much of it is unread.
    pub(crate) notices: (String, u64),
}

/// A way to a page of officers.
#[derive(Clone, Debug)]
pub(crate) struct OfficerLink {
    pub(crate) href: String,
    pub(crate) label: String,
    pub(crate) current: bool,
}

/// What the pages of the administration have in common.
const ADMIN: &str = "/quan-tri/";

impl Officer {
    /// Nobody without a session. Only what they may do is offered.
    pub(crate) fn of(principal: &Principal, lang: Lang, here: &str) -> Option<Self> {
        let open = principal.session()?;
        let o = lang.office();
        let work = [
            (Action::ReadRestricted, "/ban-lam-viec", lang.desk().nav),
            (
                Action::ReadRestricted,
                "/yeu-cau",
                lang.requests().nav_requests,
            ),
            (
                Action::AskForExplanation,
                "/bao-chi",
                lang.requests().nav_press,
            ),
            (Action::ReadRestricted, "/canh-bao", lang.notices().title),
        ];
        let admin = [
            (
                Action::ManageAccounts,
                "/quan-tri/tai-khoan",
                o.nav_accounts,
            ),
            (Action::ManageKeys, "/quan-tri/khoa", o.nav_keys),
            (Action::ReadAudit, "/quan-tri/thu", o.nav_letters),
            (Action::ReadAudit, "/quan-tri/nhat-ky", o.nav_audit),
        ];
        let may = |action| principal.decide(action, About::Somewhere) == Decision::Granted;
        let is_here = |path: &str| {
            let rest = here.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        };
        let offered = |all: &[(Action, &str, &str)]| {
            let offered = all.iter().filter(|(action, ..)| may(*action));
            let link = |(_, path, label): &(Action, &str, &str)| OfficerLink {
                href: lang.href(path),
                label: (*label).to_owned(),
                current: is_here(path),
            };
            offered.map(link).collect::<Vec<_>>()
        };
        let (mut links, admin) = (offered(&work), offered(&admin));
        let is_admin = here.starts_with(ADMIN);
        links.extend(admin.first().map(|first| OfficerLink {
            href: first.href.clone(),
            label: o.nav_admin.to_owned(),
            current: is_admin,
        }));
        Some(Self {
            name: open.account.display_name.clone(),
            own: lang.href("/tai-khoan"),
            may_ask: may(Action::AskForExplanation),
            links,
            admin: if is_admin { admin } else { Vec::new() },
            notices: (lang.href("/ban-lam-viec/thong-bao"), principal.unread()),
        })
    }
}

/// What every page shares.
#[derive(Clone)]
pub(crate) struct Layout {
    pub(crate) lang: Lang,
    pub(crate) t: &'static Texts,
    pub(crate) title: String,
    pub(crate) city: String,
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    /// Scripts of some pages alone.
    pub(crate) more_scripts: Vec<&'static str>,
    /// Address of this page's feed, if it has one.
    pub(crate) feed: Option<String>,
    /// This page in the other language.
    pub(crate) alternate: String,
    /// Who signed in, if anybody.
    pub(crate) officer: Option<Officer>,
    /// Texts of the pages of officers.
    pub(crate) o: &'static OfficeTexts,
    /// Alerts that are open about what the page shows, for officers.
    pub(crate) alerts: Vec<AlertRow>,
    /// Style sheets of some pages alone; officers' where somebody signed in.
    pub(crate) more_styles: Vec<&'static str>,
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
        let officer_style = viewer.officer.as_ref().map(|_| OFFICE_STYLE.path.as_str());
        Self {
            lang: viewer.lang,
            t: viewer.lang.texts(),
            title: title.into(),
            city: city.to_owned(),
            style: &STYLE.path,
            script: &SCRIPT.path,
            more_scripts: Vec::new(),
            feed: None,
            alternate: viewer.lang.other().href(&viewer.path),
            officer: viewer.officer.clone(),
            o: viewer.lang.office(),
            alerts: Vec::new(),
            more_styles: officer_style.into_iter().collect(),
            here,
        }
    }

    /// Adds the script of the map.
    pub(crate) fn with_map_script(mut self) -> Self {
        self.more_scripts.push(&MAP_SCRIPT.path);
        self
    }

    /// Shows officers which alerts are open.
    pub(crate) fn with_alerts(mut self, alerts: Vec<AlertRow>) -> Self {
        self.alerts = alerts;
        self
    }

    /// Names the page's feed.
    pub(crate) fn with_feed(mut self, path: impl Into<String>) -> Self {
        self.feed = Some(path.into());
        self
    }

    /// A page of officers, which needs their style sheet also for who has not signed in yet.
    pub(crate) fn for_officers(mut self) -> Self {
        if self.officer.is_none() {
            self.more_styles.push(&OFFICE_STYLE.path);
        }
        self
    }

    /// A page of the desk, with its own style and script.
    pub(crate) fn for_the_desk(mut self) -> Self {
        self.more_styles.push(&DESK_STYLE.path);
        self.more_scripts.push(&DESK_SCRIPT.path);
        self
    }

    /// An address below the one of something with a number.
    pub(crate) fn href_under(&self, base: &str, id: impl Display, tail: &str) -> String {
        self.lang.href(&format!("{base}/{id}{tail}"))
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
