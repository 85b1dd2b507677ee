//! What the sample city's servers hold: articles, posts and tickets, ready to be published.

use jiff::Timestamp;

/// Everything that was said in the sample city.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Articles, by outlet.
    pub articles: Vec<Article>,
    /// Posts of the tag timeline.
    pub posts: Vec<Post>,
    /// Reports of the hotline.
    pub tickets: Vec<Report>,
}

/// An article as an outlet publishes it.
#[derive(Clone, Debug)]
pub struct Article {
    /// Which outlet, by position in [`super::press::OUTLETS`].
    pub outlet: usize,
    /// Number in its address.
    pub number: usize,
    /// Headline.
    pub title: String,
    /// The sapo.
    pub lead: String,
    /// Body.
    pub paragraphs: Vec<String>,
    /// When it was published.
    pub published_at: Timestamp,
}

/// A post on the timeline.
#[derive(Clone, Debug)]
pub struct Post {
    /// Rises with time, as Mastodon's do.
    pub id: u64,
    /// The post it replies to.
    pub in_reply_to: Option<u64>,
    /// What it says.
    pub text: String,
    /// When it was posted.
    pub published_at: Timestamp,
    /// Favourites.
    pub likes: u32,
}

/// A report to the hotline.
#[derive(Clone, Debug)]
pub struct Report {
    /// Number of the ticket.
    pub id: String,
    /// Field as declared.
    pub field: String,
    /// Subject.
    pub title: String,
    /// What the citizen wrote.
    pub text: String,
    /// Where.
    pub address: String,
    /// When it came in.
    pub received_at: Timestamp,
    /// When an answer is due.
    pub due_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The citizen's verdict, by its Open311 code.
    pub rating: Option<&'static str>,
}

impl Report {
    /// When it last changed.
    pub fn updated_at(&self) -> Timestamp {
        self.closed_at.unwrap_or(self.received_at)
    }
}
