//! Steps from day to day.

use jiff::civil::Date;

use crate::i18n::Lang;

/// A link to a neighbouring day.
pub(crate) struct DayLink {
    pub(crate) href: String,
    pub(crate) name: String,
}

/// Where the day before and after are, and a form for any other.
pub(crate) struct Days {
    pub(crate) action: String,
    pub(crate) day: String,
    pub(crate) max: Option<String>,
    pub(crate) before: Option<DayLink>,
    pub(crate) after: Option<DayLink>,
}

impl Days {
    /// `published` are the days that have something to show, newest first.
    pub(crate) fn new(lang: Lang, action: &str, day: Date, published: &[Date]) -> Self {
        let link = |day: Date| DayLink {
            href: lang.href(&format!("{action}?ngay={day}")),
            name: lang.short_day(day),
        };
        let newer = published.iter().filter(|other| **other > day).min();
        let older = published.iter().filter(|other| **other < day).max();
        Self {
            action: action.to_owned(),
            day: day.to_string(),
            max: published.first().map(ToString::to_string),
            before: older.copied().map(link),
            after: newer.copied().map(link),
        }
    }
}
