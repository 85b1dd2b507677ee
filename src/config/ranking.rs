//! `ranking.toml`: the weights of grouping, ranking, scoring and foreseeing, each method with its
//! version.

use std::path::Path;

use models::ranking::forecast::ForecastMethod;
use models::ranking::group::GroupParameters;
use models::ranking::rank::RankMethod;
use models::ranking::score::ScoreMethod;
use serde::Deserialize;

use super::ConfigError;

/// All methods with their weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Methods {
    /// How mentions join into concerns.
    pub group: GroupParameters,
    /// How concerns are ordered.
    pub rank: RankMethod,
    /// How satisfaction is read.
    pub score: ScoreMethod,
    /// How the days to come are foreseen.
    pub forecast: ForecastMethod,
}

/// A section of the file with the fields of a method; a field left out keeps the method's default.
macro_rules! section {
    ($section:ident for $method:ty { $($field:ident: $kind:ty,)* }) => {
        #[derive(Deserialize)]
        #[serde(default, deny_unknown_fields)]
        struct $section { $($field: $kind,)* }

        impl Default for $section {
            fn default() -> Self {
                let method = <$method>::default();
                Self { $($field: method.$field,)* }
            }
        }

        impl $section {
            fn into_method(self) -> $method {
                let mut method = <$method>::default();
                $(method.$field = self.$field;)*
                method
            }
        }
    };
}

section!(GroupSection for GroupParameters {
    join_log_odds: f32,
    usual_voices: f32,
    crowd_weight: f32,
    crowd_max: f32,
    common_after: f32,
    merge_log_odds: f32,
    known_log_odds: f32,
    join_days: u16,
    move_margin: f32,
    split_log_odds: f32,
    reprint_bits: u32,
    max_candidates: usize,
    max_postings: usize,
    mention_terms: usize,
    sketch_terms: usize,
    remember_days: u16,
    forget_after_days: u16,
    close_after_days: u16,
    fade_after_days: u16,
});

section!(RankSection for RankMethod {
    version: String,
    count_days: usize,
    engagement_weight: f64,
    max_mention_weight: f64,
    reprint_weight: f64,
    prior_mentions: f64,
    min_prior_days: f64,
    max_kind_days: f64,
    false_discovery_share: f64,
    max_burst: f64,
    negativity_prior: f64,
    age_weight: f64,
    max_age_days: f64,
    tie_overlap: f64,
    min_mentions: u32,
    min_rising: u32,
    max_lines: usize,
    max_evidence: usize,
    max_quotes: usize,
    coordinated_minutes: i64,
    coordinated_posts: usize,
    coordinated_weight: f64,
    near_bits: u32,
    rumour_trust: f32,
});

section!(ScoreSection for ScoreMethod {
    version: String,
    days: u16,
    sentiment_weight: f64,
    resolution_weight: f64,
    recurrence_weight: f64,
    rating_weight: f64,
    max_concern_mentions: f64,
    prior_weights: (f64, f64),
    min_mentions: u32,
    max_interval_width: f64,
    full_at_pct: [f64; 3],
    levels: [f64; 4],
    colours: [f64; 3],
});

section!(ForecastSection for ForecastMethod {
    version: String,
    min_days: usize,
    max_days: usize,
    factor_spread: f64,
    min_mean: f64,
    min_weeks: usize,
    graded_days: u16,
});

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    group: GroupSection,
    rank: RankSection,
    score: ScoreSection,
    forecast: ForecastSection,
}

/// Reads the text of a ranking file.
pub fn parse_methods(path: &Path, text: &str) -> Result<Methods, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    Ok(Methods {
        group: file.group.into_method(),
        rank: file.rank.into_method(),
        score: file.score.into_method(),
        forecast: file.forecast.into_method(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_holds_every_default() {
        let shipped = include_str!("../../config/ranking.toml");
        assert_eq!(
            parse_methods(Path::new("ranking.toml"), shipped).unwrap(),
            Methods::default()
        );
    }

    #[test]
    fn a_wrong_weight_is_named() {
        let error = parse_methods(Path::new("ranking.toml"), "[rank]\nday_decai = 1\n");
        assert!(error.unwrap_err().to_string().contains("day_decai"));
    }
}
