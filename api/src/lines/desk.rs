//! What the desk did, as JSON. Readers are told in which role somebody acted, never who.

use models::domain::{Correction, CorrectionChange, HiddenLine, PinnedLine};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{UnitWeight, digest_unit, format_time};

/// A concern that the desk keeps in sight although it is not among the lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PinnedEntryLine {
    /// Id of the concern.
    pub concern: String,
    /// Its title as shown.
    pub title: String,
    /// Code of its topic.
    pub topic: String,
    /// Units it touches, heaviest first.
    pub units: Vec<UnitWeight>,
    /// The rank it has among all lines with enough evidence; null without that evidence.
    pub rank: Option<u32>,
    /// Its mentions of the period in this scope.
    pub n_mentions: u32,
}

impl From<&PinnedLine> for PinnedEntryLine {
    fn from(line: &PinnedLine) -> Self {
        Self {
            concern: line.concern.to_string(),
            title: line.shown_title().to_owned(),
            topic: line.topic.code().to_owned(),
            units: UnitWeight::list(&line.units),
            rank: line.rank,
            n_mentions: line.n_mentions,
        }
    }
}

/// A line that the desk keeps out of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HiddenEntryLine {
    /// Id of the concern, whose page can be opened.
    pub concern: String,
    /// The rank it has, which stays free; null when it was among the rising lines alone.
    pub rank: Option<u32>,
    /// Its mentions of the period in this scope.
    pub n_mentions: u32,
    /// Why, in the words of the desk.
    pub reason: String,
}

impl From<&HiddenLine> for HiddenEntryLine {
    fn from(line: &HiddenLine) -> Self {
        Self {
            concern: line.concern.to_string(),
            rank: line.rank,
            n_mentions: line.n_mentions,
            reason: line.reason.clone(),
        }
    }
}

/// An edit of a concern by the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EditLine {
    /// Its number.
    pub number: u64,
    /// When it was made.
    pub at: String,
    /// In which role: `desk`, `press_officer`, `unit_responder` or `admin`.
    pub role: String,
    /// `merge`, `split`, `rename`, `pin`, `hide` or `undo`.
    pub what: String,
    /// Why, in the words of the desk.
    pub reason: String,
    /// Whether it counts; it does not when a later one undid it.
    pub counts: bool,
    /// The edit it undoes; null for all else.
    pub undoes: Option<u64>,
    /// The concern merged into another, or that mentions were split from; null for all else.
    pub from: Option<String>,
    /// The concern that another went into, or that split mentions are now; null for all else.
    pub into: Option<String>,
    /// Mentions that were split, replies counted; null for all else.
    pub n_mentions: Option<usize>,
    /// The title given; null for all else.
    pub title: Option<String>,
    /// The list it was pinned in: `city`, a code, or `agency:` and an id; null for all else.
    pub unit: Option<String>,
}

impl EditLine {
    /// An edit that counts or not.
    pub fn new(made: &Correction, counts: bool) -> Self {
        let bare = Self {
            number: made.seq,
            at: format_time(made.made_at),
            role: made.role.code().to_owned(),
            what: made.change.code().to_owned(),
            reason: made.reason.clone(),
            counts,
            undoes: None,
            from: None,
            into: None,
            n_mentions: None,
            title: None,
            unit: None,
        };
        match &made.change {
            CorrectionChange::Undo(undone) => Self {
                undoes: Some(*undone),
                ..bare
            },
            CorrectionChange::Merge(from, into) => Self {
                from: Some(from.to_string()),
                into: Some(into.to_string()),
                ..bare
            },
            CorrectionChange::Split(split) => Self {
                from: Some(split.from.to_string()),
                into: Some(split.part.to_string()),
                n_mentions: Some(split.mentions.len()),
                ..bare
            },
            CorrectionChange::Rename(_, title) => Self {
                title: Some(title.clone()),
                ..bare
            },
            CorrectionChange::Pin(_, scope) => Self {
                unit: Some(digest_unit(scope)),
                ..bare
            },
            _ => bare,
        }
    }
}
