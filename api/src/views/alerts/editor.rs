//! Rules, and the form in which they are written.

use askama::Template;
use models::domain::{
    AlertRule, Channel, ConcernWatch, RuleFault, SourceId, SourceWatch, Topic, UnitCode, Watch,
};
use url::form_urlencoded;

use super::words::{cause_lines, rule_words};
use crate::Error;
use crate::alerts::Previewed;
use crate::i18n::{Lang, NoticeTexts, fill};
use crate::state::AppState;
use crate::views::Layout;

/// Findings shown in a preview.
const SHOWN: usize = 30;
/// Bounds on false alarms a month that the form offers.
const BOUNDS: [f64; 4] = [0.25, 1.0, 4.0, 10.0];

/// A rule in the list.
pub(crate) struct RuleRow {
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) urgent: Option<&'static str>,
    pub(crate) inactive: Option<&'static str>,
    /// Where it is changed, by those who may.
    pub(crate) href: Option<String>,
}

impl RuleRow {
    pub(crate) fn new(app: &AppState, lang: Lang, rule: &AlertRule, may_change: bool) -> Self {
        let n = lang.notices();
        Self {
            name: rule.name.clone(),
            words: rule_words(app, lang, rule),
            urgent: rule.is_urgent.then_some(n.urgent),
            inactive: (!rule.is_active).then_some(n.inactive),
            href: may_change.then(|| lang.href(&format!("/canh-bao/luat/{}", rule.id))),
        }
    }
}

/// `/canh-bao/luat`.
#[derive(Template)]
#[template(path = "alert_rules.html")]
pub(crate) struct RulesPage {
    pub(crate) page: Layout,
    pub(crate) n: &'static NoticeTexts,
    pub(crate) rules: Vec<RuleRow>,
    pub(crate) may_manage: bool,
    pub(crate) done: Option<&'static str>,
}

/// A rule as a form holds it.
pub(crate) struct RuleForm {
    pub(crate) rule: AlertRule,
    /// Units as they were typed.
    units: String,
    unknown_unit: Option<String>,
}

impl RuleForm {
    /// What the fields say.
    pub(crate) fn read(app: &AppState, bytes: &[u8]) -> Self {
        let fields = form_urlencoded::parse(bytes)
            .into_owned()
            .collect::<Vec<_>>();
        let of = |name: &str| {
            let all = fields.iter().filter(|(key, _)| key == name);
            all.map(|(_, value)| value.trim().to_owned())
                .collect::<Vec<_>>()
        };
        let one = |name: &str| of(name).pop().unwrap_or_default();
        let number = |name: &str| one(name).parse::<u32>().unwrap_or(0);
        let share = |text: &str| text.replace(',', ".").parse::<f64>().unwrap_or(f64::NAN);
        let given = |name: &str| Some(one(name)).filter(|text| !text.is_empty());
        let sources = of("nguon")
            .into_iter()
            .map(SourceId::new)
            .collect::<Vec<_>>();
        let units = one("don_vi");
        let (known, unknown_unit) = read_units(app, &units);
        let watch = if one("loai") == "source" {
            Watch::Sources(SourceWatch {
                sources,
                min_hours: number("gio"),
            })
        } else {
            Watch::Concerns(ConcernWatch {
                topics: of("linh_vuc")
                    .iter()
                    .filter_map(|code| Topic::from_code(code))
                    .collect(),
                units: known,
                channels: of("kenh")
                    .iter()
                    .filter_map(|code| Channel::from_code(code))
                    .collect(),
                sources,
                min_mentions: number("so_tin"),
                min_negative_share: given("tieu_cuc").map(|text| share(&text) / 100.0),
                burst_per_month: given("tang").map(|text| share(&text)),
            })
        };
        Self {
            rule: AlertRule {
                id: one("luat").parse().unwrap_or(0),
                revision: number("ban"),
                origin: None,
                name: one("ten"),
                watch,
                is_urgent: !one("khan").is_empty(),
                is_active: !one("dung").is_empty(),
            },
            units,
            unknown_unit,
        }
    }

    /// A rule as it stands.
    pub(crate) fn of(rule: AlertRule) -> Self {
        let units = rule.units().iter().map(ToString::to_string);
        Self {
            units: units.collect::<Vec<_>>().join(", "),
            unknown_unit: None,
            rule,
        }
    }

    /// A new rule, with what most will want.
    pub(crate) fn blank() -> Self {
        Self::of(AlertRule {
            id: 0,
            revision: 0,
            origin: None,
            name: String::new(),
            watch: Watch::Concerns(ConcernWatch {
                min_mentions: 5,
                burst_per_month: Some(1.0),
                ..ConcernWatch::default()
            }),
            is_urgent: false,
            is_active: true,
        })
    }

    /// What is wrong with it, if anything, in words.
    pub(crate) fn problem(&self, lang: Lang) -> Option<String> {
        let n = lang.notices();
        if let Some(unknown) = &self.unknown_unit {
            return Some(fill(n.fault_units, &[unknown]));
        }
        let fault = self.rule.fault()?;
        Some(
            match fault {
                RuleFault::Name => n.fault_name,
                RuleFault::MinMentions => n.fault_mentions,
                RuleFault::NegativeShare => n.fault_negative,
                RuleFault::Burst => n.fault_burst,
                RuleFault::Everything => n.fault_everything,
                RuleFault::Hours => n.fault_hours,
            }
            .to_owned(),
        )
    }
}

fn read_units(app: &AppState, text: &str) -> (Vec<UnitCode>, Option<String>) {
    let mut known = Vec::new();
    let words = text.split(|c: char| c == ',' || c.is_whitespace());
    for word in words.filter(|word| !word.is_empty()) {
        match word.parse::<UnitCode>() {
            Ok(code) if app.unit(code).is_some() => {
                if !known.contains(&code) {
                    known.push(code);
                }
            }
            _ => return (known, Some(word.chars().take(20).collect())),
        }
    }
    (known, None)
}

/// A choice of the form.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

impl Choice {
    fn new(value: impl Into<String>, label: impl Into<String>, is_chosen: bool) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            is_chosen,
        }
    }
}

/// One finding of a preview.
pub(crate) struct FoundRow {
    pub(crate) day: String,
    pub(crate) title: String,
    pub(crate) href: Option<String>,
    pub(crate) figures: Vec<String>,
}

/// What a preview says.
pub(crate) struct PreviewView {
    pub(crate) sentence: String,
    pub(crate) unjudged: Option<String>,
    pub(crate) more: Option<String>,
    pub(crate) found: Vec<FoundRow>,
}

/// What the editor is made from.
pub(crate) struct EditorInput {
    pub(crate) form: RuleForm,
    pub(crate) previewed: Option<Previewed>,
    pub(crate) problem: Option<String>,
}

/// `/canh-bao/luat/moi`, `/canh-bao/luat/{id}`.
#[derive(Template)]
#[template(path = "alert_rule.html")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a box or a part of the form"
)]
pub(crate) struct EditorPage {
    pub(crate) page: Layout,
    pub(crate) n: &'static NoticeTexts,
    pub(crate) id: u64,
    pub(crate) revision: u32,
    pub(crate) name: String,
    pub(crate) is_source: bool,
    pub(crate) min_mentions: String,
    pub(crate) negative: String,
    pub(crate) hours: String,
    pub(crate) units: String,
    pub(crate) bursts: Vec<Choice>,
    pub(crate) topics: Vec<Choice>,
    pub(crate) channels: Vec<Choice>,
    pub(crate) sources: Vec<Choice>,
    pub(crate) has_topics: bool,
    pub(crate) has_sources: bool,
    pub(crate) is_urgent: bool,
    pub(crate) is_active: bool,
    pub(crate) problem: Option<String>,
    pub(crate) preview: Option<PreviewView>,
    /// The address of this form, for the preview.
    pub(crate) here: String,
    pub(crate) save: String,
    pub(crate) back: String,
}

impl EditorPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: EditorInput) -> Result<Self, Error> {
        let (lang, n) = (page.lang, page.lang.notices());
        let rule = &input.form.rule;
        let watch = match &rule.watch {
            Watch::Concerns(watch) => watch.clone(),
            Watch::Sources(watch) => ConcernWatch {
                sources: watch.sources.clone(),
                min_mentions: 5,
                ..ConcernWatch::default()
            },
        };
        let hours = match &rule.watch {
            Watch::Sources(watch) => watch.min_hours,
            Watch::Concerns(_) => 12,
        };
        let preview = match input.previewed {
            Some(previewed) => Some(preview_view(app, lang, &previewed)?),
            None => None,
        };
        let path = match rule.id {
            0 => "/canh-bao/luat/moi".to_owned(),
            id => format!("/canh-bao/luat/{id}"),
        };
        Ok(Self {
            id: rule.id,
            revision: rule.revision,
            name: rule.name.clone(),
            is_source: matches!(rule.watch, Watch::Sources(_)),
            min_mentions: watch.min_mentions.to_string(),
            negative: watch
                .min_negative_share
                .filter(|share| share.is_finite())
                .map_or_else(String::new, |share| format!("{:.0}", share * 100.0)),
            hours: hours.to_string(),
            bursts: bursts(lang, watch.burst_per_month),
            topics: Topic::ALL
                .iter()
                .map(|topic| {
                    let is_chosen = watch.topics.contains(topic);
                    Choice::new(topic.code(), app.topic_name(*topic, lang), is_chosen)
                })
                .collect(),
            channels: Channel::ALL
                .iter()
                .map(|one| {
                    let is_chosen = watch.channels.contains(one);
                    Choice::new(one.code(), lang.texts().channel(*one), is_chosen)
                })
                .collect(),
            sources: app
                .sources
                .iter()
                .map(|source| {
                    let is_chosen = watch.sources.contains(&source.id);
                    Choice::new(source.id.as_str(), source.name.clone(), is_chosen)
                })
                .collect(),
            has_topics: !watch.topics.is_empty(),
            has_sources: !watch.sources.is_empty(),
            units: input.form.units.clone(),
            is_urgent: rule.is_urgent,
            is_active: rule.is_active,
            problem: input.problem,
            preview,
            here: lang.href(&path),
            save: lang.href("/canh-bao/luat"),
            back: lang.href("/canh-bao/luat"),
            n,
            page,
        })
    }
}

fn bursts(lang: Lang, chosen: Option<f64>) -> Vec<Choice> {
    let n = lang.notices();
    let mut bounds = BOUNDS.to_vec();
    bounds.extend(chosen.filter(|bound| bound.is_finite() && !BOUNDS.contains(bound)));
    let bounds = bounds.into_iter().map(|bound| {
        let places = if bound.fract() == 0.0 { 0 } else { 2 };
        let label = fill(n.burst_some, &[&lang.decimal(bound, places)]);
        Choice::new(bound.to_string(), label, chosen == Some(bound))
    });
    std::iter::once(Choice::new("", n.burst_none, chosen.is_none()))
        .chain(bounds)
        .collect()
}

fn preview_view(app: &AppState, lang: Lang, previewed: &Previewed) -> Result<PreviewView, Error> {
    let n = lang.notices();
    let preview = &previewed.preview;
    let count = |n: usize| lang.count(n as u64);
    let n_opened = count(preview.opened.len());
    let n_judged = lang.count(u64::from(preview.n_judged));
    let ends = preview.unjudged.first().zip(preview.unjudged.last());
    let begins = previewed
        .recorded_from
        .map_or_else(|| "–".to_owned(), |day| lang.short_day(day));
    let found = preview.opened.iter().take(SHOWN).map(|found| {
        let href = match &found.subject {
            models::domain::AlertSubject::Concern(id) => lang.concern_href(id),
            models::domain::AlertSubject::Source(id) => lang.href(&format!("/nguon/{id}")),
        };
        Ok(FoundRow {
            day: lang.short_day(found.day),
            title: app.subject_title(lang, &found.subject)?,
            href: Some(href),
            figures: cause_lines(app, lang, found).into_iter().take(2).collect(),
        })
    });
    Ok(PreviewView {
        sentence: fill(n.preview_n, &[&n_opened, &n_judged]),
        unjudged: ends.map(|(first, last)| {
            let n_days = count(preview.unjudged.len());
            let (first, last) = (lang.short_day(*first), lang.short_day(*last));
            fill(n.preview_unjudged, &[&n_days, &first, &last, &begins])
        }),
        more: (preview.opened.len() > SHOWN).then(|| fill(n.preview_more, &[&SHOWN.to_string()])),
        found: found.collect::<Result<_, Error>>()?,
    })
}
