//! Edits from the pages of the desk, on the one path that the command line takes too.

use std::sync::Arc;

use api::{Desk, DeskRefusal, Hand};
use models::domain::{ConcernEdit, ConcernId, Correction, CorrectionChange};
use tracing::{error, info};

use crate::clock;
use crate::editing::{By, EditError};
use crate::pipeline::Pipeline;

/// Edits the record of a city.
pub struct EditDesk {
    pipeline: Arc<Pipeline>,
}

impl EditDesk {
    /// For the concerns of this city.
    pub fn new(pipeline: Arc<Pipeline>) -> Self {
        Self { pipeline }
    }
}

fn by(hand: &Hand) -> By<'_> {
    By {
        officer: &hand.officer,
        role: hand.role,
        reason: &hand.reason,
        logged: Some(&hand.logged),
    }
}

impl Desk for EditDesk {
    fn edit(
        &self,
        hand: &Hand,
        edit: ConcernEdit,
        seen: &[(ConcernId, u64)],
    ) -> Result<Correction, DeskRefusal> {
        let made = self.pipeline.edit(by(hand), edit, seen, clock::now());
        let made = made.map_err(refusal)?;
        info!(
            correction.seq = made.seq,
            correction.what = made.change.code(),
            "an edit was recorded"
        );
        Ok(made)
    }

    fn correct(&self, hand: &Hand, change: &CorrectionChange) -> Result<Correction, DeskRefusal> {
        let made = self.pipeline.correct(by(hand), change, clock::now());
        made.map_err(|failure| match failure.downcast::<EditError>() {
            Ok(error) => refusal(error),
            Err(other) => failed(&other),
        })
    }

    fn sound_words(&self, words: &str, most: usize) -> Result<String, DeskRefusal> {
        // Each line by itself, so that paragraphs stay what they are.
        let mut lines = Vec::new();
        for line in words.lines().filter(|line| !line.trim().is_empty()) {
            let sound = self.pipeline.sound_words(WORDS, line, most);
            lines.push(sound.map_err(refusal)?);
        }
        let words = lines.join("\n");
        if words.is_empty() {
            return Err(refusal(EditError::NoWords(WORDS)));
        }
        if words.chars().count() > most {
            return Err(refusal(EditError::TooLong { what: WORDS, most }));
        }
        Ok(words)
    }
}

/// How words are called that belong to no edit.
const WORDS: &str = "nội dung / the words";

fn failed(why: &dyn std::fmt::Display) -> DeskRefusal {
    error!(failure = %why, "an edit was not recorded");
    DeskRefusal::Failed
}

/// What the officer is told, one language at a time.
fn refusal(error: EditError) -> DeskRefusal {
    let both = |vi: String, en: String| DeskRefusal::Unsound { vi, en };
    let halves = |text: &str| match text.split_once(" / ") {
        Some((vi, en)) => (vi.to_owned(), en.to_owned()),
        None => (text.to_owned(), text.to_owned()),
    };
    match error {
        EditError::Stale { concern, .. } => DeskRefusal::Stale(concern),
        EditError::Record(error) => failed(&error),
        // These name what is meant in both languages in the middle of the sentence.
        EditError::NoWords(what) => {
            let (vi, en) = halves(what);
            both(format!("thiếu {vi}"), format!("{en} missing"))
        }
        EditError::TooLong { what, most } => {
            let (vi, en) = halves(what);
            both(
                format!("{vi}: dài quá {most} ký tự"),
                format!("{en}: longer than {most} characters"),
            )
        }
        EditError::Personal { what, cut } => {
            let (vi, en) = halves(what);
            both(
                format!("{vi}: có dữ liệu cá nhân, hãy viết lại không có nó: “{cut}”"),
                format!("{en}: has personal data, write it without: “{cut}”"),
            )
        }
        other => {
            let (vi, en) = halves(&other.to_string());
            both(vi, en)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn officers_are_told_in_one_language() {
        let id = ConcernId::new("c");
        for error in [
            EditError::UnknownConcern(id.clone()),
            EditError::NoWords("lý do / the reason"),
            EditError::TooLong {
                what: WORDS,
                most: 40,
            },
            EditError::Personal {
                what: WORDS,
                cut: "gọi anh …".to_owned(),
            },
            EditError::WithItself(id.clone()),
            EditError::TooOld(90),
            EditError::TooManyPins(10),
            EditError::AlreadyUndone(3),
            EditError::RestsOn(vec![1, 2]),
        ] {
            let shown = error.to_string();
            let DeskRefusal::Unsound { vi, en } = refusal(error) else {
                panic!("{shown}");
            };
            assert_ne!(vi, en, "{shown}");
            assert!(!vi.contains(" / ") && !en.contains(" / "), "{shown}");
            assert!(!vi.is_ascii(), "{vi}");
            assert!(
                en.replace(['“', '”', '…'], "")
                    .replace("gọi anh ", "")
                    .is_ascii(),
                "{en}"
            );
        }
        let stale = EditError::Stale {
            concern: id.clone(),
            made_on: 1,
            now: 2,
        };
        assert_eq!(refusal(stale), DeskRefusal::Stale(id));
    }
}
