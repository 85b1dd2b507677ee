//! The simulated city: units, their true rates, and the mentions of each day.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};

use super::SimulationParameters;
use crate::domain::{
    AnnotatedMention, Annotation, Channel, CleanMention, Concern, ConcernId, ConcernStatus,
    Mention, MentionId, Placement, Scope, Sentiment, SentimentProbabilities, Sketch, SourceId,
    Topic, Unit, UnitCode, UnitKind, WeightedUnit, day_start,
};
use crate::measure::SplitMix;
use crate::ranking::draws::Draws;

/// Mentions a day of each topic per thousand, after the fields of 1022 (DESIGN.md section 1).
const MIX: [f64; Topic::ALL.len()] = [
    180.0, 60.0, 45.0, 20.0, 80.0, 60.0, 35.0, 30.0, 25.0, 12.0, 30.0, 60.0, 75.0, 70.0, 90.0,
    65.0, 25.0, 20.0, 8.0, 15.0, 10.0, 15.0, 20.0, 8.0, 20.0, 12.0,
];
const WEEKDAYS: [f64; 7] = [1.15, 1.1, 1.05, 1.05, 1.0, 0.9, 0.75];
const FIRST_DAY: Date = date(2026, 3, 2);

/// A burst that was put in: additional mentions of a unit and topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Burst {
    pub unit: usize,
    pub topic: usize,
    pub first_day: usize,
}

/// A concern that came up and will go.
#[derive(Clone, Copy, Debug)]
struct Episode {
    unit: usize,
    topic: usize,
    first_day: usize,
    last_day: usize,
}

/// Days for which a wandering rate remembers where it was.
const WANDER_DAYS: f64 = 14.0;

/// Days from the beginning of an episode on which an alert about it is neither right nor wrong.
const EPISODE_NEWS_DAYS: usize = 3;

pub(super) struct World<'p> {
    parameters: &'p SimulationParameters,
    random: SplitMix,
    pub units: Vec<Unit>,
    /// Mentions a day, by unit and topic, on an average weekday and over the years.
    means: Vec<[f64; Topic::ALL.len()]>,
    /// The same as they stand on the latest day, wandering and episodes included, bursts not.
    rates: Vec<[f64; Topic::ALL.len()]>,
    /// How far the logarithm of each rate is from its mean.
    wander: Vec<[f64; Topic::ALL.len()]>,
    episodes: Vec<Episode>,
    pub bursts: Vec<Burst>,
    pub mentions: Vec<AnnotatedMention>,
    pub concerns: Vec<Concern>,
    held_back: Vec<(usize, usize)>,
}

impl<'p> World<'p> {
    pub fn new(parameters: &'p SimulationParameters, seed: u64) -> Self {
        let mut world = Self {
            parameters,
            random: SplitMix(seed),
            units: Vec::new(),
            means: Vec::new(),
            rates: Vec::new(),
            wander: Vec::new(),
            episodes: Vec::new(),
            bursts: Vec::new(),
            mentions: Vec::new(),
            concerns: Vec::new(),
            held_back: Vec::new(),
        };
        world.found_units();
        world
    }

    pub fn day(at: usize) -> Date {
        FIRST_DAY.saturating_add(SignedDuration::from_hours(24 * signed(at)))
    }

    /// Lets a day happen. Bursts begin only on graded days.
    pub fn live(&mut self, day: usize, graded: bool) {
        if graded {
            self.begin_bursts(day);
        }
        self.begin_episodes(day);
        self.move_rates(day);
        let weekday = WEEKDAYS[day % 7];
        let every = self.parameters.outage_every;
        let outage = every > 0 && day % every == every - 1;
        let mut voices = std::mem::take(&mut self.held_back);
        for unit in 0..self.units.len() {
            for topic in 0..Topic::ALL.len() {
                let n = self.random.poisson(self.rates[unit][topic] * weekday);
                voices.extend(std::iter::repeat_n((unit, topic), n));
            }
        }
        for burst in self.bursts_on(day) {
            let extra = self.parameters.burst_mentions;
            voices.extend(std::iter::repeat_n((burst.unit, burst.topic), extra));
        }
        if outage {
            self.held_back = voices;
            return;
        }
        for (unit, topic) in voices {
            let minute = signed(self.random.below(24 * 60));
            let fingerprint = self.random.next_u64() | 1;
            self.say(
                day,
                minute,
                unit,
                topic,
                Channel::Hotline,
                "1022",
                fingerprint,
            );
        }
    }

    /// Bursts under way on a day.
    pub fn bursts_on(&self, day: usize) -> Vec<Burst> {
        let lasts = self.parameters.burst_days;
        let running = |burst: &&Burst| (burst.first_day..burst.first_day + lasts).contains(&day);
        self.bursts.iter().filter(running).copied().collect()
    }

    /// Near-identical posts about one unit and topic, within half an hour.
    pub fn campaign(&mut self, day: usize, unit: usize, topic: usize) {
        for post in 0..self.parameters.campaign_posts {
            let fingerprint = 0x5eed_1234_9876_abcd ^ (1 << (post % 2));
            let minute = 600 + signed(post % 30);
            self.say(
                day,
                minute,
                unit,
                topic,
                Channel::Social,
                "facebook",
                fingerprint,
            );
        }
    }

    /// One story in many outlets.
    pub fn reprint(&mut self, day: usize, unit: usize, topic: usize) {
        for outlet in 0..self.parameters.reprints {
            let source = format!("outlet-{outlet}");
            let minute = 480 + 20 * signed(outlet);
            self.say(
                day,
                minute,
                unit,
                topic,
                Channel::Press,
                &source,
                0x0ddb_a11c_0ffe_e123,
            );
        }
    }

    /// The concern of a unit and topic.
    pub fn concern_of(&self, unit: usize, topic: usize) -> &Concern {
        &self.concerns[unit * Topic::ALL.len() + topic]
    }

    /// The topics of a unit with the highest true rates on the latest day, best first.
    pub fn true_top(&self, unit: usize, day: usize, n: usize) -> Vec<usize> {
        let mut rates = self.rates[unit];
        for burst in self.bursts_on(day) {
            if burst.unit == unit {
                rates[burst.topic] += self.parameters.burst_mentions as f64;
            }
        }
        let mut topics = (0..Topic::ALL.len()).collect::<Vec<_>>();
        topics.sort_by(|&a, &b| rates[b].total_cmp(&rates[a]).then(a.cmp(&b)));
        topics.truncate(n);
        topics
    }

    /// The units and topics with the highest true rates on the latest day, best first.
    pub fn true_top_of_city(&self, day: usize, n: usize) -> Vec<(usize, usize)> {
        let mut rates = self.rates.clone();
        for burst in self.bursts_on(day) {
            rates[burst.unit][burst.topic] += self.parameters.burst_mentions as f64;
        }
        let pairs = (0..rates.len()).flat_map(|unit| (0..Topic::ALL.len()).map(move |t| (unit, t)));
        let mut pairs = pairs.collect::<Vec<_>>();
        let rate = |pair: &(usize, usize)| rates[pair.0][pair.1];
        pairs.sort_by(|a, b| rate(b).total_cmp(&rate(a)).then(a.cmp(b)));
        pairs.truncate(n);
        pairs
    }

    fn found_units(&mut self) {
        let (wards, communes, zones) = self.parameters.n_units;
        let kinds = std::iter::repeat_n(UnitKind::Ward, wards)
            .chain(std::iter::repeat_n(UnitKind::Commune, communes))
            .chain(std::iter::repeat_n(UnitKind::SpecialZone, zones));
        let mut sizes = Vec::new();
        for (at, kind) in kinds.enumerate() {
            let code = UnitCode::from_number(20_000 + at as u32);
            let Some(code) = code else { continue };
            sizes.push((self.random.normal() * self.parameters.size_spread).exp());
            self.units.push(unit(code, kind));
        }
        let total = sizes.iter().sum::<f64>();
        for (at, size) in sizes.into_iter().enumerate() {
            let per_day = self.parameters.tickets_per_day * size / total;
            let kind = self.units[at].kind;
            let rates = self.mix(kind).map(|share| share * per_day);
            self.means.push(rates);
            for topic in Topic::ALL {
                self.concerns.push(concern(self.units[at].code, topic));
            }
        }
        self.rates.clone_from(&self.means);
        self.wander = vec![[0.0; Topic::ALL.len()]; self.units.len()];
        if self.parameters.drift > 0.0 {
            for unit in 0..self.units.len() {
                for topic in 0..Topic::ALL.len() {
                    self.wander[unit][topic] = self.random.normal() * self.parameters.drift;
                }
            }
        }
    }

    fn begin_episodes(&mut self, day: usize) {
        for _ in 0..self.parameters.episodes_per_day {
            let lasts = -self.parameters.episode_days * (1.0 - self.random.unit()).ln();
            self.episodes.push(Episode {
                unit: self.random.below(self.units.len()),
                topic: self.random.below(Topic::ALL.len()),
                first_day: day,
                last_day: day + lasts as usize,
            });
        }
        self.episodes.retain(|episode| day <= episode.last_day);
    }

    /// Rates of the day: their means, wandered off (an autoregression of one day) and with episodes.
    fn move_rates(&mut self, day: usize) {
        let drift = self.parameters.drift;
        let keep = (-1.0 / WANDER_DAYS).exp();
        for unit in 0..self.units.len() {
            for topic in 0..Topic::ALL.len() {
                if drift > 0.0 {
                    let shock = self.random.normal() * drift * (1.0 - keep * keep).sqrt();
                    self.wander[unit][topic] = self.wander[unit][topic] * keep + shock;
                }
                // The mean of a lognormal stays 1.
                let factor = (self.wander[unit][topic] - drift * drift / 2.0).exp();
                self.rates[unit][topic] = self.means[unit][topic] * factor;
            }
        }
        for episode in &self.episodes {
            if (episode.first_day..=episode.last_day).contains(&day) {
                self.rates[episode.unit][episode.topic] += self.parameters.episode_rate;
            }
        }
    }

    /// Whether a concern of this unit and topic came up in the last days.
    pub fn is_news(&self, unit: usize, topic: usize, day: usize) -> bool {
        self.episodes.iter().any(|episode| {
            (episode.unit, episode.topic) == (unit, topic)
                && day < episode.first_day + EPISODE_NEWS_DAYS
        })
    }

    /// A unit's mix of topics: a Dirichlet draw around its kind's.
    fn mix(&mut self, kind: UnitKind) -> [f64; Topic::ALL.len()] {
        let of_kind = |topic: usize| match kind {
            // Communes complain more of roads and waste, less of noise and street order.
            UnitKind::Commune if topic % 3 == 1 => MIX[topic] * 1.6,
            UnitKind::Commune if topic % 3 == 2 => MIX[topic] * 0.6,
            _ => MIX[topic],
        };
        let total = (0..MIX.len()).map(of_kind).sum::<f64>();
        let concentration = self.parameters.mix_concentration;
        let mut draws = [0.0; Topic::ALL.len()];
        for (topic, draw) in draws.iter_mut().enumerate() {
            *draw = self.random.gamma(concentration * of_kind(topic) / total);
        }
        let sum = draws.iter().sum::<f64>().max(1e-12);
        draws.map(|draw| draw / sum)
    }

    fn begin_bursts(&mut self, day: usize) {
        for _ in 0..self.parameters.bursts_per_day {
            let burst = Burst {
                unit: self.random.below(self.units.len()),
                topic: self.random.below(Topic::ALL.len()),
                first_day: day,
            };
            self.bursts.push(burst);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one voice is all of these")]
    fn say(
        &mut self,
        day: usize,
        minute: i64,
        unit: usize,
        topic: usize,
        channel: Channel,
        source: &str,
        fingerprint: u64,
    ) {
        let id = MentionId::new(format!("s{}", self.mentions.len()));
        let moment = day_start(Self::day(day)) + SignedDuration::from_mins(minute);
        let concern = self.concern_of(unit, topic).id.clone();
        let mention = Mention {
            id: id.clone(),
            channel,
            source: SourceId::new(source),
            url: None,
            published_at: Some(moment),
            title: None,
            text: format!(
                "phản ánh mô phỏng về một vấn đề của đơn vị {unit}, lĩnh vực {topic}, dài hơn 60 chữ"
            ),
            parent: None,
            engagement: None,
            ticket: None,
            capture: None,
        };
        self.mentions.push(AnnotatedMention {
            annotation: annotation(id, self.units[unit].code, Topic::ALL[topic], fingerprint),
            mention: CleanMention::assume_clean(mention),
            concern: Some(concern),
        });
    }
}

/// A small count as a signed number.
fn signed(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn unit(code: UnitCode, kind: UnitKind) -> Unit {
    Unit {
        code,
        kind,
        name: format!("Mô phỏng {code}"),
        valid_from: date(2025, 7, 1),
        valid_to: None,
        former_districts: Vec::new(),
        former_province: String::new(),
        population: Some(80_000),
        area_km2: None,
        grid_square: None,
        grid_hex: None,
    }
}

fn concern(unit: UnitCode, topic: Topic) -> Concern {
    Concern {
        id: ConcernId::new(format!("{unit}-{}", topic.code())),
        topic,
        scope: Scope::Unit,
        units: vec![WeightedUnit {
            code: unit,
            weight: 1.0,
        }],
        agencies: Vec::new(),
        title: topic.code().to_owned(),
        title_from: MentionId::new("s0"),
        status: ConcernStatus::Open,
        first_seen: Timestamp::UNIX_EPOCH,
        last_seen: Timestamp::UNIX_EPOCH,
        daily: Vec::new(),
        n_open_tickets: 0,
        sketch: Sketch::default(),
        part_of: None,
    }
}

fn annotation(mention: MentionId, unit: UnitCode, topic: Topic, fingerprint: u64) -> Annotation {
    Annotation {
        mention,
        is_concern: true,
        concern_probability: 1.0,
        placement: Placement {
            scope: Scope::Unit,
            units: vec![WeightedUnit {
                code: unit,
                weight: 1.0,
            }],
            agencies: Vec::new(),
        },
        topic,
        topic_probability: 1.0,
        sentiment: Sentiment::Negative,
        sentiment_probabilities: SentimentProbabilities {
            negative: 0.7,
            neutral: 0.2,
            positive: 0.1,
        },
        pii: Vec::new(),
        fingerprint,
        model_version: "simulation".to_owned(),
    }
}
