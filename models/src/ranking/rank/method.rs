//! What can be tuned in ranking.

/// Weights of the ranking method; the `Default` equals `[rank]` of `config/ranking.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct RankMethod {
    /// Named in every digest; changes whenever a weight does.
    pub version: String,
    /// Days whose mentions are evidence of a line, the day itself included; older ones only where
    /// there are none.
    pub count_days: usize,
    /// Mentions that each e-fold of likes, comments and shares is worth.
    pub engagement_weight: f64,
    /// Most that one mention can count for, however widely it was taken up.
    pub max_mention_weight: f64,
    /// What a reprint counts for, its first print counting 1.
    pub reprint_weight: f64,
    /// Mentions that the month is worth at most against the week, and the week against the day.
    pub prior_mentions: f64,
    /// Least weight of the mix of the kind, in days.
    pub min_prior_days: f64,
    /// Largest weight of the mix of the kind against the history of one unit and topic, in days of an
    /// average unit.
    pub max_kind_days: f64,
    /// Share of false alerts among alerts (Benjamini-Hochberg), 0 to 1.
    pub false_discovery_share: f64,
    /// Largest burst factor.
    pub max_burst: f64,
    /// Pseudo-mentions of the city's share of negative mentions.
    pub negativity_prior: f64,
    /// Growth of the score with each e-fold of days unresolved.
    pub age_weight: f64,
    /// Days after which age no longer grows.
    pub max_age_days: f64,
    /// Share of the narrower 90 % interval that two lines must share to be tied, 0 to 1.
    pub tie_overlap: f64,
    /// Mentions in the window of 28 days from which a concern that was answered and has none today
    /// is a line; one that waits for its answer needs only one.
    pub min_mentions: u32,
    /// Mentions of the day from which a concern can rise.
    pub min_rising: u32,
    /// Lines of a digest.
    pub max_lines: usize,
    /// Identifiers of evidence kept in a line.
    pub max_evidence: usize,
    /// Quotes in a line.
    pub max_quotes: usize,
    /// Minutes within which near-identical posts are suspected to be coordinated.
    pub coordinated_minutes: i64,
    /// Near-identical posts from which coordination is suspected.
    pub coordinated_posts: usize,
    /// Most that a suspected post counts for, 0 to 1; n of them count for at most 1 + ln n together.
    pub coordinated_weight: f64,
    /// Bits in which the fingerprints of near-identical texts may differ.
    pub near_bits: u32,
    /// Trust that at least one source must have for a concern not to be called a rumour, 0 to 1.
    pub rumour_trust: f32,
}

impl Default for RankMethod {
    fn default() -> Self {
        Self {
            version: "rank-2".to_owned(),
            count_days: 7,
            engagement_weight: 0.1,
            max_mention_weight: 2.0,
            reprint_weight: 0.3,
            prior_mentions: 6.0,
            min_prior_days: 0.5,
            max_kind_days: 200.0,
            false_discovery_share: 0.03,
            max_burst: 3.0,
            negativity_prior: 4.0,
            age_weight: 0.15,
            max_age_days: 60.0,
            tie_overlap: 0.8,
            min_mentions: 2,
            min_rising: 2,
            max_lines: 10,
            max_evidence: 200,
            max_quotes: 3,
            coordinated_minutes: 60,
            coordinated_posts: 5,
            coordinated_weight: 0.2,
            near_bits: 4,
            rumour_trust: 0.5,
        }
    }
}
