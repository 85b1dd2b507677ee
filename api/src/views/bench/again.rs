//! A form that was not taken: what happened meanwhile, or what is wrong with it, and everything that was
//! typed.

use askama::Template;
use models::domain::{Account, Concern, ConcernId, Correction};

use super::HiddenField;
use super::concern::HistoryRow;
use crate::i18n::{DeskTexts, Lang, fill};
use crate::state::AppState;
use crate::views::Layout;

/// What the page is made from.
pub(crate) struct AgainInput<'a> {
    pub(crate) concern: &'a Concern,
    /// Where edits are sent.
    pub(crate) action: String,
    /// The page of the concern.
    pub(crate) back: String,
    pub(crate) fields: &'a [(String, String)],
    /// Versions as they are now.
    pub(crate) now: &'a [(ConcernId, u64)],
    /// What others did since the form was made.
    pub(crate) meanwhile: &'a [(ConcernId, Correction)],
    /// What is wrong.
    pub(crate) said: Option<&'a str>,
    pub(crate) accounts: &'a [Account],
}

/// A field that can be mended.
pub(crate) struct ShownField {
    pub(crate) name: String,
    pub(crate) label: &'static str,
    pub(crate) value: String,
    pub(crate) is_long: bool,
}

/// A form once more.
#[derive(Template)]
#[template(path = "desk_again.html")]
pub(crate) struct AgainPage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    pub(crate) is_stale: bool,
    pub(crate) title: String,
    pub(crate) what: String,
    pub(crate) said: Option<String>,
    pub(crate) meanwhile: Vec<HistoryRow>,
    pub(crate) action: String,
    pub(crate) back: String,
    pub(crate) hidden: Vec<HiddenField>,
    pub(crate) shown: Vec<ShownField>,
}

impl AgainPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &AgainInput<'_>) -> Self {
        let (lang, d) = (page.lang, page.lang.desk());
        let row = |(concern, made): &(ConcernId, Correction)| {
            HistoryRow::new(app, lang, input.accounts, concern, made, true)
        };
        let work = field(input.fields, "viec");
        let is_book = matches!(work, "nhan" | "giao" | "ghi" | "bo-ghi" | "bo-nhan");
        let action = if is_book {
            format!("{}/so", input.back)
        } else {
            input.action.clone()
        };
        let (hidden, shown) = fields(d, input, is_book);
        Self {
            d,
            is_stale: input.said.is_none(),
            title: input.concern.title.clone(),
            what: what(lang, input.fields),
            said: input.said.map(ToOwned::to_owned),
            meanwhile: input.meanwhile.iter().map(row).collect(),
            action: lang.href(&action),
            back: lang.href(&input.back),
            hidden,
            shown,
            page,
        }
    }
}

fn field<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    let mut fields = fields.iter();
    let found = fields.find(|(is, _)| is == name);
    found.map_or("", |(_, value)| value.as_str())
}

/// What was to be done, in words.
fn what(lang: Lang, fields: &[(String, String)]) -> String {
    let d = lang.desk();
    let text = match field(fields, "viec") {
        "gop" => d.what_merge,
        "tach" => {
            let n = fields.iter().filter(|(name, _)| name == "chon").count();
            return fill(d.what_split, &[&lang.count(n as u64)]);
        }
        "ten" => d.what_rename,
        "ghim" => d.what_pin,
        "bo-ghim" => d.what_unpin,
        "an" => d.what_hide,
        "bo-an" => d.what_unhide,
        "hoan-tac" => return fill(d.what_undo, &[field(fields, "so")]),
        "ghi" => d.what_note,
        "giao" => d.what_assign,
        _ => d.what_label,
    };
    text.to_owned()
}

/// Everything typed: words to be mended are shown, the rest goes along; versions are those of now.
fn fields(
    d: &'static DeskTexts,
    input: &AgainInput<'_>,
    is_book: bool,
) -> (Vec<HiddenField>, Vec<ShownField>) {
    let mut hidden = Vec::new();
    let mut shown = Vec::new();
    let now = |id: &str| input.now.iter().find(|(known, _)| known.as_str() == id);
    for (name, value) in input.fields {
        let label = match name.as_str() {
            "ly_do" => Some(d.reason),
            "ten" => Some(d.rename_label),
            "nhan" => Some(d.labels),
            "ghi_chu" => Some(d.note_new),
            _ => None,
        };
        if let Some(label) = label {
            shown.push(ShownField {
                name: name.clone(),
                label,
                value: value.clone(),
                is_long: name == "ghi_chu",
            });
            continue;
        }
        let value = match (name.as_str(), value.split_once(':')) {
            // Said below, as it is now.
            ("thay" | "nguoi_cu", _) => continue,
            ("vao", Some((_, id))) => match now(id) {
                Some((id, version)) => format!("{version}:{id}"),
                None => value.clone(),
            },
            _ => value.clone(),
        };
        hidden.push(HiddenField {
            name: name.clone(),
            value,
        });
    }
    if !is_book && let Some((id, version)) = now(input.concern.id.as_str()) {
        hidden.push(HiddenField {
            name: "thay".to_owned(),
            value: format!("{version}:{id}"),
        });
    }
    (hidden, shown)
}
