//! The edition of a day: from grouped mentions to the digests and signals that are published
//! together. In memory only, so that the stage commands and the pipeline do exactly the same.

use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Concern, Coverage, Digest, DigestScope, SatisfactionSignal, Window,
};
use models::ranking::group;

use crate::city::City;

/// Mentions with their concerns, and the concerns as they stand at the end of the last day.
pub struct GroupedDays {
    /// Oldest first in the pipeline, in the order given in the stage commands.
    pub mentions: Vec<AnnotatedMention>,
    /// All concerns still followed.
    pub concerns: Vec<Concern>,
}

/// Groups mentions of any number of days.
pub fn group_all(city: &City, mut mentions: Vec<AnnotatedMention>) -> GroupedDays {
    let (assignments, concerns) = group::group_all(city.methods.group.clone(), &mentions);
    for (mention, concern) in mentions.iter_mut().zip(assignments) {
        mention.concern = concern;
    }
    GroupedDays { mentions, concerns }
}
