//! Numbers, days and moments as readers of each language write them.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use models::domain::{Period, PeriodKind, vietnam_zone};

use super::Lang;

/// Puts values where `{}` stands, in order.
pub(crate) fn fill(pattern: &str, values: &[&str]) -> String {
    let mut parts = pattern.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    let mut values = values.iter();
    for part in parts {
        filled.push_str(values.next().unwrap_or(&""));
        filled.push_str(part);
    }
    filled
}

impl Lang {
    /// `14.707` or `14,707`.
    pub(crate) fn count(self, n: u64) -> String {
        let digits = n.to_string();
        let separator = match self {
            Self::Vi => '.',
            Self::En => ',',
        };
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        grouped
    }

    /// `99,98` or `99.98`.
    pub(crate) fn decimal(self, value: f64, places: usize) -> String {
        let text = format!("{value:.places$}");
        // What rounds to nothing has no sign.
        let is_nothing = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
        let text = text
            .strip_prefix('-')
            .filter(|_| is_nothing)
            .unwrap_or(&text);
        match self {
            Self::Vi => text.replace('.', ","),
            Self::En => text.to_owned(),
        }
    }

    /// `97 %`, kept on one line.
    pub(crate) fn share(self, share: f64) -> String {
        format!("{}\u{a0}%", self.decimal(share * 100.0, 0))
    }

    /// `Thứ Năm, 12/11/2026` or `Thursday, 12 November 2026`.
    pub(crate) fn long_day(self, day: Date) -> String {
        match self {
            Self::Vi => {
                let (d, m, y) = (day.day(), day.month(), day.year());
                format!("{}, {d}/{m}/{y}", vietnamese_weekday(day.weekday()))
            }
            Self::En => day.strftime("%A, %-d %B %Y").to_string(),
        }
    }

    /// `12/11` or `12 Nov`.
    pub(crate) fn short_day(self, day: Date) -> String {
        match self {
            Self::Vi => format!("{}/{}", day.day(), day.month()),
            Self::En => day.strftime("%-d %b").to_string(),
        }
    }

    /// `Tuần 9/11 – 15/11/2026`, `Tháng 11/2026`, `Kỳ báo cáo tháng 11/2026`; a day as
    /// [`long_day`](Self::long_day).
    pub(crate) fn period(self, period: Period) -> String {
        let (first, last) = (period.first(), period.last());
        let days = format!("{} – {}", self.short_day(first), self.short_day(last));
        match (period.kind(), self) {
            (PeriodKind::Day, _) => self.long_day(last),
            (PeriodKind::Week, Self::Vi) => format!("Tuần {days}/{}", last.year()),
            (PeriodKind::Week, Self::En) => format!("Week of {days} {}", last.year()),
            (PeriodKind::Month, Self::Vi) => format!("Tháng {}/{}", last.month(), last.year()),
            (PeriodKind::Month, Self::En) => last.strftime("%B %Y").to_string(),
            (PeriodKind::ReportingMonth, Self::Vi) => {
                format!("Kỳ báo cáo tháng {}/{}", last.month(), last.year())
            }
            (PeriodKind::ReportingMonth, Self::En) => {
                format!("Reporting month of {}", last.strftime("%B %Y"))
            }
        }
    }

    /// The same where there is little room: `9/11 – 15/11`, `11/2026`.
    pub(crate) fn short_period(self, period: Period) -> String {
        let (first, last) = (period.first(), period.last());
        match (period.kind(), self) {
            (PeriodKind::Day, _) => self.short_day(last),
            (PeriodKind::Week, _) => {
                format!("{} – {}", self.short_day(first), self.short_day(last))
            }
            (_, Self::Vi) => format!("{}/{}", last.month(), last.year()),
            (_, Self::En) => last.strftime("%b %Y").to_string(),
        }
    }

    /// `06:25, 12/11/2026` in Vietnam.
    pub(crate) fn moment(self, moment: Timestamp) -> String {
        let pattern = match self {
            Self::Vi => "%H:%M, %-d/%-m/%Y",
            Self::En => "%-d %b %Y, %H:%M",
        };
        moment
            .to_zoned(vietnam_zone())
            .strftime(pattern)
            .to_string()
    }
}

fn vietnamese_weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Thứ Hai",
        Weekday::Tuesday => "Thứ Ba",
        Weekday::Wednesday => "Thứ Tư",
        Weekday::Thursday => "Thứ Năm",
        Weekday::Friday => "Thứ Sáu",
        Weekday::Saturday => "Thứ Bảy",
        Weekday::Sunday => "Chủ Nhật",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_and_days_follow_the_language() {
        assert_eq!(Lang::Vi.count(14_707), "14.707");
        assert_eq!(Lang::En.count(1_234_567), "1,234,567");
        assert_eq!(Lang::Vi.count(490), "490");
        assert_eq!(Lang::Vi.decimal(99.978, 2), "99,98");
        let day = date(2026, 11, 12);
        assert_eq!(Lang::Vi.long_day(day), "Thứ Năm, 12/11/2026");
        assert_eq!(Lang::En.long_day(day), "Thursday, 12 November 2026");
        let moment = "2026-11-11T23:25:00Z".parse().unwrap();
        assert_eq!(Lang::Vi.moment(moment), "06:25, 12/11/2026");
    }

    #[test]
    fn periods_have_names() {
        let names = |kind, lang: Lang| {
            let period = Period::of(kind, date(2026, 11, 12));
            (lang.period(period), lang.short_period(period))
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            names(PeriodKind::Week, Lang::Vi),
            pair("Tuần 9/11 – 15/11/2026", "9/11 – 15/11")
        );
        assert_eq!(
            names(PeriodKind::Month, Lang::En),
            pair("November 2026", "Nov 2026")
        );
        assert_eq!(
            names(PeriodKind::ReportingMonth, Lang::Vi),
            pair("Kỳ báo cáo tháng 11/2026", "11/2026")
        );
    }

    #[test]
    fn filling_takes_values_in_order() {
        assert_eq!(fill("{} trên {} nguồn", &["7", "9"]), "7 trên 9 nguồn");
        assert_eq!(fill("không có chỗ", &["7"]), "không có chỗ");
    }
}
