//! Alerts and their rules. What happens to an alert is a row that is never changed; how it stands
//! follows from its rows.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{Alert, AlertEvent, AlertKind, AlertRule, AlertStep, AlertSubject, Finding};

use crate::Result;
use crate::accounts::By;

/// Rules of alerts, what they found, and what people did about it.
pub trait Alerts: Send + Sync {
    /// Takes in a new rule (number 0), or another shape of a known one, which must name the revision it
    /// was made from; `None` when that is not the last any more. With a line in the audit log.
    fn save_rule(&self, rule: &AlertRule, by: &By) -> Result<Option<AlertRule>>;

    /// All rules, by number.
    fn alert_rules(&self) -> Result<Vec<AlertRule>>;

    /// One rule.
    fn alert_rule(&self, id: u64) -> Result<Option<AlertRule>>;

    /// Opens an alert; `None` when one of its rule and subject is running.
    fn open_alert(&self, rule: &AlertRule, found: &Finding, at: Timestamp)
    -> Result<Option<Alert>>;

    /// Notes a step of a running alert. `version` is that of the alert that whoever takes the step has
    /// seen; `None` when it has moved on since, or is over, where only a comment is taken. What officers
    /// do has a line in the audit log.
    fn alert_step(
        &self,
        alert: u64,
        version: u64,
        step: &AlertStep,
        comment: &str,
        by: Option<&By>,
        at: Timestamp,
    ) -> Result<Option<Alert>>;

    /// Notes that a rule still finds an alert on a day.
    fn still_found(&self, alert: u64, day: Date) -> Result<()>;

    /// The last alert of a rule about a subject.
    fn last_alert(&self, rule: u64, subject: &AlertSubject) -> Result<Option<Alert>>;

    /// Alerts, the newest first.
    fn alerts(&self, wanted: &AlertQuery) -> Result<Vec<Alert>>;

    /// One alert.
    fn alert(&self, id: u64) -> Result<Option<Alert>>;

    /// What happened to an alert, in order.
    fn alert_events(&self, alert: u64) -> Result<Vec<AlertEvent>>;

    /// What happened to alerts after a number, in order, at most so much.
    fn alert_events_after(&self, number: u64, limit: usize) -> Result<Vec<AlertEvent>>;

    /// The number of the last event, 0 before the first.
    fn last_alert_event(&self) -> Result<u64>;
}

/// Which alerts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertQuery {
    /// Of this kind.
    pub kind: Option<AlertKind>,
    /// Those that are running, or those that are over.
    pub is_running: Option<bool>,
    /// About this.
    pub subject: Option<AlertSubject>,
    /// Older than this number.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
}
