//! One unit: its digest, where it differs from the city, its signal, the shadow of Decision 766.

use askama::Template;
use jiff::civil::Date;
use models::domain::{
    ConcernId, Digest, DigestScope, ListeningSignal, ListeningWindow, PeriodKind,
    SatisfactionSignal, ScoreScope, ShadowSatisfaction, Unit, UnitComparison,
};

use super::comparison;
use super::{Days, DigestInput, DigestView, Layout, PeriodTabs, Picker, shadow_path};
use crate::i18n::{Lang, fill};
use crate::lines::colour_code;
use crate::state::AppState;
use crate::svg::{IntervalBar, Line, interval_bar, line};

/// What the page is made from.
pub(crate) struct UnitInput {
    /// The unit.
    pub unit: Unit,
    /// The day asked for.
    pub day: Date,
    /// Days with a digest of the unit, newest first.
    pub published: Vec<Date>,
    /// Its digest of that day.
    pub digest: Option<DigestInput>,
    /// Its signals of the 28 days up to that day, oldest first.
    pub signals: Vec<SatisfactionSignal>,
    /// Where it differs from the city that day.
    pub comparison: Option<UnitComparison>,
}

pub(crate) struct UnitFacts {
    pub(crate) name: String,
    pub(crate) origin: String,
}

pub(crate) struct RatioRow {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

pub(crate) struct WindowRow {
    pub(crate) days: String,
    pub(crate) value: String,
    pub(crate) interval: String,
    pub(crate) n: String,
}

pub(crate) struct History {
    pub(crate) line: Line,
    pub(crate) label: &'static str,
    pub(crate) caption: &'static str,
}

pub(crate) struct SignalView {
    pub(crate) judged: bool,
    pub(crate) value: String,
    pub(crate) class: &'static str,
    pub(crate) level: &'static str,
    pub(crate) sentence: String,
    pub(crate) scale: IntervalBar,
    pub(crate) history: Option<History>,
    pub(crate) windows: Vec<WindowRow>,
    /// Coverage and version of the method.
    pub(crate) made_of: String,
    pub(crate) shadow_href: String,
    pub(crate) shadow: [RatioRow; 4],
    pub(crate) shadow_note: String,
}

/// `/don-vi/{code}`.
#[derive(Template)]
#[template(path = "unit.html")]
pub(crate) struct UnitPage {
    pub(crate) page: Layout,
    pub(crate) unit: UnitFacts,
    pub(crate) days: Days,
    pub(crate) tabs: PeriodTabs,
    pub(crate) digest: Option<DigestView>,
    pub(crate) difference: Option<String>,
    pub(crate) compared: Option<String>,
    pub(crate) compare_path: String,
    pub(crate) beside_path: String,
    pub(crate) signal: Option<SignalView>,
    pub(crate) picker: Picker,
    pub(crate) map_path: String,
    /// How many requests are open and late, for officers of this part of the city: address and words.
    pub(crate) asked: Option<(String, String)>,
}

impl UnitPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &UnitInput) -> Self {
        let (lang, unit, day) = (page.lang, &input.unit, input.day);
        let today = input.signals.iter().find(|signal| signal.day == day);
        let digest = input.digest.as_ref();
        Self {
            unit: UnitFacts {
                name: unit.full_name(),
                origin: origin(lang, unit),
            },
            days: Days::new(
                lang,
                &format!("/don-vi/{}", unit.code),
                day,
                &input.published,
            ),
            tabs: PeriodTabs::new(
                lang,
                &DigestScope::Unit(unit.code),
                day,
                Some(PeriodKind::Day),
                (app.hours, (app.clock)()),
            ),
            digest: digest.map(|digest| DigestView::new(app, lang, digest)),
            difference: digest
                .and_then(|digest| difference(lang, &digest.digest, digest.city.as_ref()?)),
            compared: input
                .comparison
                .as_ref()
                .map(|compared| comparison::sentence(app, lang, compared)),
            beside_path: format!("/canh-nhau?a={}&ngay={day}", unit.code),
            compare_path: format!("/don-vi/{}/khac-biet?ngay={day}", unit.code),
            signal: today.map(|signal| SignalView::new(lang, signal, &input.signals)),
            picker: Picker::new(app, lang, day, Some(unit.code)),
            map_path: format!("/ban-do?ngay={day}"),
            asked: None,
            page,
        }
    }
}

fn origin(lang: Lang, unit: &Unit) -> String {
    match unit.former_districts.as_slice() {
        [] => unit.code.to_string(),
        districts => fill(lang.texts().formerly, &[&districts.join(", ")]),
    }
}

/// How many of the unit's concerns the city's list does not have.
fn difference(lang: Lang, unit: &Digest, city: &Digest) -> Option<String> {
    if unit.top.is_empty() {
        return None;
    }
    let in_city = |id: &ConcernId| city.top.iter().any(|other| other.concern == *id);
    let own = unit
        .top
        .iter()
        .filter(|entry| !in_city(&entry.concern))
        .count();
    let t = lang.texts();
    Some(match own {
        0 => t.difference_none.to_owned(),
        own => fill(
            t.difference,
            &[&own.to_string(), &unit.top.len().to_string()],
        ),
    })
}

impl SignalView {
    pub(super) fn new(
        lang: Lang,
        signal: &SatisfactionSignal,
        history: &[SatisfactionSignal],
    ) -> Self {
        let t = lang.texts();
        let listening = &signal.listening;
        Self {
            judged: listening.judged,
            value: lang.decimal(listening.value, 1),
            class: colour_code(signal.colour),
            level: signal.level.map_or("", |level| t.level(level)),
            sentence: sentence(lang, listening),
            scale: interval_bar(listening.value, listening.interval),
            history: drawn_history(lang, history),
            windows: signal
                .windows
                .iter()
                .map(|window| window_row(lang, window))
                .collect(),
            made_of: fill(
                t.signal_made_of,
                &[
                    &lang.share(signal.coverage),
                    &signal.method_version,
                    &signal.revision.to_string(),
                ],
            ),
            shadow_href: lang.href(&shadow_path(
                PeriodKind::ReportingMonth,
                ScoreScope::Unit(signal.unit),
            )),
            shadow: ratios(lang, &signal.shadow),
            shadow_note: fill(
                t.shadow_note,
                &[
                    &lang.count(signal.shadow.n.into()),
                    &lang.count(signal.shadow.n_silent.into()),
                ],
            ),
        }
    }
}

/// A stretch of days; what cannot be judged has an interval and no value.
fn window_row(lang: Lang, window: &ListeningWindow) -> WindowRow {
    let signal = &window.signal;
    let ends = [signal.interval.low, signal.interval.high].map(|end| lang.decimal(end, 0));
    WindowRow {
        days: lang.count(window.days.into()),
        value: if signal.judged {
            lang.decimal(signal.value, 1)
        } else {
            lang.texts().cannot_judge.to_owned()
        },
        interval: format!("{}–{}", ends[0], ends[1]),
        n: lang.count(signal.n.into()),
    }
}

fn sentence(lang: Lang, listening: &ListeningSignal) -> String {
    let t = lang.texts();
    let (low, high) = (listening.interval.low, listening.interval.high);
    let n = lang.count(listening.n.into());
    let [value, low, high] = [listening.value, low, high].map(|value| lang.decimal(value, 1));
    if listening.judged {
        fill(t.signal_sentence, &[&value, &low, &high, &n])
    } else {
        fill(t.signal_unjudged, &[&n, &low, &high])
    }
}

/// Nothing is drawn from fewer than three days.
fn drawn_history(lang: Lang, history: &[SatisfactionSignal]) -> Option<History> {
    let first = history.first().filter(|_| history.len() >= 3)?.day;
    let points = history.iter().map(|signal| {
        let x = f64::from(first.until(signal.day).map_or(0, |span| span.get_days())) * 10.0;
        let listening = &signal.listening;
        (
            x,
            listening.interval.low,
            listening.value,
            listening.interval.high,
        )
    });
    let caption = lang.texts().signal_history;
    Some(History {
        line: line(&points.collect::<Vec<_>>()),
        label: caption,
        caption,
    })
}

fn ratios(lang: Lang, shadow: &ShadowSatisfaction) -> [RatioRow; 4] {
    let t = lang.texts();
    let row = |name, value: Option<f64>, after: &str| RatioRow {
        name,
        value: value.map_or_else(
            || t.shadow_none.to_owned(),
            |value| format!("{}{after}", lang.decimal(value, 2)),
        ),
    };
    [
        row(t.shadow_on_time, shadow.on_time_pct, " %"),
        row(t.shadow_petition, shadow.petition_satisfaction_pct, " %"),
        row(t.shadow_procedure, shadow.procedure_satisfaction_pct, " %"),
        row(t.shadow_points, shadow.points, ""),
    ]
}
