//! Titles of concerns: short, of the matter and of the place, without personal data.

use std::collections::BTreeMap;

use models::domain::{Scope, Taxonomy};
use models::language::place::PlaceInput;
use models::language::quote::MAX_TITLE_WORDS;
use models::language::text::fold;

use super::gold::GoldMention;
use crate::city::City;
use crate::edition::GroupedDays;

/// How many titles are as they should be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TitleScores {
    /// Titles of concerns that stand in a labelled concern.
    pub n: usize,
    /// With twelve words at most.
    pub n_short: usize,
    /// With a phrase of the lexicon of the labelled topic.
    pub n_topic: usize,
    /// That the gazetteer can place, read alone.
    pub n_place: usize,
    /// Whose mention, title and text together, can be placed: more than these cannot name one.
    pub n_placeable: usize,
    /// With labelled personal data or the mark of what was cut.
    pub n_personal: usize,
}

/// Looks at the title of every concern that was grouped, by the labels of the mention it stands in.
pub fn score(city: &City, gold: &[GoldMention], grouped: &GroupedDays) -> TitleScores {
    let labels = gold
        .iter()
        .map(|item| (item.mention.id.as_str(), item))
        .collect::<BTreeMap<_, _>>();
    let mut scores = TitleScores::default();
    for concern in &grouped.concerns {
        let Some(item) = labels.get(concern.title_from.as_str()) else {
            continue;
        };
        if !item.label.is_concern {
            continue;
        }
        let title = concern.title.as_str();
        let count = |found: bool| usize::from(found);
        scores.n += 1;
        scores.n_short += count(title.split_whitespace().count() <= MAX_TITLE_WORDS);
        scores.n_topic += count(names_topic(title, item, &city.taxonomy));
        scores.n_place += count(is_placed(city, item, None, title));
        scores.n_placeable += count(is_placed(
            city,
            item,
            item.mention.title.as_deref(),
            &item.mention.text,
        ));
        let is_personal = |part: &String| title.contains(part.as_str());
        scores.n_personal += count(title.contains('[') || item.label.pii.iter().any(is_personal));
    }
    scores
}

impl TitleScores {
    /// A paragraph of the score sheet.
    pub fn paragraph(&self) -> String {
        format!(
            "Titles of {} concerns as grouped: {} with at most {MAX_TITLE_WORDS} words, {} with a word \
             of the labelled topic's lexicon, {} with a place that the gazetteer knows (of {} whose \
             mention has one), {} with personal data.\n\n",
            self.n, self.n_short, self.n_topic, self.n_place, self.n_placeable, self.n_personal
        )
    }
}

/// Whether a phrase of the labelled topic's lexicon stands in the title, accents aside.
fn names_topic(title: &str, item: &GoldMention, taxonomy: &Taxonomy) -> bool {
    let title = words(title);
    let mut lexicon = taxonomy.info(item.label.topic).lexicon.iter();
    lexicon.any(|phrase| title.contains(words(phrase).as_str()))
}

/// Folded words with a space around each.
fn words(text: &str) -> String {
    let folded = fold(text).to_lowercase();
    let words = folded.split(|letter: char| !letter.is_alphanumeric());
    let mut spaced = String::from(" ");
    for word in words.filter(|word| !word.is_empty()) {
        spaced.push_str(word);
        spaced.push(' ');
    }
    spaced
}

fn is_placed(city: &City, item: &GoldMention, title: Option<&str>, text: &str) -> bool {
    let Some(day) = item.mention.day() else {
        return false;
    };
    let placement = city.annotator.gazetteer().place(&PlaceInput {
        title,
        text,
        ticket_address: None,
        parent: None,
        channel: item.mention.channel,
        day,
    });
    !matches!(placement.scope, Scope::Unknown) || !placement.units.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_looked_for() {
        assert_eq!(words("Ngập, kẹt!"), " ngap ket ");
        assert!(words("Kẹt xe ở Q.7").contains(&words("kẹt xe")));
        assert!(!words("Kẹt xèng").contains(&words("kẹt xe")));
    }

    #[test]
    fn the_paragraph_tells_all_counts() {
        let scores = TitleScores {
            n: 9,
            n_short: 8,
            n_topic: 7,
            n_place: 5,
            n_placeable: 6,
            n_personal: 1,
        };
        let said = scores.paragraph();
        for count in ["9 concerns", "8 with", "7 with", "5 with", "of 6", "1 with"] {
            assert!(said.contains(count), "{count}: {said}");
        }
    }
}
