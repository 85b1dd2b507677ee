//! Everything 1 + 168 digests of a day share, read once from the 28 days of mentions.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::comparison;
use super::difference::{self, RatioPriors};
use super::entry;
use super::guard::{self, Suspect, Verdict};
use super::line::{Line, burst_q_values};
use super::method::RankMethod;
use super::series::{Alert, HISTORY_DAYS, SeriesModel, keep_alerts, weekday_factors};
use crate::domain::{
    AgencyId, AnnotatedMention, Concern, ConcernId, Coverage, Digest, DigestScope, MentionId,
    Scope, Topic, Unit, UnitCode, UnitComparison, UnitKind,
};
use crate::ranking::SourceTable;
use crate::ranking::group::Links;
use crate::ranking::marks::Place;
use crate::ranking::stats::GammaPrior;
use crate::ranking::story::first_prints;

/// Number of days in the window, the day itself included.
pub(super) const WINDOW_DAYS: usize = HISTORY_DAYS + 1;

/// One mention of a concern, as the ranking counts it.
#[derive(Clone, Debug)]
pub(super) struct Item<'a> {
    pub mention: &'a AnnotatedMention,
    /// Days before the day ranked; 0 = that day.
    pub days_ago: usize,
    /// What it counts for: engagement, reprints and coordination considered.
    pub weight: f64,
    pub verdict: Verdict,
    /// The outlet, as a number.
    pub outlet: u32,
}

/// A concern with its mentions of the window.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    pub concern: &'a Concern,
    /// Oldest first.
    pub items: Vec<Item<'a>>,
}

/// What is known of one unit on that day.
#[derive(Clone, Debug)]
pub(super) struct UnitTable {
    pub kind: UnitKind,
    pub population: Option<u32>,
    /// Concerns with a mention placed there.
    pub candidates: Vec<usize>,
    /// Number of those by topic.
    pub alive: [u32; Topic::ALL.len()],
    /// Weighted mentions by topic over the history.
    pub history: [f64; Topic::ALL.len()],
    /// Weighted mentions by topic of the day.
    pub today: [f64; Topic::ALL.len()],
    /// Mentions over the history relative to the mean unit of the kind.
    pub size: f64,
}

/// Tables for ranking one day, shared by the digests of all scopes.
#[derive(Debug)]
pub struct RankContext<'a> {
    pub(super) method: &'a RankMethod,
    pub(super) day: Date,
    pub(super) sources: &'a SourceTable,
    pub(super) candidates: Vec<Candidate<'a>>,
    pub(super) units: BTreeMap<UnitCode, UnitTable>,
    pub(super) outlets: Vec<&'a str>,
    pub(super) factors: Vec<f64>,
    /// Model of the series of each kind and topic.
    pub(super) models: BTreeMap<(UnitKind, Topic), SeriesModel>,
    /// Mentions of the city by topic over the whole window.
    pub(super) city_topics: [f64; Topic::ALL.len()],
    /// Mentions of the city by topic on the day itself.
    city_today: [f64; Topic::ALL.len()],
    /// Concerns of the city by topic.
    pub(super) city_alive: [u32; Topic::ALL.len()],
    pub(super) negative_share: f64,
    /// Mentions placed in units by topic, over all units.
    pub(super) unit_topics: [f64; Topic::ALL.len()],
    pub(super) ratio_priors: RatioPriors,
    /// Adjusted p-value of each candidate's burst.
    pub(super) burst_q: Vec<f64>,
}

impl<'a> RankContext<'a> {
    /// Reads the grouped mentions of the day and the 27 days before. Mentions of other days, noise and
    /// mentions of concerns not given are passed over; the order of mentions and concerns does not
    /// matter. `units` are those that exist on the day.
    pub fn new(
        method: &'a RankMethod,
        day: Date,
        mentions: &'a [AnnotatedMention],
        concerns: &'a [Concern],
        units: &[Unit],
        sources: &'a SourceTable,
    ) -> Self {
        let mut context = Self {
            method,
            day,
            sources,
            candidates: Vec::new(),
            units: unit_tables(day, units),
            outlets: Vec::new(),
            factors: Vec::new(),
            models: BTreeMap::new(),
            city_topics: [0.0; Topic::ALL.len()],
            city_today: [0.0; Topic::ALL.len()],
            city_alive: [0; Topic::ALL.len()],
            negative_share: 0.5,
            unit_topics: [0.0; Topic::ALL.len()],
            ratio_priors: [GammaPrior::with_mean(1.0, 1.0); Topic::ALL.len()],
            burst_q: Vec::new(),
        };
        context.read_mentions(mentions, concerns);
        context.count_series();
        context.fit_models();
        context.burst_q = burst_q_values(&context);
        context.ratio_priors = difference::ratio_priors(&context);
        context
    }

    /// The digest of a scope. Its revision is 1 and it has no erratum.
    pub fn digest(&self, scope: &DigestScope, coverage: &Coverage) -> Digest {
        entry::digest(self, scope, coverage)
    }

    /// Where a concern stands in a scope, also beyond the lines of its digest.
    pub fn place(&self, scope: &DigestScope, concern: &ConcernId) -> Place {
        entry::place(self, scope, concern)
    }

    /// Every unit beside the city and its kind, topic by topic, by their codes.
    pub fn comparisons(&self) -> Vec<UnitComparison> {
        comparison::comparisons(self)
    }

    /// Units and topics whose day exceeds their history, over all units, most certain first.
    pub fn alerts(&self) -> Vec<Alert> {
        let mut alerts = Vec::new();
        for (&unit, table) in &self.units {
            for topic in Topic::ALL {
                let n = table.today[topic.index()];
                let Some(model) = self.models.get(&(table.kind, topic)) else {
                    continue;
                };
                if n > 0.0 {
                    let history = table.history[topic.index()];
                    let (expected, p) = model.surprise(history, table.size, n);
                    alerts.push(Alert {
                        unit,
                        topic,
                        n,
                        expected,
                        p,
                        q: 1.0,
                    });
                }
            }
        }
        let n_series = self.units.len() * Topic::ALL.len();
        keep_alerts(alerts, n_series, self.method.false_discovery_share)
    }

    /// Concerns with a mention in the scope, each with its mentions there.
    pub(super) fn lines(&self, scope: &DigestScope) -> Vec<Line<'_, 'a>> {
        let all = 0..self.candidates.len();
        let at = match scope {
            DigestScope::City => all.collect(),
            DigestScope::Unit(code) => self
                .units
                .get(code)
                .map(|table| table.candidates.clone())
                .unwrap_or_default(),
            DigestScope::Agency(agency) => all.filter(|&at| self.answers(at, agency)).collect(),
        };
        let lines = at.into_iter().map(|at| Line::new(self, scope, at));
        lines.filter(|line| !line.items.is_empty()).collect()
    }

    fn answers(&self, candidate: usize, agency: &AgencyId) -> bool {
        let candidate = &self.candidates[candidate];
        candidate.concern.agencies.contains(agency)
    }

    fn read_mentions(&mut self, mentions: &'a [AnnotatedMention], concerns: &'a [Concern]) {
        let links = Links::new(concerns);
        let mut by_id: BTreeMap<&ConcernId, Vec<(usize, &'a AnnotatedMention)>> = BTreeMap::new();
        let concerns_by_id = concerns
            .iter()
            .map(|concern| (&concern.id, &concern.id))
            .collect::<FxHashMap<_, _>>();
        for mention in mentions {
            let (Some(id), true) = (&mention.concern, mention.annotation.is_concern) else {
                continue;
            };
            if let Some(days_ago) = days_ago(mention.mention.day(), self.day) {
                let whole = concerns_by_id.get(links.whole(id)).copied().unwrap_or(id);
                by_id.entry(whole).or_default().push((days_ago, mention));
            }
        }
        let mut concerns = concerns.iter().collect::<Vec<_>>();
        concerns.sort_by(|a, b| a.id.cmp(&b.id));
        let mut outlets: FxHashMap<&str, u32> = FxHashMap::default();
        for concern in concerns {
            let Some(mut mentions) = by_id.remove(&concern.id) else {
                continue;
            };
            mentions.sort_by(|a, b| {
                let key = |m: &'a AnnotatedMention| (m.mention.published_at, &m.mention.id);
                key(a.1).cmp(&key(b.1))
            });
            mentions.dedup_by(|a, b| a.1.mention.id == b.1.mention.id);
            let items = self.items_of(&mentions, &mut outlets);
            self.candidates.push(Candidate { concern, items });
        }
    }

    fn items_of(
        &mut self,
        mentions: &[(usize, &'a AnnotatedMention)],
        outlets: &mut FxHashMap<&'a str, u32>,
    ) -> Vec<Item<'a>> {
        let of_concern = mentions.iter().map(|(_, mention)| *mention);
        let first_prints = first_prints(&of_concern.collect::<Vec<_>>());
        let suspects = mentions
            .iter()
            .zip(first_prints)
            .map(|((_, mention), first_print)| Suspect {
                first_print,
                channel: mention.mention.channel,
                fingerprint: mention.annotation.fingerprint,
                published_at: mention.mention.published_at,
                long_enough: mention.mention.text.chars().take(60).count() == 60,
            })
            .collect::<Vec<_>>();
        let verdicts = guard::judge(self.method, &suspects);
        let pairs = mentions.iter().zip(verdicts);
        let items = pairs.map(|(&(days_ago, mention), verdict)| {
            let outlet = self.sources.outlet(&mention.mention.source);
            let number = *outlets.entry(outlet).or_insert_with(|| {
                self.outlets.push(outlet);
                self.outlets.len() as u32 - 1
            });
            Item {
                mention,
                days_ago,
                weight: weight_of(self.method, mention, verdict),
                verdict,
                outlet: number,
            }
        });
        items.collect()
    }

    /// Counts the series of units and topics. A mention counts in each of its units by its weight
    /// there, candidates by their probability.
    fn count_series(&mut self) {
        let mut city = vec![0.0; WINDOW_DAYS];
        let (mut negative, mut n) = (0.0, 0.0);
        for (at, candidate) in self.candidates.iter().enumerate() {
            self.city_alive[candidate.concern.topic.index()] += 1;
            for item in &candidate.items {
                let annotation = &item.mention.annotation;
                let topic = candidate.concern.topic.index();
                city[item.days_ago] += item.weight;
                self.city_topics[topic] += item.weight;
                if item.days_ago == 0 {
                    self.city_today[topic] += item.weight;
                }
                negative += f64::from(annotation.sentiment_probabilities.negative);
                n += 1.0;
                for (code, share) in places_of(item.mention, candidate.concern) {
                    let Some(table) = self.units.get_mut(&code) else {
                        continue;
                    };
                    if table.candidates.last() != Some(&at) {
                        table.candidates.push(at);
                        table.alive[topic] += 1;
                    }
                    let series = match item.days_ago {
                        0 => &mut table.today,
                        _ => &mut table.history,
                    };
                    series[topic] += item.weight * share;
                    self.unit_topics[topic] += item.weight * share;
                }
            }
        }
        self.negative_share = (negative + 1.0) / (n + 2.0);
        self.factors = weekday_factors(&city);
        self.factors[0] *= self.shared_surge();
    }

    /// How many times longer than its weekday the day was. When reports that an outage held back
    /// come in at once, all topics are louder together; that is no burst of any of them. The median
    /// over topics does not follow a flood, which raises one or two.
    fn shared_surge(&self) -> f64 {
        /// Below this a day is as long as others.
        const LEAST: f64 = 1.3;
        /// Mentions of a topic, as many as expected, that are added to its own.
        const PRIOR_MENTIONS: f64 = 5.0;
        let days = self.factors[1..].iter().sum::<f64>().max(1e-9);
        let mut ratios = [0.0; Topic::ALL.len()];
        for (topic, ratio) in ratios.iter_mut().enumerate() {
            let history = self.city_topics[topic] - self.city_today[topic];
            let expected = history / days * self.factors[0];
            *ratio = (self.city_today[topic] + PRIOR_MENTIONS) / (expected + PRIOR_MENTIONS);
        }
        ratios.sort_by(f64::total_cmp);
        let median = ratios[ratios.len() / 2];
        if median < LEAST { 1.0 } else { median }
    }

    /// Fits one model a kind and topic: the mix of the kind.
    fn fit_models(&mut self) {
        for kind in [UnitKind::Ward, UnitKind::Commune, UnitKind::SpecialZone] {
            let total = |table: &UnitTable| table.history.iter().sum::<f64>();
            let of_kind = self.units.values_mut().filter(|table| table.kind == kind);
            let mut tables = of_kind.collect::<Vec<_>>();
            if tables.is_empty() {
                continue;
            }
            let mean = tables.iter().map(|t| total(t)).sum::<f64>() / tables.len() as f64;
            for table in &mut tables {
                // Half of the evidence of size comes from the kind, so that a silent unit is not
                // taken for one in which nothing can happen.
                let prior = mean.mul_add(0.2, 1.0);
                table.size = (total(table) + prior) / (mean + prior);
            }
            for topic in Topic::ALL {
                let history = |t: &&mut UnitTable| (t.history[topic.index()], t.size);
                let histories = tables.iter().map(history).collect::<Vec<_>>();
                let model = SeriesModel::fit(&histories, &self.factors, self.method.max_kind_days);
                self.models.insert((kind, topic), model);
            }
        }
    }
}

/// Days from a mention's day to the day ranked, when within the window.
fn days_ago(day: Option<Date>, today: Date) -> Option<usize> {
    let days = day?.until(today).ok()?.get_days();
    usize::try_from(days)
        .ok()
        .filter(|days| *days < WINDOW_DAYS)
}

/// Where a mention counts: its own units, or those of its concern when it names none.
pub(in crate::ranking) fn places_of<'m>(
    mention: &'m AnnotatedMention,
    concern: &'m Concern,
) -> impl Iterator<Item = (UnitCode, f64)> + 'm {
    let placement = &mention.annotation.placement;
    let own = placement.scope == Scope::Unit && !placement.units.is_empty();
    let units = match (own, placement.scope) {
        (true, _) => placement.units.as_slice(),
        (false, Scope::Unknown) => concern.units.as_slice(),
        (false, _) => &[],
    };
    units.iter().map(|unit| (unit.code, f64::from(unit.weight)))
}

/// 1 and a little for engagement; a copy counts less. A burst of n coordinated posts counts like at most
/// 1 + ln n posts together, however wide it was.
pub(in crate::ranking) fn weight_of(
    method: &RankMethod,
    mention: &AnnotatedMention,
    verdict: Verdict,
) -> f64 {
    let taken_up = mention.mention.engagement.map_or(0.0, |engagement| {
        let spread = u64::from(engagement.likes)
            + 2 * u64::from(engagement.comments)
            + 3 * u64::from(engagement.shares);
        (spread as f64).ln_1p()
    });
    let weight =
        (1.0 + method.engagement_weight * taken_up).min(method.max_mention_weight.max(1.0));
    let kept = if verdict.coordinated {
        let n = f64::from(verdict.n_coordinated.max(1));
        ((1.0 + n.ln()) / n).min(method.coordinated_weight)
    } else if verdict.copy {
        method.reprint_weight
    } else {
        1.0
    };
    weight * kept
}

fn unit_tables(day: Date, units: &[Unit]) -> BTreeMap<UnitCode, UnitTable> {
    let valid = units.iter().filter(|unit| unit.is_valid_on(day));
    valid
        .map(|unit| {
            let table = UnitTable {
                kind: unit.kind,
                population: unit.population,
                candidates: Vec::new(),
                alive: [0; Topic::ALL.len()],
                history: [0.0; Topic::ALL.len()],
                today: [0.0; Topic::ALL.len()],
                size: 1.0,
            };
            (unit.code, table)
        })
        .collect()
}

/// Identifier of an item's mention.
pub(super) fn id_of(item: &Item) -> MentionId {
    item.mention.mention.id.clone()
}
