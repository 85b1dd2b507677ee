//! What an erratum says: why a published digest was made again, and which of its lines changed. It holds
//! no words of citizens, since it is kept for ever.

use indexer::archive::Changes;
use models::domain::{Digest, DigestEntry};

/// More lines are counted, not named.
const NAMED_MAX: usize = 5;

/// Whether two digests of the same scope and period say the same to a reader: the same concerns under
/// the same titles at the same ranks, with the same numbers. Scores that moved by a like more or less
/// are no reason for a revision.
pub fn same_lines(one: &Digest, other: &Digest) -> bool {
    fn line(entry: &DigestEntry) -> impl PartialEq {
        let named = (entry.concern.clone(), entry.title.clone());
        (
            named,
            entry.rank,
            entry.tied,
            entry.n_mentions,
            entry.n_sources,
        )
    }
    let same = |one: &[DigestEntry], other: &[DigestEntry]| {
        one.len() == other.len() && one.iter().zip(other).all(|(a, b)| line(a) == line(b))
    };
    same(&one.top, &other.top)
        && same(&one.rising, &other.rising)
        && one.n_mentions == other.n_mentions
        && one.thin_evidence == other.thin_evidence
}

/// Why: `Bổ sung 3 phản ánh, tin bài đến muộn.`
pub fn reason(changes: Changes) -> String {
    let parts = [
        (changes.n_new, "phản ánh, tin bài đến muộn"),
        (
            changes.n_changed,
            "phản ánh, tin bài có nội dung hoặc tình trạng mới",
        ),
    ];
    let added = parts.iter().filter(|(n, _)| *n > 0);
    let added = added.map(|(n, what)| format!("{n} {what}"));
    let added = added.collect::<Vec<_>>().join("; ");
    let mut why = if added.is_empty() {
        String::new()
    } else {
        format!("Bổ sung {added}.")
    };
    if changes.n_removed > 0 {
        let gap = if why.is_empty() { "" } else { " " };
        let gone = format!(
            "{gap}{} phản ánh, tin bài đã gỡ tại nguồn hoặc xóa theo luật: từ ngữ của chúng không \
             còn trong bản nào đã phát hành.",
            changes.n_removed
        );
        why.push_str(&gone);
    }
    if why.is_empty() {
        "Tính lại theo phương pháp hoặc cấu hình hiện hành.".clone_into(&mut why);
    }
    why
}

/// Why and what: ranks before and after, lines that are new or gone.
pub fn erratum(changes: Changes, old: &Digest, new: &Digest) -> String {
    let rank = |digest: &Digest, entry: &DigestEntry| {
        let found = digest
            .top
            .iter()
            .find(|other| other.concern == entry.concern);
        found.map(|found| found.rank)
    };
    let moved = new.top.iter().filter_map(|entry| {
        let before = rank(old, entry)?;
        (before != entry.rank).then(|| format!("{before}→{}", entry.rank))
    });
    let added = new.top.iter().filter(|entry| rank(old, entry).is_none());
    let gone = old.top.iter().filter(|entry| rank(new, entry).is_none());
    let ranks = |entries: Vec<u32>| entries.iter().map(u32::to_string).collect::<Vec<_>>();
    let parts = [
        ("đổi hạng", moved.collect()),
        (
            "dòng mới ở hạng",
            ranks(added.map(|entry| entry.rank).collect()),
        ),
        (
            "ra khỏi danh sách: hạng cũ",
            ranks(gone.map(|entry| entry.rank).collect()),
        ),
    ];
    let parts = parts.iter().filter(|(_, ranks)| !ranks.is_empty());
    let parts = parts.map(|(what, ranks)| format!("{what} {}", listed(ranks)));
    let told = parts.collect::<Vec<_>>();
    let why = reason(changes);
    if told.is_empty() {
        format!("{why} Thứ hạng giữ nguyên, số liệu thay đổi.")
    } else {
        format!("{why} Thay đổi: {}.", told.join("; "))
    }
}

fn listed(ranks: &[String]) -> String {
    let named = ranks.iter().take(NAMED_MAX).cloned().collect::<Vec<_>>();
    let more = ranks.len().saturating_sub(NAMED_MAX);
    match more {
        0 => named.join(", "),
        more => format!("{} và {more} dòng khác", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use models::domain::{
        ConcernId, Coverage, DigestScope, Factors, Interval, PeriodKind, Quote, Topic,
    };

    use super::*;

    fn line(id: &str, rank: u32) -> DigestEntry {
        DigestEntry {
            rank,
            tied: false,
            concern: ConcernId::new(id),
            title: format!("Ngập đường {id}"),
            topic: Topic::Drainage,
            units: Vec::new(),
            score: 3.0,
            interval: Interval {
                low: 2.0,
                high: 4.0,
            },
            factors: Factors {
                shrunk_count: 3.0,
                burst: 0.0,
                negativity: 0.0,
                breadth: 1.0,
                unresolved_age: 1.0,
            },
            n_mentions: 3,
            n_sources: 1,
            evidence: Vec::new(),
            quotes: vec![Quote {
                mention: models::domain::MentionId::new("m"),
                text: "Nước lên tới đầu gối.".to_owned(),
            }],
            trend: Vec::new(),
            receipt: None,
            notes: Vec::new(),
        }
    }

    fn ranked(ids: &[&str]) -> Digest {
        Digest {
            scope: DigestScope::City,
            period: PeriodKind::Day,
            day: date(2026, 11, 12),
            revision: 1,
            erratum: None,
            method_version: "rank-1".to_owned(),
            coverage: Coverage {
                share: 1.0,
                n_expected: 1,
                n_fresh: 1,
                gaps: Vec::new(),
            },
            top: ids
                .iter()
                .zip(1..)
                .map(|(id, rank)| line(id, rank))
                .collect(),
            rising: Vec::new(),
            thin_evidence: None,
            n_mentions: 9,
        }
    }

    #[test]
    fn an_erratum_says_why_and_what() {
        let (old, new) = (ranked(&["a", "b", "c"]), ranked(&["b", "a", "d"]));
        let changes = Changes {
            n_new: 3,
            n_changed: 0,
            n_removed: 1,
        };
        let said = erratum(changes, &old, &new);
        for words in [
            "3 phản ánh, tin bài đến muộn",
            "1 phản ánh, tin bài đã gỡ",
            "đổi hạng 2→1, 1→2",
            "dòng mới ở hạng 3",
            "hạng cũ 3",
        ] {
            assert!(said.contains(words), "{said}");
        }
        assert!(!said.contains(&old.top[0].title), "no words of citizens");
    }

    #[test]
    fn scores_alone_are_no_reason() {
        let old = ranked(&["a", "b"]);
        let mut new = old.clone();
        new.top[0].score *= 1.01;
        new.top[0].quotes.clear();
        assert!(same_lines(&old, &new));
        new.top[1].n_mentions += 1;
        assert!(!same_lines(&old, &new));
        assert!(erratum(Changes::default(), &old, &new).contains("Thứ hạng giữ nguyên"));
    }
}
