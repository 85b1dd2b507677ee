//! From hand-written texts to weeks of a city's talk: a seeded generator, the same for the same seed
//! and moment.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use models::domain::{Unit, day_in_vietnam, day_start};
use models::language::place::{GazetteerData, LandmarkKind};
use models::language::text::{fold, is_unaccented};
use models::measure::SplitMix;

use super::content::{Article, Content, Post, Report};
use super::press::OUTLETS;
use super::texts::{Background, News, Shape, Stories, Story};

/// Reports of an ordinary day, as 1022 counts them.
const TICKETS_A_DAY: f64 = 490.0;
const CHATTER_A_DAY: usize = 40;
const NOISE_A_DAY: usize = 15;
const NEWS_A_DAY: usize = 4;
/// Outlets that print a story again, after the one that had it first.
const REPRINTS: usize = 2;
/// Every so many units one is quiet: hardly a report comes from it.
const QUIET_EVERY: usize = 9;

/// What people add to a post.
const TAILS: [&str; 24] = [
    "",
    "",
    "",
    " 😡",
    " 😢",
    " Ai cũng thấy mà.",
    " Mong phường coi giúp.",
    " kể mọi người nghe vậy thôi",
    " Mấy bữa nay rồi đó.",
    " Hôm nay vẫn y vậy.",
    " hic",
    " Bà con ai biết chỉ giúp với.",
    " Sáng nay đi làm mới thấy.",
    " Chiều tối còn tệ hơn.",
    " ko hiểu sao luôn",
    " :(",
    " Nói hoài rồi.",
    " Mình ở gần đây nên biết rõ.",
    " Nhà có con nhỏ nên lo.",
    " Cuối tuần càng đông.",
    " 🙏",
    " chán ghê",
    " Ai đi ngang để ý nha.",
    " Có ai báo 1022 chưa?",
];

/// A generator under way.
pub struct Generator<'a> {
    random: SplitMix,
    background: &'a Background,
    places: Vec<Place>,
    now: Timestamp,
    today: Date,
    content: Content,
}

/// A report about to be filed.
struct Filing<'t> {
    field: &'t str,
    title: &'t str,
    core: &'t str,
    address: &'t str,
    /// How well the unit answers, 0 to 1.
    care: f64,
    /// Known time to its closing; drawn when `None`.
    closed_after: Option<SignedDuration>,
}

#[derive(Clone)]
struct Place {
    name: String,
    /// How many reports come from it, relative to the others.
    weight: f64,
    /// How well its unit answers, 0 to 1.
    care: f64,
}

/// Makes everything that was said on the `days` days up to `now`.
pub fn generate(
    (stories, background): (&Stories, &Background),
    places: &GazetteerData,
    now: Timestamp,
    days: u16,
    seed: u64,
) -> Content {
    let mut random = SplitMix(seed);
    let places = named_places(places, &mut random);
    let today = day_in_vietnam(now);
    let content = Content::default();
    let mut generator = Generator {
        random,
        background,
        places,
        now,
        today,
        content,
    };
    for ago in (0..i64::from(days)).rev() {
        let day = today.saturating_sub(ago.days());
        generator.ordinary_day(day);
        for story in &stories.story {
            generator.story_day(story, day, ago, i64::from(days));
        }
    }
    generator.finish()
}

/// Streets with one unit where there are any, the unit's quarters where there is none.
fn named_places(data: &GazetteerData, random: &mut SplitMix) -> Vec<Place> {
    let mut places = Vec::new();
    for (at, unit) in data.units.iter().enumerate() {
        let streets = data.landmarks.iter().filter(|landmark| {
            landmark.kind == LandmarkKind::Street
                && landmark.units.len() == 1
                && landmark.units[0].0 == unit.code
        });
        let mut names = streets
            .map(|street| in_unit(&format!("đường {}", street.name), unit))
            .collect::<Vec<_>>();
        names.push(in_unit(&format!("khu phố {}", 1 + random.below(9)), unit));
        let care = random.unit();
        let people = f64::from(unit.population.unwrap_or(50_000));
        let loudness = if at % QUIET_EVERY == 4 {
            0.02
        } else {
            0.4 + random.unit() * 1.6
        };
        let weight = people * loudness / names.len() as f64;
        places.extend(names.into_iter().map(|name| Place { name, weight, care }));
    }
    places
}

fn in_unit(place: &str, unit: &Unit) -> String {
    let full = unit.full_name();
    let kind = unit.kind.vietnamese();
    format!("{place}, {}{}", kind.to_lowercase(), &full[kind.len()..])
}

impl Generator<'_> {
    fn ordinary_day(&mut self, day: Date) {
        let is_weekend = day.weekday().to_monday_one_offset() > 5;
        let mean = if is_weekend {
            TICKETS_A_DAY * 0.6
        } else {
            TICKETS_A_DAY * 1.16
        };
        let n_tickets = (mean * (0.9 + 0.2 * self.random.unit())) as usize;
        for _ in 0..n_tickets {
            self.ordinary_ticket(day);
        }
        for _ in 0..CHATTER_A_DAY {
            let text = self.filled(&self.background.chatter.clone());
            self.post(day, &text, None);
        }
        for _ in 0..NOISE_A_DAY {
            let text = pick(&mut self.random, &self.background.noise).clone();
            self.post(day, &text, None);
        }
        for _ in 0..NEWS_A_DAY {
            let news = pick(&mut self.random, &self.background.news).clone();
            self.article(day, &news, 0);
        }
    }

    fn ordinary_ticket(&mut self, day: Date) {
        let total = self
            .background
            .topic
            .iter()
            .map(|topic| topic.weight)
            .sum::<f64>();
        let mut left = self.random.unit() * total;
        let chosen = self.background.topic.iter().find(|topic| {
            left -= topic.weight;
            left <= 0.0
        });
        let Some(topic) = chosen.or(self.background.topic.last()) else {
            return;
        };
        let is_praise = self.random.unit() < 0.06;
        let cores = if is_praise {
            &topic.praise
        } else {
            &topic.cores
        };
        let place = self.place();
        let core = in_place(pick::<String>(&mut self.random, cores), &place.name);
        let title = pick(&mut self.random, &topic.titles).clone();
        self.ticket(
            day,
            &Filing {
                field: &topic.field,
                title: &title,
                core: &core,
                address: &place.name,
                care: place.care,
                closed_after: None,
            },
        );
    }

    /// One day of an incident: `ago` days before now.
    fn story_day(&mut self, story: &Story, day: Date, ago: i64, days: i64) {
        let share = share_of_peak(story.shape, ago, days);
        let n = (share * f64::from(story.peak) * (0.8 + 0.4 * self.random.unit())).round() as usize;
        // What was reported in the first life of a returning incident was settled before the second.
        let settled = story.shape == Shape::Returning && ago > RETURNED_AFTER;
        let mut thread = None;
        for at in 0..n {
            match at % 5 {
                0 | 3 => {
                    let text = pick(&mut self.random, &story.social).clone();
                    thread = Some(self.post(day, &text, None));
                }
                1 if thread.is_some() => {
                    let text = pick(&mut self.random, &story.replies).clone();
                    self.post(day, &text, thread);
                }
                _ => {
                    let ticket = pick(&mut self.random, &story.tickets);
                    let (title, text) = (ticket.title.clone(), ticket.text.clone());
                    let closed = settled.then_some(SignedDuration::from_hours(40));
                    self.ticket(
                        day,
                        &Filing {
                            field: &story.field,
                            title: &title,
                            core: &text,
                            address: &story.address,
                            care: 0.5,
                            closed_after: closed,
                        },
                    );
                }
            }
        }
        if share > 0.35 && !story.press.is_empty() && self.random.unit() < 0.45 {
            let news = pick(&mut self.random, &story.press).clone();
            self.article(day, &news, REPRINTS);
        }
    }

    fn ticket(&mut self, day: Date, filing: &Filing<'_>) {
        let opening = self.sometimes(&self.background.openings.clone());
        let ending = self.sometimes(&self.background.endings.clone());
        let received_at = self.moment(day);
        let days_given = 3 + self.random.below(5) as i64;
        let due_at = received_at + SignedDuration::from_hours(24 * days_given);
        let neglect = 1.0 - filing.care;
        let handled = filing.closed_after.unwrap_or_else(|| {
            let usual = 10.0 + 80.0 * self.random.unit() * self.random.unit();
            let is_late = self.random.unit() < 0.12 * neglect * neglect;
            SignedDuration::from_hours(if is_late { 24 * 9 } else { usual as i64 })
        });
        let stays_open = filing.closed_after.is_none() && self.random.unit() < 0.05 * neglect;
        let closed_at = Some(received_at + handled).filter(|at| *at <= self.now && !stays_open);
        let rating = closed_at.and_then(|_| self.rating(filing.care));
        let number = self.content.tickets.len();
        self.content.tickets.push(Report {
            id: format!("{}-{number:05}", day.strftime("%y%m%d")),
            field: filing.field.to_owned(),
            title: filing.title.to_owned(),
            text: format!("{opening} {} {ending}", filing.core)
                .trim()
                .to_owned(),
            address: filing.address.to_owned(),
            received_at,
            due_at,
            closed_at,
            rating,
        });
    }

    /// Most people come straight to the point.
    fn sometimes(&mut self, phrases: &[String]) -> String {
        if self.random.unit() < 0.3 {
            pick(&mut self.random, phrases).clone()
        } else {
            String::new()
        }
    }

    /// A third answer, some are never asked; how they answer depends on the care their unit took.
    fn rating(&mut self, care: f64) -> Option<&'static str> {
        let reached = self.random.unit();
        if reached > 0.33 {
            return (reached > 0.85).then_some("not_asked");
        }
        let verdict = self.random.unit();
        Some(if verdict < 0.35 + 0.6 * care {
            "satisfied"
        } else if verdict < 0.5 + 0.48 * care {
            "neutral"
        } else {
            "dissatisfied"
        })
    }

    fn post(&mut self, day: Date, text: &str, in_reply_to: Option<u64>) -> u64 {
        let tail = if in_reply_to.is_some() {
            ""
        } else {
            *pick(&mut self.random, &TAILS)
        };
        let id = self.content.posts.len() as u64 + 1;
        let published_at = self.moment(day);
        let likes = self.random.below(1 + self.random.clone().below(60)) as u32;
        let text = format!("{text}{tail}");
        self.content.posts.push(Post {
            id,
            in_reply_to,
            text,
            published_at,
            likes,
        });
        id
    }

    /// An article, and as many reprints under other mastheads some hours later.
    fn article(&mut self, day: Date, news: &News, reprints: usize) {
        let first = self.random.below(OUTLETS.len());
        let mut published_at = self.moment(day);
        for again in 0..=reprints {
            self.content.articles.push(Article {
                outlet: (first + again) % OUTLETS.len(),
                number: self.content.articles.len() + 1,
                title: news.title.clone(),
                lead: news.lead.clone(),
                paragraphs: news.body.clone(),
                published_at: published_at.min(self.now),
            });
            published_at += SignedDuration::from_mins(20 + self.random.below(200) as i64);
        }
    }

    fn filled(&mut self, texts: &[String]) -> String {
        let place = self.place();
        in_place(pick::<String>(&mut self.random, texts), &place.name)
    }

    fn place(&mut self) -> Place {
        let total = self.places.iter().map(|place| place.weight).sum::<f64>();
        let mut left = self.random.unit() * total;
        let chosen = self.places.iter().position(|place| {
            left -= place.weight;
            left <= 0.0
        });
        self.places[chosen.unwrap_or(self.places.len() - 1)].clone()
    }

    /// A moment of the day at which people are awake, never after now.
    fn moment(&mut self, day: Date) -> Timestamp {
        let waking = SignedDuration::from_hours(6);
        let span_secs = if day == self.today {
            self.now.duration_since(day_start(day)).as_secs()
        } else {
            (16.5 * 3600.0) as i64
        };
        let into = (self.random.unit() * span_secs as f64) as i64;
        let start = day_start(day)
            + if day == self.today {
                SignedDuration::ZERO
            } else {
                waking
            };
        (start + SignedDuration::from_secs(into)).min(self.now)
    }

    /// Servers give things in the order of their time; posts are numbered in it.
    fn finish(mut self) -> Content {
        self.content
            .tickets
            .sort_by_key(|ticket| ticket.received_at);
        self.content
            .articles
            .sort_by_key(|article| article.published_at);
        number_by_time(&mut self.content.posts);
        self.content
    }
}

/// Gives posts numbers that rise with time, as the servers that people use do, and moves replies
/// behind what they reply to.
fn number_by_time(posts: &mut [Post]) {
    for at in 0..posts.len() {
        if let Some(parent) = posts[at].in_reply_to {
            let earliest = posts[parent as usize - 1].published_at + SignedDuration::from_mins(1);
            posts[at].published_at = posts[at].published_at.max(earliest);
        }
    }
    posts.sort_by_key(|post| (post.published_at, post.id));
    let renumbered = posts
        .iter()
        .enumerate()
        .map(|(at, post)| (post.id, 110_000_000_000 + at as u64))
        .collect::<std::collections::HashMap<_, _>>();
    for post in posts {
        post.id = renumbered[&post.id];
        post.in_reply_to = post.in_reply_to.map(|parent| renumbered[&parent]);
    }
}

/// Days ago after which the second life of a returning incident has not begun.
const RETURNED_AFTER: i64 = 6;

/// How much of its peak an incident shows `ago` days before now.
fn share_of_peak(shape: Shape, ago: i64, days: i64) -> f64 {
    match (shape, ago) {
        (Shape::Burst, 0) => 0.7,
        (Shape::Burst, 1) => 1.0,
        (Shape::Burst, 2) => 0.5,
        (Shape::Burst, 3) => 0.2,
        (Shape::Steady, _) => 0.3,
        (Shape::Rising, 0..=10) => 1.0 - 0.09 * ago as f64,
        (Shape::Returning, 0..=4) => 1.0 - 0.15 * ago as f64,
        (Shape::Returning, 20..=28) if ago < days => 0.6,
        (Shape::Fading, 14..=30) => 0.05 * (ago - 12) as f64,
        (Shape::Praise, 0..=6) => 0.4,
        _ => 0.0,
    }
}

/// Puts a place into a text, in the text's own spelling and without saying `đường` twice.
fn in_place(text: &str, place: &str) -> String {
    let place = if is_unaccented(text) {
        fold(place)
    } else {
        place.to_owned()
    };
    let before = text
        .split("{noi}")
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_lowercase();
    let street = ["đường ", "duong "]
        .into_iter()
        .find_map(|word| place.strip_prefix(word));
    let says_street = before.ends_with("đường") || before.ends_with("duong");
    text.replace("{noi}", street.filter(|_| says_street).unwrap_or(&place))
}

fn pick<'t, T>(random: &mut SplitMix, items: &'t [T]) -> &'t T {
    &items[random.below(items.len())]
}
