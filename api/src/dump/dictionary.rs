//! What each column means (`api/src/i18n/columns.tsv`).

/// Names, kinds, measures and meanings; `table.column` where one table means something else.
const COLUMNS: &str = include_str!("../i18n/columns.tsv");

/// What the cells of a column hold. Any cell may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words.
    Text,
    /// Whole numbers.
    Integer,
    /// Whole numbers of which small ones are not published: `<5`, or `-` beside one.
    Count,
    /// Numbers.
    Number,
    /// `true` or `false`.
    Flag,
    /// Days: `2026-11-12`.
    Day,
    /// Moments with their distance from UTC: `2026-11-13T00:00:00+07:00`.
    Moment,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// In which measure, where it has one.
    pub measure: &'static str,
    /// Its meaning in Vietnamese.
    pub vi: String,
    /// And in English.
    pub en: String,
}

impl Column {
    /// A column of a table. Bounds (`…_low`, `…_high`) are described by what they bound.
    pub(super) fn find(table: &str, name: &'static str) -> Option<Self> {
        let own = format!("{table}.{name}");
        if let Some(entry) = entry(&own).or_else(|| entry(name)) {
            return Some(Self {
                name,
                kind: entry.kind,
                measure: entry.measure,
                vi: entry.vi.to_owned(),
                en: entry.en.to_owned(),
            });
        }
        let (end, of) = bound_of(name)?;
        let bound = entry(end)?;
        let of = entry(of)?;
        Some(Self {
            name,
            kind: of.kind,
            measure: of.measure,
            vi: format!("{}. {}", of.vi, bound.vi),
            en: format!("{}. {}", of.en, bound.en),
        })
    }
}

/// `ratio_low` is the low end of `ratio`, `low_7` that of `listening_7`.
fn bound_of(name: &str) -> Option<(&'static str, &str)> {
    for end in ["low", "high"] {
        if let Some(of) = name
            .strip_suffix(end)
            .and_then(|rest| rest.strip_suffix('_'))
        {
            return Some((end, of));
        }
        let days = name
            .strip_prefix(end)
            .and_then(|rest| rest.strip_prefix('_'));
        match days {
            Some("1") => return Some((end, "listening_1")),
            Some("7") => return Some((end, "listening_7")),
            Some("90") => return Some((end, "listening_90")),
            _ => {}
        }
    }
    None
}

struct Entry {
    kind: ColumnKind,
    measure: &'static str,
    vi: &'static str,
    en: &'static str,
}

fn entry(wanted: &str) -> Option<Entry> {
    let mut lines = COLUMNS.lines().map(|line| line.split('\t'));
    lines.find_map(|mut fields| {
        if fields.next()? != wanted {
            return None;
        }
        Some(Entry {
            kind: kind(fields.next()?)?,
            measure: fields.next()?,
            vi: fields.next()?,
            en: fields.next()?,
        })
    })
}

fn kind(code: &str) -> Option<ColumnKind> {
    Some(match code {
        "text" => ColumnKind::Text,
        "integer" => ColumnKind::Integer,
        "count" => ColumnKind::Count,
        "number" => ColumnKind::Number,
        "flag" => ColumnKind::Flag,
        "day" => ColumnKind::Day,
        "moment" => ColumnKind::Moment,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_whole() {
        let mut names = std::collections::BTreeSet::new();
        for line in COLUMNS.lines() {
            let fields = line.split('\t').collect::<Vec<_>>();
            assert_eq!(fields.len(), 5, "{line}");
            assert!(kind(fields[1]).is_some(), "{line}");
            assert!(!fields[3].is_empty() && !fields[4].is_empty(), "{line}");
            assert!(names.insert(fields[0]), "twice: {line}");
        }
    }

    #[test]
    fn bounds_are_described_by_what_they_bound() {
        let low = Column::find("comparisons", "city_ratio_low").unwrap();
        assert_eq!(low.kind, ColumnKind::Number);
        assert!(low.en.starts_with("How many times as many"), "{}", low.en);
        assert!(low.en.ends_with("Lower end of the 90 % interval"));
        let week = Column::find("signals", "high_7").unwrap();
        assert!(week.vi.starts_with("Tín hiệu lắng nghe, 7 ngày"));
        assert_eq!(Column::find("units", "nothing"), None);
        let own = Column::find("digests", "n_mentions").unwrap();
        assert_eq!(own.kind, ColumnKind::Integer, "evidence, no cell");
    }
}
