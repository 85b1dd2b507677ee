//! What can be tuned in ranking.

/// Weights of the ranking method; the `Default` equals `[rank]` of `config/ranking.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct RankMethod {
    /// Named in every digest; changes whenever a weight does.
    pub version: String,
    /// Share that a day keeps of its weight in the count of the day after, 0 to 1: yesterday's
    /// mentions still count, last week's hardly.
    pub day_decay: f64,
    /// Days that are looked back on for the count.
    pub count_days: u16,
    /// Weight of a share or comment on a mention, in mentions, on a log scale.
    pub engagement_weight: f64,
    /// Most that one mention can count for, however widely it was taken up.
    pub max_mention_weight: f64,
    /// Weeks whose same weekday makes the expectation of a burst.
    pub burst_weeks: u16,
    /// Share of false alerts among alerts (Benjamini-Hochberg).
    pub false_discovery_share: f64,
    /// Largest burst factor.
    pub max_burst: f64,
    /// Pseudo-mentions of the city's share of negative mentions.
    pub negativity_prior: f64,
    /// Growth of the score per e-fold of days unresolved.
    pub age_weight: f64,
    /// Days after which age no longer grows.
    pub max_age_days: f64,
    /// Overlap of two 90 % intervals from which two lines are tied, 0 to 1.
    pub tie_overlap: f64,
    /// Least mentions in the window of 7 days for a line.
    pub min_mentions: u32,
    /// Lines of a digest.
    pub max_lines: usize,
    /// Identifiers of evidence kept in a line.
    pub max_evidence: usize,
    /// Minutes within which near-identical posts are suspected to be coordinated.
    pub coordinated_minutes: i64,
    /// Near-identical posts from which a burst is suspected.
    pub coordinated_posts: usize,
    /// Weight that a suspected post keeps, 0 to 1.
    pub coordinated_weight: f64,
    /// Bits in which fingerprints of near-identical posts may differ.
    pub near_bits: u32,
    /// Trust that at least one source must have for a concern not to be called a rumour.
    pub rumour_trust: f32,
}

impl Default for RankMethod {
    fn default() -> Self {
        Self {
            version: "rank-1".to_owned(),
            day_decay: 0.6,
            count_days: 7,
            engagement_weight: 0.15,
            max_mention_weight: 2.0,
            burst_weeks: 4,
            false_discovery_share: 0.05,
            max_burst: 3.0,
            negativity_prior: 4.0,
            age_weight: 0.15,
            max_age_days: 60.0,
            tie_overlap: 0.5,
            min_mentions: 1,
            max_lines: 10,
            max_evidence: 200,
            coordinated_minutes: 60,
            coordinated_posts: 5,
            coordinated_weight: 0.2,
            near_bits: 6,
            rumour_trust: 0.5,
        }
    }
}
