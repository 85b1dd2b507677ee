//! What a province says in a day: incidents with few or many voices, through the hours of a day, in words of
//! the shipped training mentions. The same numbers give the same day.

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use models::domain::{
    Channel, Mention, MentionId, SourceId, Ticket, TicketStatus, Topic, Unit, day_start,
};
use models::language::classify::data::parse_tsv;
use models::measure::SplitMix;

use crate::country::street;

pub const DAY: Date = date(2026, 11, 12);

/// How much is said in each hour, of 1,000.
const HOURS: [usize; 24] = [
    12, 7, 5, 4, 6, 18, 42, 62, 66, 62, 56, 52, 50, 48, 50, 52, 56, 62, 66, 68, 62, 48, 30, 16,
];
/// One mention in ten is of the press, three are the hotline's; the rest is social.
const CHANNELS: [(Channel, f64); 3] = [
    (Channel::Press, 0.1),
    (Channel::Hotline, 0.3),
    (Channel::Social, 0.6),
];
/// Voices to an incident, on average: half of the incidents have the smallest share of them.
const VOICES: usize = 8;
/// Share of mentions that are no concern.
const NOISE: f64 = 0.2;

/// Said texts of a topic and what is noise.
pub struct Phrases {
    concerns: Vec<Vec<(Option<String>, String)>>,
    noise: Vec<(Option<String>, String)>,
}

impl Phrases {
    /// The shipped training mentions.
    pub fn read() -> std::io::Result<Self> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/data/train");
        let (mut concerns, mut noise) = (vec![Vec::new(); Topic::ALL.len()], Vec::new());
        for number in 1..=6 {
            let file = std::fs::read_to_string(format!("{folder}/train_{number}.tsv"))?;
            for mention in parse_tsv(&file).0 {
                let said = (mention.said.title, mention.said.text);
                match mention.topic {
                    Some(topic) => concerns[topic as usize].push(said),
                    None => noise.push(said),
                }
            }
        }
        concerns.retain(|texts| !texts.is_empty());
        Ok(Self { concerns, noise })
    }
}

/// What is said in some units in a day, a stretch at a time.
pub struct Load<'a> {
    pub units: &'a [Unit],
    pub phrases: &'a Phrases,
    pub n: usize,
}

impl Load<'_> {
    /// The mentions of some numbers, each made from its number alone.
    pub fn mentions(&self, numbers: std::ops::Range<usize>) -> Vec<Mention> {
        numbers.map(|number| self.mention(number)).collect()
    }

    fn mention(&self, number: usize) -> Mention {
        let mut random = SplitMix(7 + number as u64);
        let channel = channel(random.unit());
        let is_noise = random.unit() < NOISE;
        // Squared: a hundredth of all incidents has a tenth of the voices.
        let n_incidents = self.n / VOICES + 1;
        let incident = (random.unit().powi(2) * n_incidents as f64) as usize;
        let mut of_incident = SplitMix(900_000_007 * (incident as u64 + 1));
        // Squared again: large units speak more.
        let unit = (of_incident.unit().powi(2) * self.units.len() as f64) as usize;
        let unit = &self.units[unit];
        let texts = &self.phrases.concerns[of_incident.below(self.phrases.concerns.len())];
        let place = street(unit, of_incident.below(12));
        let house = 1 + of_incident.below(400);
        let texts = if is_noise { &self.phrases.noise } else { texts };
        let (title, text) = &texts[random.below(texts.len())];
        let text = if is_noise {
            text.clone()
        } else {
            format!("{text} Số {house} đường {place}, {}.", unit.full_name())
        };
        let is_hotline = channel == Channel::Hotline;
        Mention {
            id: MentionId::new(format!("n{number}")),
            channel,
            source: SourceId::new(format!("{}-{}", channel.code(), random.below(30))),
            url: (!is_hotline).then(|| format!("https://nguon.example/{number}")),
            published_at: Some(day_start(DAY) + moment(&mut random)),
            title: title
                .clone()
                .or_else(|| (channel == Channel::Press).then(|| first_words(&text))),
            text,
            parent: None,
            engagement: None,
            ticket: is_hotline.then(open_ticket),
            capture: None,
        }
    }
}

fn channel(at: f64) -> Channel {
    let mut left = at;
    for (channel, share) in CHANNELS {
        if left < share {
            return channel;
        }
        left -= share;
    }
    Channel::Social
}

fn moment(random: &mut SplitMix) -> SignedDuration {
    let mut left = random.below(HOURS.iter().sum());
    let mut hour = 0;
    while left >= HOURS[hour] {
        left -= HOURS[hour];
        hour += 1;
    }
    SignedDuration::from_secs((hour * 3_600 + random.below(3_600)) as i64)
}

fn first_words(text: &str) -> String {
    let words = text.split_whitespace().take(10).collect::<Vec<_>>();
    words.join(" ")
}

fn open_ticket() -> Ticket {
    Ticket {
        field: None,
        address: None,
        status: TicketStatus::Open,
        due_at: None,
        closed_at: None,
        rating: None,
        updated_at: None,
    }
}
