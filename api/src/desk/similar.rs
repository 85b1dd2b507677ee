//! Concerns that may be one: suggestions for merging. People decide; nothing is merged by this.

use super::board::BoardRow;
use models::domain::Scope;

/// Below this nothing is suggested: half the words of two short concerns of one topic and place.
const LEAST: f32 = 0.25;

/// A concern that is like another, and in what.
#[derive(Clone, Debug)]
pub(crate) struct Alike<'b> {
    pub(crate) row: &'b BoardRow,
    /// Cosine of their words, 0 to 1.
    pub(crate) words: f32,
    pub(crate) is_same_topic: bool,
    pub(crate) is_same_place: bool,
}

impl Alike<'_> {
    /// Words count most; the same topic and place each make up for some.
    fn points(&self) -> f32 {
        let bonus = |is: bool, points: f32| if is { points } else { 0.0 };
        self.words + bonus(self.is_same_topic, 0.1) + bonus(self.is_same_place, 0.15)
    }
}

/// How alike two concerns are.
fn compare<'b>(of: &BoardRow, row: &'b BoardRow) -> Alike<'b> {
    Alike {
        words: cosine(&of.terms, &row.terms),
        is_same_topic: of.topic == row.topic,
        is_same_place: match (of.scope, row.scope) {
            (Scope::Unit, Scope::Unit) => of.units.iter().any(|code| row.units.contains(code)),
            (Scope::City, Scope::City) => true,
            _ => false,
        },
        row,
    }
}

/// The concerns most like one, best first.
pub(crate) fn alike<'b>(
    of: &BoardRow,
    rows: impl Iterator<Item = &'b BoardRow>,
    limit: usize,
) -> Vec<Alike<'b>> {
    let others = rows.filter(|row| row.id != of.id);
    let mut found = others
        .map(|row| compare(of, row))
        .filter(|alike| alike.words > 0.0 && alike.points() >= LEAST)
        .collect::<Vec<_>>();
    found.sort_by(|a, b| {
        let by_points = b.points().total_cmp(&a.points());
        by_points.then_with(|| a.row.id.cmp(&b.row.id))
    });
    found.truncate(limit);
    found
}

/// Of two lists sorted by term.
fn cosine(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let norm = |terms: &[(u32, f32)]| terms.iter().map(|(_, w)| w * w).sum::<f32>().sqrt();
    let (of_a, of_b) = (norm(a), norm(b));
    if of_a <= 0.0 || of_b <= 0.0 {
        return 0.0;
    }
    let mut dot = 0.0;
    for (term, weight) in a {
        if let Ok(at) = b.binary_search_by_key(term, |(other, _)| *other) {
            dot += weight * b[at].1;
        }
    }
    (dot / (of_a * of_b)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cosine_is_one_for_the_same_and_nought_for_strangers() {
        let a = [(1, 0.5), (4, 1.0)];
        let b = [(2, 1.0), (3, 2.0)];
        assert!((cosine(&a, &a) - 1.0).abs() < 1e-6);
        assert!(cosine(&a, &b).abs() < 1e-6);
        assert!(cosine(&a, &[]).abs() < 1e-6);
        let half = cosine(&[(1, 1.0), (2, 1.0)], &[(2, 1.0), (3, 1.0)]);
        assert!((half - 0.5).abs() < 1e-6, "{half}");
    }
}
