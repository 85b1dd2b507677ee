//! A digest as plain values, to be set on paper or in a mail.

use serde::Serialize;
use thiserror::Error;

/// Sets digests on paper. Nothing of ours here knows how; the composition root brings it, where it is
/// built in.
pub trait Printer: Send + Sync {
    /// The bytes of a PDF. The same sheet gives the same bytes.
    fn print(&self, sheet: &Sheet) -> Result<Vec<u8>, PrintError>;
}

/// Why a sheet could not be printed: our template or our fonts are at fault, never the reader.
#[derive(Clone, Debug, Error)]
#[error("the sheet cannot be printed: {0}")]
pub struct PrintError(pub String);

/// A digest as it stands on paper and in mails: what the page shows, without what only a screen can do.
/// All texts are in the language of the sheet, citizens' words in their own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    /// `vi` or `en`.
    pub lang: &'static str,
    /// “Bản tin ngày”.
    pub title: String,
    /// City, unit or agency.
    pub whose: String,
    /// City.
    pub city: String,
    /// The day or period in words.
    pub period: String,
    /// Last day of the period: year, month, day.
    pub date: [i16; 3],
    /// How much was heard.
    pub summary: String,
    /// What a further revision changed.
    pub erratum: Option<String>,
    /// Why there are fewer than ten lines.
    pub thin: Option<String>,
    /// The lines, in order.
    pub lines: Vec<SheetLine>,
    /// What is rising fast: title and by how much.
    pub rising: Vec<[String; 2]>,
    /// How many sources were heard.
    pub coverage: String,
    /// Sources that were missing: name, and what was wrong.
    pub gaps: Vec<[String; 2]>,
    /// Method and revision.
    pub method: String,
    /// Where the digest stands on the web; empty when no public address is configured.
    pub href: String,
    /// Fixed words.
    pub words: SheetWords,
}

/// One line of a sheet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SheetLine {
    /// Its rank, from 1.
    pub rank: u32,
    /// Whether it shares its rank.
    pub tied: bool,
    /// Its title, in words of the evidence or of the desk.
    pub title: String,
    /// Topic.
    pub topic: String,
    /// Units, or the whole city.
    pub place: String,
    /// Since the digest before: `up`, `down`, `same`, `new`, or empty; and in words.
    pub change: [String; 2],
    /// How many mentions, in words.
    pub mentions: String,
    /// How many sources, in words.
    pub sources: String,
    /// Mentions of each day, the last is the digest's.
    pub trend: Vec<u32>,
    /// The same in words.
    pub trend_text: String,
    /// Shares of negative, neutral and positive mentions, together 1; empty when not known.
    pub feeling: Vec<f64>,
    /// The same in words.
    pub feeling_text: String,
    /// What its channels say together, and whether it is a rumour.
    pub notes: Vec<String>,
    /// Sentences that tell: text, and source with time.
    pub quotes: Vec<[String; 2]>,
    /// Score with its interval.
    pub score: String,
    /// Why it has its rank.
    pub reasons: Vec<String>,
    /// Where the concern stands on the web; empty as in [`Sheet::href`].
    pub href: String,
}

/// Words of a sheet that do not depend on its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each is the word it names")]
pub struct SheetWords {
    pub top: &'static str,
    pub concern: &'static str,
    pub mentions: &'static str,
    pub change: &'static str,
    pub trend: &'static str,
    pub feeling: &'static str,
    pub negative: &'static str,
    pub evidence: &'static str,
    pub why: &'static str,
    pub tied: &'static str,
    pub thin: &'static str,
    pub rising: &'static str,
    pub coverage: &'static str,
    pub missing: &'static str,
    pub page: &'static str,
    pub open: &'static str,
    pub promise: &'static str,
}

/// Digests as a mail. Every text in it is of the sheets; nothing is loaded from anywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterBody {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
}
