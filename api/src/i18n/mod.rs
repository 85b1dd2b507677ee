//! The two languages of the pages: Vietnamese first, English second.

#[macro_use]
mod pairs;

mod desk;
mod format;
mod notices;
mod office;
mod open;
mod prose;
mod request;
mod texts;

use models::domain::{
    Channel, ConcernStatus, ConcernStep, DeskRole, GamingSign, HealthStatus, Level, LifeStep,
    LineNote, MapColour, PeriodKind, Rating, ReportingVerdict, SeasonFactor, Sentiment,
    TicketStatus, UnitKind,
};

pub(crate) use desk::DeskTexts;
pub(crate) use format::fill;
pub(crate) use notices::NoticeTexts;
pub(crate) use office::OfficeTexts;
pub(crate) use open::OpenTexts;
pub(crate) use prose::{Prose, about, method};
pub(crate) use request::RequestTexts;
pub(crate) use texts::Texts;

/// A language of the interface. Citizens' words are never translated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lang {
    #[default]
    Vi,
    En,
}

impl Lang {
    /// From the `lang` of an address; anything but `en` is Vietnamese.
    pub(crate) fn from_param(param: Option<&str>) -> Self {
        match param {
            Some("en") => Self::En,
            _ => Self::Vi,
        }
    }

    /// The code of the `lang` attribute.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The other language.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }

    /// All its texts.
    pub(crate) fn texts(self) -> &'static Texts {
        match self {
            Self::Vi => &texts::VI,
            Self::En => &texts::EN,
        }
    }

    /// All texts of open data.
    pub(crate) fn open(self) -> &'static OpenTexts {
        match self {
            Self::Vi => &open::VI,
            Self::En => &open::EN,
        }
    }

    /// All texts of the pages of officers.
    pub(crate) fn office(self) -> &'static OfficeTexts {
        match self {
            Self::Vi => &office::VI,
            Self::En => &office::EN,
        }
    }

    /// All texts of the desk.
    pub(crate) fn desk(self) -> &'static DeskTexts {
        match self {
            Self::Vi => &desk::VI,
            Self::En => &desk::EN,
        }
    }

    /// All texts of requests for explanation.
    pub(crate) fn requests(self) -> &'static RequestTexts {
        match self {
            Self::Vi => &request::VI,
            Self::En => &request::EN,
        }
    }

    /// What people are told beside digests, and the pages of alerts.
    pub(crate) fn notices(self) -> &'static NoticeTexts {
        match self {
            Self::Vi => &notices::VI,
            Self::En => &notices::EN,
        }
    }

    /// An address of ours in this language; Vietnamese addresses carry no mark.
    pub(crate) fn href(self, path: &str) -> String {
        match self {
            Self::Vi => path.to_owned(),
            Self::En => {
                let (bare, anchor) = path.split_once('#').map_or((path, ""), |(a, b)| (a, b));
                let join = if bare.contains('?') { '&' } else { '?' };
                let hash = if anchor.is_empty() { "" } else { "#" };
                format!("{bare}{join}lang=en{hash}{anchor}")
            }
        }
    }
}

impl Texts {
    pub(crate) fn channel(&self, channel: Channel) -> &'static str {
        match channel {
            Channel::Press => self.channel_press,
            Channel::Social => self.channel_social,
            Channel::Hotline => self.channel_hotline,
        }
    }

    pub(crate) fn sentiment(&self, sentiment: Sentiment) -> &'static str {
        match sentiment {
            Sentiment::Negative => self.sentiment_negative,
            Sentiment::Neutral => self.sentiment_neutral,
            Sentiment::Positive => self.sentiment_positive,
        }
    }

    pub(crate) fn concern_status(&self, status: ConcernStatus) -> &'static str {
        match status {
            ConcernStatus::Open => self.status_open,
            ConcernStatus::Answered => self.status_answered,
            ConcernStatus::Closed => self.status_closed,
            ConcernStatus::Returned => self.status_returned,
        }
    }

    pub(crate) fn desk_role(&self, role: DeskRole) -> &'static str {
        match role {
            DeskRole::Desk => self.role_desk,
            DeskRole::PressOfficer => self.role_press_officer,
            DeskRole::UnitResponder => self.role_unit_responder,
            DeskRole::Admin => self.role_admin,
        }
    }

    pub(crate) fn line_note(&self, note: LineNote) -> &'static str {
        match note {
            LineNote::ClosedButGrowing => self.note_closed_but_growing,
            LineNote::ClosedButRecurring => self.note_closed_but_recurring,
            LineNote::PressWithoutTickets => self.note_press_without_tickets,
            LineNote::SocialWithoutTickets => self.note_social_without_tickets,
            LineNote::TicketsOnly => self.note_tickets_only,
        }
    }

    /// An event of a concern's life.
    pub(crate) fn concern_step(&self, step: ConcernStep) -> String {
        let text = match step {
            ConcernStep::FirstSeen => self.step_first_seen,
            ConcernStep::Peak(n) => return fill(self.step_peak, &[&n.to_string()]),
            ConcernStep::Answered => self.step_answered,
            ConcernStep::Closed => self.step_closed,
            ConcernStep::Returned => self.step_returned,
            ConcernStep::Reopened => self.step_reopened,
        };
        text.to_owned()
    }

    pub(crate) fn unit_kind(&self, kind: UnitKind) -> &'static str {
        match kind {
            UnitKind::Ward => self.kind_wards,
            UnitKind::Commune => self.kind_communes,
            UnitKind::SpecialZone => self.kind_zones,
        }
    }

    pub(crate) fn gaming_sign(&self, sign: GamingSign) -> &'static str {
        match sign {
            GamingSign::LastMinute => self.sign_last_minute,
            GamingSign::BeforeReport => self.sign_before_report,
            GamingSign::CoachedPraise => self.sign_coached_praise,
        }
    }

    pub(crate) fn verdict(&self, verdict: ReportingVerdict) -> &'static str {
        match verdict {
            ReportingVerdict::Quiet => self.silence_quiet,
            ReportingVerdict::Usual => self.silence_usual,
            ReportingVerdict::Ready => self.silence_ready,
            ReportingVerdict::Unsure => self.silence_unsure,
        }
    }

    /// The name of a set of indicators; one of the user's own is called by its code.
    pub(crate) fn indicator_set(&self, set: &str) -> String {
        let name = match set {
            "766" => self.set_766,
            "tickets" => self.set_tickets,
            "services" => self.set_services,
            "alerts" => self.set_alerts,
            own => own,
        };
        name.to_owned()
    }

    pub(crate) fn digest_of_period(&self, kind: PeriodKind) -> &'static str {
        match kind {
            PeriodKind::Day => self.digest_of,
            PeriodKind::Week => self.digest_of_week,
            PeriodKind::Month => self.digest_of_month,
            PeriodKind::ReportingMonth => self.digest_of_reporting,
        }
    }

    pub(crate) fn period_kind(&self, kind: PeriodKind) -> &'static str {
        match kind {
            PeriodKind::Day => self.period_day,
            PeriodKind::Week => self.period_week,
            PeriodKind::Month => self.period_month,
            PeriodKind::ReportingMonth => self.period_reporting,
        }
    }

    pub(crate) fn season_factor(&self, factor: SeasonFactor) -> &'static str {
        match factor {
            SeasonFactor::Weekday => self.factor_weekday,
            SeasonFactor::Holiday => self.factor_holiday,
            SeasonFactor::BeforeTet => self.factor_before_tet,
            SeasonFactor::Tet => self.factor_tet,
            SeasonFactor::AfterTet => self.factor_after_tet,
            SeasonFactor::Rain => self.factor_rain,
            SeasonFactor::Tide => self.factor_tide,
            SeasonFactor::School => self.factor_school,
            SeasonFactor::Year => self.factor_year,
        }
    }

    pub(crate) fn ticket_status(&self, status: TicketStatus) -> &'static str {
        match status {
            TicketStatus::Open => self.ticket_open,
            TicketStatus::InProgress => self.ticket_in_progress,
            TicketStatus::Closed => self.ticket_closed,
            TicketStatus::Rejected => self.ticket_rejected,
        }
    }

    pub(crate) fn rating(&self, rating: Option<Rating>) -> &'static str {
        match rating {
            Some(Rating::Satisfied) => self.rating_satisfied,
            Some(Rating::Neutral) => self.rating_neutral,
            Some(Rating::Dissatisfied) => self.rating_dissatisfied,
            Some(Rating::NotAsked) => self.rating_not_asked,
            None => self.rating_silent,
        }
    }

    pub(crate) fn level(&self, level: Level) -> &'static str {
        match level {
            Level::Excellent => self.level_excellent,
            Level::Good => self.level_good,
            Level::Fair => self.level_fair,
            Level::Average => self.level_average,
            Level::Weak => self.level_weak,
        }
    }

    pub(crate) fn colour(&self, colour: MapColour) -> &'static str {
        match colour {
            MapColour::Green => self.colour_green,
            MapColour::Yellow => self.colour_yellow,
            MapColour::Orange => self.colour_orange,
            MapColour::Red => self.colour_red,
            MapColour::Hatched => self.colour_hatched,
        }
    }

    /// What is wrong and what to do about it; nothing for a source that is well.
    pub(crate) fn advice(&self, status: HealthStatus) -> Option<&'static str> {
        Some(match status {
            HealthStatus::Fresh | HealthStatus::Disabled => return None,
            HealthStatus::Stale => self.advice_stale,
            HealthStatus::Empty => self.advice_empty,
            HealthStatus::NotAFeed => self.advice_not_a_feed,
            HealthStatus::Blocked => self.advice_blocked,
            HealthStatus::Moved => self.advice_moved,
            HealthStatus::RobotsDenied => self.advice_robots_denied,
            HealthStatus::OverQuota => self.advice_over_quota,
            HealthStatus::Unreachable => self.advice_unreachable,
            HealthStatus::Pending => self.advice_pending,
        })
    }

    /// An event of a ticket's life.
    pub(crate) fn life(&self, step: LifeStep) -> String {
        let text = match step {
            LifeStep::Received => self.life_received,
            LifeStep::TakenUp => self.life_taken_up,
            LifeStep::Due => self.life_due,
            LifeStep::DueMoved => self.life_due_moved,
            LifeStep::Closed => self.life_closed,
            LifeStep::Rejected => self.life_rejected,
            LifeStep::Reopened => self.life_reopened,
            LifeStep::Rated(rating) => {
                return fill(self.life_rated, &[self.rating(Some(rating))]);
            }
        };
        text.to_owned()
    }

    pub(crate) fn health(&self, status: HealthStatus) -> &'static str {
        match status {
            HealthStatus::Fresh => self.health_fresh,
            HealthStatus::Stale => self.health_stale,
            HealthStatus::Empty => self.health_empty,
            HealthStatus::NotAFeed => self.health_not_a_feed,
            HealthStatus::Blocked => self.health_blocked,
            HealthStatus::Moved => self.health_moved,
            HealthStatus::RobotsDenied => self.health_robots_denied,
            HealthStatus::OverQuota => self.health_over_quota,
            HealthStatus::Unreachable => self.health_unreachable,
            HealthStatus::Disabled => self.health_disabled,
            HealthStatus::Pending => self.health_pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{desk, notices, office, open, request, texts};

    #[test]
    fn both_languages_take_the_same_values() {
        let all = [
            desk::PAIRS,
            notices::PAIRS,
            office::PAIRS,
            open::PAIRS,
            request::PAIRS,
            texts::PAIRS,
        ];
        for (name, vi, en) in all.concat() {
            let places = |text: &str| text.matches("{}").count();
            assert_eq!(places(vi), places(en), "{name}");
            assert!(!vi.is_empty() && !en.is_empty(), "{name}");
        }
    }
}
