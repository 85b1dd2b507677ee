//! What the map can show: one layer at a time, named in its address.

use models::domain::{Formula, Indicator, IndicatorSource};

use crate::i18n::{Lang, fill};
use crate::state::AppState;

/// One layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Layer {
    /// The listening signal over so many days.
    Listening(u16),
    /// An indicator of the configuration, by its own rules; the ratios and points of Decision 766 among
    /// them.
    Indicator(Box<Indicator>),
    /// How readily people report.
    Silence,
    /// Mentions of concerns of the day.
    Voices,
    /// How much of what is said of the day's leading concerns is negative.
    Feeling,
}

/// A choice of the picker.
pub(crate) struct LayerChoice {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// Choices that belong together.
pub(crate) struct LayerGroup {
    pub(crate) name: String,
    pub(crate) choices: Vec<LayerChoice>,
}

impl Layer {
    /// The layer shown when none is named: the signal over the days of the method.
    pub(crate) fn usual(app: &AppState) -> Self {
        Self::Listening(app.score.days)
    }

    /// The code in addresses: `lang-nghe-28`, `chi-so.766.total`, `im-lang`, `y-kien`, `tieu-cuc`.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Listening(days) => format!("lang-nghe-{days}"),
            Self::Indicator(indicator) => format!("chi-so.{}", indicator.id),
            Self::Silence => "im-lang".to_owned(),
            Self::Voices => "y-kien".to_owned(),
            Self::Feeling => "tieu-cuc".to_owned(),
        }
    }

    /// The layer of a code.
    pub(crate) fn from_code(app: &AppState, code: &str) -> Option<Self> {
        all(app)
            .into_iter()
            .flat_map(|(_, layers)| layers)
            .find(|layer| layer.code() == code)
    }

    /// The name readers see.
    pub(crate) fn name(&self, lang: Lang) -> String {
        let t = lang.texts();
        match self {
            Self::Listening(1) => t.layer_listening_day.to_owned(),
            Self::Listening(days) => fill(t.layer_listening, &[&days.to_string()]),
            Self::Indicator(indicator) => lang.indicator_name(indicator).to_owned(),
            Self::Silence => t.silence_title.to_owned(),
            Self::Voices => t.layer_voices.to_owned(),
            Self::Feeling => t.layer_feeling.to_owned(),
        }
    }

    /// What the numbers are, in a sentence.
    pub(crate) fn explanation(&self, lang: Lang) -> String {
        let t = lang.texts();
        match self {
            Self::Listening(_) => t.layer_listening_note.to_owned(),
            Self::Indicator(indicator) => match &indicator.source {
                IndicatorSource::Formula(_) => t.layer_formula_note.to_owned(),
                _ => fill(t.layer_indicator_note, &[&indicator.measure]),
            },
            Self::Silence => t.layer_silence_note.to_owned(),
            Self::Voices => t.layer_voices_note.to_owned(),
            Self::Feeling => t.layer_feeling_note.to_owned(),
        }
    }

    /// The page with more about it.
    pub(crate) fn page(&self) -> String {
        match self {
            Self::Indicator(indicator) => format!("/chi-so/{}", indicator.id),
            Self::Silence => "/im-lang".to_owned(),
            Self::Listening(_) | Self::Voices | Self::Feeling => "/phuong-phap".to_owned(),
        }
    }
}

/// Which group of the picker.
#[derive(Clone, PartialEq)]
enum Group {
    Listening,
    Tickets,
    Day,
    Set(String),
}

fn all(app: &AppState) -> Vec<(Group, Vec<Layer>)> {
    let spans = app.score.windows();
    let mut spans = spans.map(Layer::Listening).to_vec();
    spans.dedup();
    let mut groups = vec![(Group::Listening, spans)];
    for indicator in &*app.indicators {
        let group = match indicator.source {
            IndicatorSource::Formula(
                Formula::OnTime
                | Formula::PetitionSatisfaction
                | Formula::ProcedureSatisfaction
                | Formula::SatisfactionPoints
                | Formula::AnsweredSatisfaction
                | Formula::Held,
            ) => Group::Tickets,
            IndicatorSource::Import | IndicatorSource::Address(_) => {
                Group::Set(indicator.set.clone())
            }
        };
        let layer = Layer::Indicator(Box::new(indicator.clone()));
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, layers)) => layers.push(layer),
            None => groups.push((group, vec![layer])),
        }
    }
    let of_day = vec![Layer::Voices, Layer::Feeling, Layer::Silence];
    groups.insert(1, (Group::Day, of_day));
    groups
}

/// All layers as the picker shows them.
pub(crate) fn layer_groups(app: &AppState, lang: Lang, current: &Layer) -> Vec<LayerGroup> {
    let t = lang.texts();
    let groups = all(app).into_iter().map(|(group, layers)| LayerGroup {
        name: match group {
            Group::Listening => t.layer_group_listening.to_owned(),
            Group::Tickets => t.layer_group_tickets.to_owned(),
            Group::Day => t.layer_group_day.to_owned(),
            Group::Set(set) => t.indicator_set(&set),
        },
        choices: layers
            .iter()
            .map(|layer| LayerChoice {
                code: layer.code(),
                name: layer.name(lang),
                chosen: layer == current,
            })
            .collect(),
    });
    groups.collect()
}
