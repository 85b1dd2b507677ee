//! The edition of a day: from grouped mentions to the digests and signals that are published
//! together. In memory only, so that the stage commands and the pipeline do exactly the same.

use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Concern, Coverage, Digest, DigestScope, SatisfactionSignal,
};
use models::ranking::group::GroupParameters;
use models::ranking::rank::RankContext;
use models::ranking::{group, score};

use crate::city::City;

/// Mentions with their concerns, and the concerns as they stand at the end of the last day.
pub struct GroupedDays {
    /// Oldest first in the pipeline, in the order given in the stage commands.
    pub mentions: Vec<AnnotatedMention>,
    /// All concerns still followed.
    pub concerns: Vec<Concern>,
}

/// Articles judged noise from which together they make a story.
const NOISE_STORY_MIN: usize = 2;

/// Groups the concerns among mentions of any number of days.
pub fn group_all(city: &City, mentions: Vec<AnnotatedMention>) -> GroupedDays {
    group_with(city.methods.group.clone(), mentions)
}

/// Groups a stream for its own sake (`langnghe group`): articles judged noise that together make a
/// story are grouped too, which digests, that count concerns only, never do.
pub fn group_stream(city: &City, mentions: Vec<AnnotatedMention>) -> GroupedDays {
    let parameters = city.methods.group.clone();
    group_with(
        GroupParameters {
            min_noise_story: NOISE_STORY_MIN,
            ..parameters
        },
        mentions,
    )
}

fn group_with(parameters: GroupParameters, mut mentions: Vec<AnnotatedMention>) -> GroupedDays {
    let (assignments, concerns) = group::group_all(parameters, &mentions);
    for (mention, concern) in mentions.iter_mut().zip(assignments) {
        mention.concern = concern;
    }
    GroupedDays { mentions, concerns }
}

/// Ranks the concerns of a day for each of the scopes.
pub fn rank_day(
    city: &City,
    day: Date,
    grouped: &GroupedDays,
    coverage: &Coverage,
    scopes: &[DigestScope],
) -> Vec<Digest> {
    let context = RankContext::new(
        &city.methods.rank,
        day,
        &grouped.mentions,
        &grouped.concerns,
        city.units(),
        &city.source_table,
    );
    scopes
        .iter()
        .map(|scope| context.digest(scope, coverage))
        .collect()
}

/// Reads satisfaction of every unit on a day.
pub fn score_day(city: &City, day: Date, grouped: &GroupedDays) -> Vec<SatisfactionSignal> {
    let method = &city.methods.score;
    score::score_day(
        method,
        day,
        &grouped.mentions,
        &grouped.concerns,
        city.units(),
    )
}
