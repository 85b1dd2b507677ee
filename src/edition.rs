//! The edition of a day: from grouped mentions to the digests and signals that are published
//! together. In memory only, so that the stage commands and the pipeline do exactly the same.

use indexer::Window;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Concern, ConcernId, Coverage, DeskMarks, Digest, DigestScope, Period,
    SatisfactionSignal, ShadowScore,
};
use models::ranking::channels::add_notes;
use models::ranking::group::{Constraints, GroupParameters, Grouper};
use models::ranking::period::PeriodContext;
use models::ranking::rank::RankContext;
use models::ranking::score::Past;
use models::ranking::{SourceTable, group, marks, score};

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

/// Groups a day from what is known of the days before it and the concerns of the evening before:
/// grouping it again gives the same. The first mentions are those of the days before; `constraints` are
/// what people said of concerns.
pub fn regroup(
    city: &City,
    day: Date,
    before: Window,
    mut mentions: Vec<AnnotatedMention>,
    constraints: Constraints,
) -> GroupedDays {
    let grouper = Grouper::new(city.methods.group.clone(), before.concerns);
    let mut grouper = grouper.with_constraints(constraints);
    grouper.recall(&before.mentions);
    let grouping = grouper.group_day(day, &mentions);
    for (mention, concern) in mentions.iter_mut().zip(&grouping.assignments) {
        mention.concern.clone_from(concern);
    }
    GroupedDays {
        mentions: [before.mentions, mentions].concat(),
        concerns: grouper.concerns().to_vec(),
    }
}

/// Ranks the concerns of a day for each of the scopes.
pub fn rank_day(
    city: &City,
    day: Date,
    grouped: &GroupedDays,
    coverage: &Coverage,
    scopes: &[DigestScope],
) -> Vec<Digest> {
    let marks = DeskMarks::default();
    rank_day_with(
        city,
        &city.source_table,
        day,
        grouped,
        coverage,
        scopes,
        &marks,
    )
}

/// The same, with the sources as they were known once and what the desk says of concerns.
pub fn rank_day_with(
    city: &City,
    sources: &SourceTable,
    day: Date,
    grouped: &GroupedDays,
    coverage: &Coverage,
    scopes: &[DigestScope],
    marks: &DeskMarks,
) -> Vec<Digest> {
    let context = rank_context(city, sources, day, grouped);
    digests_of(&context, day, grouped, coverage, scopes, marks)
}

/// What the digests and comparisons of a day share.
pub fn rank_context<'a>(
    city: &'a City,
    sources: &'a SourceTable,
    day: Date,
    grouped: &'a GroupedDays,
) -> RankContext<'a> {
    RankContext::new(
        &city.methods.rank,
        day,
        &grouped.mentions,
        &grouped.concerns,
        city.units(),
        sources,
    )
}

/// The digests of a context for each of the scopes, with what the desk says of concerns.
pub fn digests_of(
    context: &RankContext<'_>,
    day: Date,
    grouped: &GroupedDays,
    coverage: &Coverage,
    scopes: &[DigestScope],
    marks: &DeskMarks,
) -> Vec<Digest> {
    let digests = scopes.iter().map(|scope| {
        let mut digest = context.digest(scope, coverage);
        let place = |id: &ConcernId| context.place(scope, id);
        marks::apply(&mut digest, marks, &grouped.concerns, place);
        digest
    });
    let mut digests = digests.collect::<Vec<_>>();
    let until = Period::day(day).end();
    add_notes(&mut digests, &grouped.mentions, &grouped.concerns, until);
    digests
}

/// Ranks the concerns of a period of several days for each of the scopes.
pub fn rank_period(
    city: &City,
    sources: &SourceTable,
    period: Period,
    recorded_from: Date,
    window: &Window,
    coverage: &Coverage,
    marks: &DeskMarks,
) -> Vec<Digest> {
    let context = PeriodContext::new(
        &city.methods.rank,
        period,
        recorded_from,
        &window.mentions,
        &window.concerns,
        city.units(),
        sources,
    );
    let scopes = city.readers(period.last());
    let digests = scopes.iter().map(|scope| {
        let mut digest = context.digest(scope, coverage);
        let place = |id: &ConcernId| context.place(scope, id);
        marks::apply(&mut digest, marks, &window.concerns, place);
        digest
    });
    let mut digests = digests.collect::<Vec<_>>();
    add_notes(
        &mut digests,
        &window.mentions,
        &window.concerns,
        period.end(),
    );
    digests
}

/// Reads satisfaction of every unit on a day; `past` tells of days that are not read.
pub fn score_day(
    city: &City,
    day: Date,
    grouped: &GroupedDays,
    past: &Past,
) -> Vec<SatisfactionSignal> {
    let method = &city.methods.score;
    score::score_day(
        method,
        day,
        &grouped.mentions,
        &grouped.concerns,
        city.units(),
        past,
    )
}

/// The satisfaction group of Decision 766 for all scopes, over a period, as it stood at the end of a day of
/// it.
pub fn shadow_scores(
    city: &City,
    period: Period,
    day: Date,
    mentions: &[&AnnotatedMention],
    concerns: &[Concern],
) -> Vec<ShadowScore> {
    let method = &city.methods.score;
    score::shadow_scores(method, period, day, mentions, concerns, city.units())
}
