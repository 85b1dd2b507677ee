//! What can be tuned in grouping.

use super::background::Background;
use super::similarity::{MergeWeights, N_FEATURES};

/// Parameters of grouping; the `Default` equals `[group]` of `config/ranking.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupParameters {
    /// How common terms are.
    pub background: Background,
    /// The learned model of belonging together.
    pub weights: MergeWeights,
    /// Log-odds from which a bundle joins a concern.
    pub join_log_odds: f32,
    /// Voices of a unit and day up to which the model's odds hold as they were learned.
    pub usual_voices: f32,
    /// By how much the odds fall with the logarithm of the voices beyond; 1 is what follows when each
    /// further voice brings as many further concerns.
    pub crowd_weight: f32,
    /// How far they fall at most, in log-odds: a crowd may also speak of one thing.
    pub crowd_max: f32,
    /// Concerns of a unit from which its common words weigh less; 0 for never.
    pub common_after: f32,
    /// Log-odds from which two concerns born on one day are one.
    pub merge_log_odds: f32,
    /// Log-odds from which two concerns of earlier days are one.
    pub known_log_odds: f32,
    /// Days after its first mention up to which a concern can be joined to an older one.
    pub join_days: u16,
    /// How much better, in log-odds, another concern must fit for a bundle to move.
    pub move_margin: f32,
    /// Mean log-odds of two parts of a day's concern below which it is split; concerns of earlier days
    /// are held together by 3 more.
    pub split_log_odds: f32,
    /// Bits in which two fingerprints may differ for one text to be a reprint of the other.
    pub reprint_bits: u32,
    /// Concerns a bundle is compared with in full.
    pub max_candidates: usize,
    /// Concerns looked at for each key of the index, the latest first.
    pub max_postings: usize,
    /// Terms kept of a mention.
    pub mention_terms: usize,
    /// Terms kept of a concern, in its sketch.
    pub sketch_terms: usize,
    /// Days after which a mention is no longer found by replies and reprints.
    pub remember_days: u16,
    /// Days after its last mention on which a concern can still be joined.
    pub forget_after_days: u16,
    /// Quiet days after which an answered concern is closed.
    pub close_after_days: u16,
    /// Quiet days after which a concern without any ticket is closed.
    pub fade_after_days: u16,
    /// Articles judged noise that together still make a story; 0 leaves all of them out. Meant for
    /// grouping news as such (`langnghe group`), not for digests, which count concerns only.
    pub min_noise_story: usize,
}

const BACKGROUND: &[u8] = include_bytes!("../../../data/grouping_background.bin");

/// Trained by `cargo run --release -p langnghe-models --example train_grouping` on gold part A, as it
/// is and crowded into one ward among the training mentions, and the news events.
const WEIGHTS: [f32; N_FEATURES] = [
    -4.667, 14.094, 4.191, 2.946, 2.089, 2.981, -0.466, -1.301, -4.540, -0.203, -5.213, 5.194,
    -1.393, 10.519, 0.626, 0.424, 1.854, -0.713, 4.284, 1.848, -1.049, 2.242, -1.513, -0.919,
    4.628, 2.845, 0.220,
];

impl Default for GroupParameters {
    fn default() -> Self {
        Self {
            background: Background::from_bytes(BACKGROUND).unwrap_or_default(),
            weights: MergeWeights(WEIGHTS),
            join_log_odds: -1.0,
            usual_voices: 4.0,
            crowd_weight: 0.6,
            crowd_max: 3.0,
            common_after: 3.0,
            merge_log_odds: -0.5,
            known_log_odds: 2.0,
            join_days: 7,
            move_margin: 0.5,
            split_log_odds: 0.0,
            reprint_bits: 4,
            max_candidates: 16,
            max_postings: 48,
            mention_terms: 96,
            sketch_terms: 192,
            remember_days: 28,
            forget_after_days: 60,
            close_after_days: 3,
            fade_after_days: 14,
            min_noise_story: 0,
        }
    }
}
