//! From what people type to what the index is asked.

use std::ops::Bound;

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as IndexQuery,
    RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::excluded::Excluded;
use super::schema::{Fields, channel_number, day_number, sentiment_number};
use super::words::{Word, words};
use super::{Order, Query};

/// More letters than anyone types are not looked at.
const MAX_QUERY_CHARS: usize = 500;

/// More clauses than anyone types are not looked at.
const MAX_CLAUSES: usize = 24;

/// Words of one phrase, at most.
const MAX_PHRASE_WORDS: usize = 12;

/// A phrase with more accented words is looked for wholly with or wholly without accents, not in
/// every mixture.
const MAX_MIXED_WORDS: u32 = 3;

/// One part of what was typed: a word, or several that stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    pub words: Vec<Word>,
    pub excluded: bool,
}

/// Reads what was typed; nothing is an error.
pub(super) fn clauses(typed: &str) -> Vec<Clause> {
    let typed: String = typed.chars().take(MAX_QUERY_CHARS).collect();
    let typed = typed.replace(['“', '”', '„', '«', '»'], "\"");
    let mut clauses = Vec::new();
    let mut excluded_phrase = false;
    for (at, part) in typed.split('"').enumerate() {
        // Parts between a first and a second quotation mark; one left open runs to the end.
        if at % 2 == 1 {
            let words = words(part).map(|(_, word)| word).take(MAX_PHRASE_WORDS);
            clauses.push(Clause {
                words: words.collect(),
                excluded: excluded_phrase,
            });
        } else {
            clauses.extend(part.split_whitespace().filter_map(loose_words));
            excluded_phrase = part.ends_with('-');
        }
    }
    clauses.retain(|clause| !clause.words.is_empty());
    clauses.truncate(MAX_CLAUSES);
    clauses
}

/// The words of a stretch without spaces: `-rác` excludes, `kẹt-xe` is two words side by side.
fn loose_words(stretch: &str) -> Option<Clause> {
    let excluded = stretch.starts_with('-');
    let words: Vec<_> = words(stretch)
        .map(|(_, word)| word)
        .take(MAX_PHRASE_WORDS)
        .collect();
    (!words.is_empty()).then_some(Clause { words, excluded })
}

/// The whole query, filters included.
pub(super) fn build(fields: &Fields, query: &Query) -> Box<dyn IndexQuery> {
    let mut parts: Vec<(Occur, Box<dyn IndexQuery>)> = filters(fields, query)
        .into_iter()
        .map(|filter| (Occur::Must, filter))
        .collect();
    let clauses = clauses(&query.words);
    for clause in &clauses {
        let said = clause_query(fields, &clause.words);
        parts.push(if clause.excluded {
            (Occur::MustNot, Box::new(Excluded(said)))
        } else {
            (Occur::Must, said)
        });
    }
    if query.order == Order::Relevance {
        parts.extend(side_by_side(fields, &clauses).map(|near| (Occur::Should, near)));
    }
    if !parts.iter().any(|(occur, _)| *occur == Occur::Must) {
        parts.push((Occur::Must, Box::new(AllQuery)));
    }
    Box::new(BooleanQuery::new(parts))
}

/// Words typed without quotation marks are better when they stand side by side all the same.
fn side_by_side(fields: &Fields, clauses: &[Clause]) -> Option<Box<dyn IndexQuery>> {
    loose_run(clauses).map(|loose| boosted(clause_query(fields, &loose), NEAR_BOOST))
}

/// All words that were typed without quotation marks, when there are several.
pub(super) fn loose_run(clauses: &[Clause]) -> Option<Vec<Word>> {
    let loose: Vec<Word> = clauses
        .iter()
        .filter(|clause| !clause.excluded && clause.words.len() == 1)
        .flat_map(|clause| clause.words.clone())
        .take(MAX_PHRASE_WORDS)
        .collect();
    (loose.len() > 1).then_some(loose)
}

/// A clause in the title or the text.
fn clause_query(fields: &Fields, words: &[Word]) -> Box<dyn IndexQuery> {
    any(vec![
        boosted(field_query(fields.title, words), TITLE_BOOST),
        field_query(fields.text, words),
    ])
}

fn field_query(field: Field, words: &[Word]) -> Box<dyn IndexQuery> {
    match words {
        [word] => word_query(field, word),
        words => any(spellings(words)
            .into_iter()
            .map(|(spelling, boost)| {
                let terms = spelling
                    .iter()
                    .map(|term| Term::from_field_text(field, term))
                    .collect();
                boosted(Box::new(PhraseQuery::new(terms)), boost)
            })
            .collect()),
    }
}

fn word_query(field: Field, word: &Word) -> Box<dyn IndexQuery> {
    let term = |text: &str| -> Box<dyn IndexQuery> {
        Box::new(TermQuery::new(
            Term::from_field_text(field, text),
            IndexRecordOption::WithFreqs,
        ))
    };
    if word.is_accented() {
        any(vec![
            boosted(term(&word.written), ACCENTED_BOOST),
            term(&word.folded),
        ])
    } else {
        term(&word.folded_term())
    }
}

/// How much better a word is that is written with the accents asked for.
pub(super) const ACCENTED_BOOST: f32 = 2.0;

/// How much better a match in the title is, and one of loose words that stand side by side.
pub(super) const TITLE_BOOST: f32 = 2.0;
pub(super) const NEAR_BOOST: f32 = 2.0;

/// The terms under which a phrase can stand in the index, with how good that is: an accented word
/// as it is or without accents, an unaccented one through its folded form.
pub(super) fn spellings(words: &[Word]) -> Vec<(Vec<String>, f32)> {
    let accented: Vec<usize> = (0..words.len())
        .filter(|&at| words[at].is_accented())
        .collect();
    let n_accented = accented.len() as u32;
    let masks: Vec<u32> = match n_accented {
        0 => vec![0],
        1..=MAX_MIXED_WORDS => (0..1 << n_accented).collect(),
        _ => vec![0, u32::MAX],
    };
    let spelling = |mask: u32| {
        let mut terms: Vec<String> = words.iter().map(Word::folded_term).collect();
        for (bit, &at) in accented.iter().enumerate() {
            let bare = mask >> bit & 1 == 1;
            let word = &words[at];
            terms[at].clone_from(if bare { &word.folded } else { &word.written });
        }
        let boost = if mask == 0 && n_accented > 0 {
            ACCENTED_BOOST
        } else {
            1.0
        };
        (terms, boost)
    };
    masks.into_iter().map(spelling).collect()
}

/// Filters say yes or no and do not touch the score.
fn filters(fields: &Fields, query: &Query) -> Vec<Box<dyn IndexQuery>> {
    let units = query.units.iter().map(|unit| u64::from(unit.number()));
    let topics = query.topics.iter().map(|topic| topic.index() as u64);
    let channels = query.channels.iter().map(|c| channel_number(*c));
    let sentiments = query.sentiments.iter().map(|s| sentiment_number(*s));
    let sources = query
        .sources
        .iter()
        .map(|source| Term::from_field_text(fields.source, source.as_str()));
    let mut filters = vec![
        one_of(numbers(fields.unit, units)),
        one_of(numbers(fields.topic, topics)),
        one_of(numbers(fields.channel, channels)),
        one_of(numbers(fields.sentiment, sentiments)),
        one_of(sources.collect()),
        days(fields, query),
    ];
    filters.push(
        query.is_concern.and_then(|is_concern| {
            one_of(vec![Term::from_field_bool(fields.is_concern, is_concern)])
        }),
    );
    filters.into_iter().flatten().map(unscored).collect()
}

fn numbers(field: Field, values: impl Iterator<Item = u64>) -> Vec<Term> {
    values
        .map(|value| Term::from_field_u64(field, value))
        .collect()
}

fn one_of(terms: Vec<Term>) -> Option<Box<dyn IndexQuery>> {
    (!terms.is_empty()).then(|| Box::new(TermSetQuery::new(terms)) as Box<dyn IndexQuery>)
}

fn days(fields: &Fields, query: &Query) -> Option<Box<dyn IndexQuery>> {
    let bound = |day: Option<jiff::civil::Date>| match day {
        Some(day) => Bound::Included(Term::from_field_u64(fields.day, day_number(day))),
        None => Bound::Unbounded,
    };
    (query.from.is_some() || query.to.is_some()).then(|| {
        Box::new(RangeQuery::new(bound(query.from), bound(query.to))) as Box<dyn IndexQuery>
    })
}

/// Hits that come after a place in the order of time.
pub(super) fn older_than(
    fields: &Fields,
    query: Box<dyn IndexQuery>,
    order: u64,
) -> Box<dyn IndexQuery> {
    let below = RangeQuery::new(
        Bound::Unbounded,
        Bound::Excluded(Term::from_field_u64(fields.order, order)),
    );
    Box::new(BooleanQuery::new(vec![
        (Occur::Must, query),
        (Occur::Must, Box::new(below)),
    ]))
}

fn any(mut queries: Vec<Box<dyn IndexQuery>>) -> Box<dyn IndexQuery> {
    match (queries.len(), queries.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            queries.extend(last);
            Box::new(BooleanQuery::union(queries))
        }
    }
}

fn boosted(query: Box<dyn IndexQuery>, boost: f32) -> Box<dyn IndexQuery> {
    Box::new(BoostQuery::new(query, boost))
}

fn unscored(query: Box<dyn IndexQuery>) -> Box<dyn IndexQuery> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, expected: &[(&str, bool)]) {
        let found: Vec<(String, bool)> = clauses(typed)
            .into_iter()
            .map(|clause| {
                let words: Vec<_> = clause.words.iter().map(|w| w.written.as_str()).collect();
                (words.join(" "), clause.excluded)
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(words, excluded)| ((*words).to_owned(), *excluded))
            .collect();
        assert_eq!(found, expected, "{typed}");
    }

    #[test]
    fn quotation_marks_keep_words_together() {
        check(
            "ngập \"Hoà Bình\" sâu",
            &[("ngập", false), ("hòa bình", false), ("sâu", false)],
        );
        check(
            "“kẹt xe” -\"sáng nay\"",
            &[("kẹt xe", false), ("sáng nay", true)],
        );
        check("\"để ngỏ", &[("để ngỏ", false)]);
    }

    #[test]
    fn a_dash_before_a_word_excludes_it() {
        check("rác -xe", &[("rác", false), ("xe", true)]);
        check("- --", &[]);
        check("kẹt-xe", &[("kẹt xe", false)]);
    }

    #[test]
    fn a_phrase_is_looked_for_in_every_mixture_of_accents() {
        let words: Vec<Word> = words("hòa binh đẹp").map(|(_, word)| word).collect();
        let found: Vec<String> = spellings(&words)
            .into_iter()
            .map(|(terms, _)| terms.join(" "))
            .collect();
        let expected = [
            "hòa ~binh đẹp",
            "hoa ~binh đẹp",
            "hòa ~binh dep",
            "hoa ~binh dep",
        ];
        assert_eq!(found, expected);
    }
}
