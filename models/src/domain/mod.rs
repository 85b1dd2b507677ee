//! The nouns every crate speaks. Each edge owns its serialised shapes; these types have none.

mod annotation;
mod capture;
mod concern;
mod correction;
mod digest;
mod id;
mod mention;
mod place;
mod signal;
mod source;
mod time;
mod topic;
mod unit;
mod window;

pub use annotation::{Annotation, PiiField, PiiKind, PiiSpan, Sentiment, SentimentProbabilities};
pub use capture::{Capture, ContentHash};
pub use concern::{Concern, ConcernStatus, DayCount, Sketch};
pub use correction::{Correction, CorrectionChange};
pub use digest::{
    Counterfactual, Coverage, CoverageGap, Digest, DigestEntry, DigestScope, Factors, Interval,
    Quote, Receipt,
};
pub use id::{AgencyId, ConcernId, MentionId, SourceId};
pub use mention::{Channel, CleanMention, Engagement, Mention, Rating, Ticket, TicketStatus};
pub use place::{Outcome, Placement, Scope, WeightedUnit};
pub use signal::{Level, ListeningSignal, MapColour, SatisfactionSignal, ShadowSatisfaction};
pub use source::{FetchState, HealthStatus, Source, SourceHealth, SourceKind};
pub use time::{VIETNAM_OFFSET_HOURS, day_in_vietnam, day_start, vietnam_zone};
pub use topic::{Taxonomy, Topic, TopicInfo};
pub use unit::{
    Agency, FormerDistrict, FormerWard, Relation, Unit, UnitCode, UnitCodeError, UnitKind,
};
pub use window::{AnnotatedMention, Window};
