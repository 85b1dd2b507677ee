//! The nouns every crate speaks. Each edge owns its serialised shapes; these types have none.

mod access;
mod account;
mod alert;
mod annotation;
mod capture;
mod comparison;
mod concern;
mod concern_life;
mod correction;
mod desk;
mod digest;
mod endpoint;
mod forecast;
mod grade;
mod host;
mod id;
mod indicator;
mod league;
mod mention;
mod notice;
mod page;
mod period;
mod place;
mod press;
mod recipient;
mod request;
mod request_rules;
mod shadow;
mod signal;
mod silence;
mod source;
mod ticket_life;
mod time;
mod topic;
mod unit;
mod window;
mod working_day;

pub use access::{About, Action, Caller, Decision, Openness, decide, may};
pub use account::{
    Account, AccountId, ApiKey, KeyScope, PASSWORD_MAX_BYTES, PASSWORD_MIN, Reach, Rights, Role,
    WeakPassword, check_password, lockout_pause, login_name,
};
pub use alert::{
    Alert, AlertEvent, AlertKind, AlertRule, AlertStatus, AlertStep, AlertSubject, BurstCause,
    Cause, ConcernCause, ConcernWatch, Finding, NextStep, QUIET_DAYS, RuleFault, SourceCause,
    SourceWatch, Watch, after, is_clearly_worse, is_quiet, next_step,
};
pub use annotation::{Annotation, PiiField, PiiKind, PiiSpan, Sentiment, SentimentProbabilities};
pub use capture::{Capture, ContentHash};
pub use comparison::{TopicComparison, TopicRatio, UnitComparison, Verdict};
pub use concern::{Concern, ConcernStatus, DayCount, Sketch};
pub use concern_life::{ConcernEvent, ConcernStep, concern_life};
pub use correction::{
    CORRECTED, Correction, CorrectionChange, Readings, Split, root, standing, undone,
};
pub use desk::{ConcernEdit, DeskMarks, DeskRole};
pub use digest::{
    Counterfactual, Coverage, CoverageGap, Digest, DigestDesk, DigestEntry, DigestScope, EntryDesk,
    Factors, HiddenLine, Interval, LineNote, PinnedLine, Quote, Receipt, WITHDRAWN,
};
pub use endpoint::{Endpoint, EndpointProof, EventKind, PublishedDigest};
pub use forecast::{
    DayTally, Forecast, ForecastDay, ForecastGrade, ForecastOutcome, ForecastScope,
    PublishedForecast, SeasonFactor,
};
pub use grade::{Grade, Lead, Miss};
pub use host::{HostMemory, HostState, RobotsFound, RobotsMemory};
pub use id::{AgencyId, ConcernId, MentionId, SourceId};
pub use indicator::{
    ColourBound, Direction, Formula, Indicator, IndicatorRules, IndicatorSource, IndicatorValue,
    red_first,
};
pub use league::{Estimate, GamingSign, GuardedRank, League, LeagueRow, SignCount};
pub use mention::{Channel, CleanMention, Engagement, Mention, Rating, Ticket, TicketStatus};
pub use notice::{
    Addressee, Bounce, MAYBE_ARRIVED, NOTICE, NOTICE_BY_MAIL, Notice, Way, channel_outbox_id,
};
pub use page::{FoundPage, LeasedPage, PageEnd, PageEnded, SourcePages};
pub use period::{Period, PeriodKind};
pub use place::{Outcome, Placement, Scope, WeightedUnit};
pub use press::{PressEvent, PressState};
pub use recipient::{AlertWish, Recipient};
pub use request::{
    AnswerFile, ESCALATIONS_MAX, EvidenceQuote, ExplanationRequest, PrintedAnswer, RequestAnswer,
    RequestEvent, RequestEvidence, RequestId, RequestState, RequestStep, RequestSubject,
    Respondent,
};
pub use request_rules::{ContactFor, RequestContact, RequestRules, RequestTemplate};
pub use shadow::{
    AnsweredRatios, Answers, MovedTicket, OfficialRatios, ScoreMove, ScoreScope, ScoreStep,
    ShadowScore, TicketCounts,
};
pub use signal::{
    Level, ListeningEvidence, ListeningSignal, ListeningWindow, MapColour, SatisfactionSignal,
    ShadowSatisfaction, ShareCount,
};
pub use silence::{ReportingVerdict, SilenceCell, SilenceMap};
pub use source::{
    Bluesky, FacebookPage, FetchState, HealthStatus, MastodonStream, Open311, SecretRef, Source,
    SourceDay, SourceHealth, SourceKind, YouTube, Zalo,
};
pub use ticket_life::{LifeEvent, LifeStep, TicketState, ticket_life};
pub use time::{VIETNAM_OFFSET_HOURS, day_in_vietnam, day_start, time_in_vietnam, vietnam_zone};
pub use topic::{Taxonomy, Topic, TopicInfo};
pub use unit::{
    Agency, FormerDistrict, FormerWard, Relation, Unit, UnitCode, UnitCodeError, UnitKind,
};
pub use window::{AnnotatedMention, Window};
pub use working_day::{deadline, working_day_after, working_day_before};
