//! The hand-written texts of the sample city, as data beside this file.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// Incidents with a life of their own.
#[derive(Debug, Deserialize)]
pub struct Stories {
    /// All of them.
    pub story: Vec<Story>,
}

/// One incident, told by press, citizens and tickets in many words.
#[derive(Debug, Deserialize)]
pub struct Story {
    /// Unique.
    #[expect(dead_code, reason = "kept in the data for those who read it")]
    pub id: String,
    /// Code of its topic; what our models should find, used by nobody on the way.
    #[expect(dead_code, reason = "kept in the data for those who read it")]
    pub topic: String,
    /// Unit as texts name it.
    #[expect(dead_code, reason = "kept in the data for those who read it")]
    pub place: String,
    /// Address on tickets.
    pub address: String,
    /// Declared ticket field.
    pub field: String,
    /// How it lives.
    pub shape: Shape,
    /// Mentions on its largest day.
    pub peak: u32,
    /// Articles.
    pub press: Vec<News>,
    /// Posts.
    pub social: Vec<String>,
    /// Answers to posts.
    pub replies: Vec<String>,
    /// Reports.
    pub tickets: Vec<Ticket>,
}

/// How an incident lives over the days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Suddenly, in the last days.
    Burst,
    /// All the time.
    Steady,
    /// More each day, up to now.
    Rising,
    /// Settled after its tickets were closed, and back again.
    Returning,
    /// Long ago.
    Fading,
    /// People are glad.
    Praise,
}

/// An article.
#[derive(Clone, Debug, Deserialize)]
pub struct News {
    /// Headline.
    pub title: String,
    /// The sapo.
    pub lead: String,
    /// Paragraphs.
    pub body: Vec<String>,
}

/// A report.
#[derive(Debug, Deserialize)]
pub struct Ticket {
    /// Subject.
    pub title: String,
    /// What the citizen wrote.
    pub text: String,
}

/// What an ordinary day is made of.
#[derive(Debug, Deserialize)]
pub struct Background {
    /// First sentences of reports.
    pub openings: Vec<String>,
    /// Last sentences of reports.
    pub endings: Vec<String>,
    /// Posts that are no concern.
    pub noise: Vec<String>,
    /// Posts that voice small concerns; `{noi}` stands for the place.
    pub chatter: Vec<String>,
    /// Ordinary local news.
    pub news: Vec<News>,
    /// Reports, by topic.
    pub topic: Vec<TopicTexts>,
}

/// Reports of one topic.
#[derive(Debug, Deserialize)]
pub struct TopicTexts {
    /// Code of the topic.
    #[expect(dead_code, reason = "kept in the data for those who read it")]
    pub code: String,
    /// Declared field.
    pub field: String,
    /// Share of all tickets.
    pub weight: f64,
    /// Subjects.
    pub titles: Vec<String>,
    /// Complaints and questions; `{noi}` stands for the place.
    pub cores: Vec<String>,
    /// Thanks; `{noi}` stands for the place.
    pub praise: Vec<String>,
}

/// Reads both files, which are built in.
pub fn read() -> Result<(Stories, Background)> {
    let stories: Stories =
        toml::from_str(include_str!("data/stories.toml")).context("src/demo/data/stories.toml")?;
    let background: Background = toml::from_str(include_str!("data/background.toml"))
        .context("src/demo/data/background.toml")?;
    ensure!(
        !stories.story.is_empty() && !background.topic.is_empty(),
        "texts are missing"
    );
    Ok((stories, background))
}
