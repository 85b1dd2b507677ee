//! What else the record is to its users: queue of pages, outbox, requests, alerts and boundaries.

use jiff::Timestamp;
use jiff::civil::Date;
use models::boundary::UnitBoundary;
use models::domain::{
    Alert, AlertEvent, AlertRule, AlertStep, AlertSubject, Bounce, ConcernId, ExplanationRequest,
    Finding, HostMemory, LeasedPage, MentionId, PressEvent, PrintedAnswer, PublishedDigest,
    RequestAnswer, RequestEvent, RequestId, SourceId, SourcePages,
};

use super::{SqlArchive, alerts, atlas, hosts, outbox, press, queue, requests};
use crate::Result;
use crate::accounts::By;
use crate::alerts::{AlertQuery, Alerts};
use crate::atlas::{Atlas, SavedBoundaries};
use crate::outbox::{Attempt, MessageState, NewMessage, Outbox, OutboxMessage, Verdict};
use crate::queue::{GivenUpPage, Queue, QueueCounts};
use crate::requests::{DraftEdit, NewAnswer, NewPressEvent, NewRequest, NewStep, Requests};

impl Queue for SqlArchive {
    fn lease(
        &self,
        limit: usize,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Vec<LeasedPage>> {
        self.store.write_beside(|tx| {
            self.refuse_if_over(tx)?;
            queue::lease(tx, limit, now, lease_until)
        })
    }

    fn end_leases(&self, now: Timestamp) -> Result<usize> {
        self.write(|tx| queue::end_leases(tx, now))
    }

    fn next_ready_at(&self) -> Result<Option<Timestamp>> {
        self.read(queue::next_ready_at)
    }

    fn is_waiting_for(
        &self,
        from: Timestamp,
        to: Timestamp,
        found_after: Timestamp,
    ) -> Result<bool> {
        self.read(|db| queue::is_waiting_for(db, from, to, found_after))
    }

    fn queue_counts(&self) -> Result<QueueCounts> {
        self.read(queue::counts)
    }

    fn source_pages(&self, source: &SourceId) -> Result<SourcePages> {
        self.read(|db| queue::source_pages(db, source))
    }

    fn given_up(&self, limit: usize) -> Result<Vec<GivenUpPage>> {
        self.read(|db| queue::given_up(db, limit))
    }

    fn forget_given_up(&self, before: Timestamp) -> Result<usize> {
        self.write(|tx| {
            hosts::forget(tx, before)?;
            queue::forget_given_up(tx, before)
        })
    }

    fn host_memory(&self, limit: usize) -> Result<HostMemory> {
        self.read(|db| hosts::memory(db, limit))
    }

    fn remember_hosts(&self, memory: &HostMemory) -> Result<()> {
        self.write(|tx| hosts::remember(tx, memory))
    }
}

impl Atlas for SqlArchive {
    fn save_boundaries(
        &self,
        boundaries: &[UnitBoundary],
        attribution: &str,
        at: Timestamp,
    ) -> Result<u64> {
        self.write(|tx| atlas::save(tx, boundaries, attribution, at))
    }

    fn boundaries(&self) -> Result<Option<SavedBoundaries>> {
        self.read(atlas::latest)
    }
}

impl Requests for SqlArchive {
    fn draft_request(&self, new: &NewRequest, by: &By) -> Result<RequestId> {
        self.write(|tx| requests::draft(tx, new, by))
    }

    fn edit_draft(
        &self,
        id: RequestId,
        seen: u64,
        edited: &DraftEdit,
        by: &By,
    ) -> Result<Option<RequestEvent>> {
        self.write(|tx| requests::edit(tx, id, seen, edited, by))
    }

    fn step_request(&self, id: RequestId, step: &NewStep, by: &By) -> Result<Option<RequestEvent>> {
        self.write(|tx| requests::step(tx, id, step, by))
    }

    fn note_request(
        &self,
        id: RequestId,
        step: &NewStep,
        role: &str,
        at: Timestamp,
    ) -> Result<bool> {
        self.write(|tx| requests::note(tx, id, step, role, at))
    }

    fn answer_request(&self, id: RequestId, round: u32, answer: &NewAnswer, by: &By) -> Result<()> {
        self.write(|tx| requests::answer(tx, id, round, answer, by))
    }

    fn request(&self, id: RequestId) -> Result<Option<ExplanationRequest>> {
        self.read(|db| requests::one(db, id))
    }

    fn requests(&self, limit: usize) -> Result<Vec<ExplanationRequest>> {
        self.read(|db| requests::all(db, limit))
    }

    fn requests_of_concern(&self, concern: &ConcernId) -> Result<Vec<ExplanationRequest>> {
        self.read(|db| requests::of_concern(db, concern))
    }

    fn request_events(&self, id: RequestId) -> Result<Vec<RequestEvent>> {
        self.read(|db| requests::events(db, id))
    }

    fn request_answers(&self, id: RequestId) -> Result<Vec<RequestAnswer>> {
        self.read(|db| requests::answers(db, id))
    }

    fn answer_body(&self, id: RequestId, hash: &[u8; 32]) -> Result<Option<Vec<u8>>> {
        self.read(|db| requests::body(db, id, hash))
    }

    fn print_answers(&self, prints: &[PrintedAnswer], at: Timestamp) -> Result<usize> {
        self.write(|tx| requests::print(tx, prints, at))
    }

    fn printed_on(&self, day: Date) -> Result<Vec<PrintedAnswer>> {
        self.read(|db| requests::printed(db, &requests::Printed::On(day)))
    }

    fn printed_of_concern(&self, concern: &ConcernId) -> Result<Vec<PrintedAnswer>> {
        self.read(|db| requests::printed(db, &requests::Printed::Under(concern)))
    }

    fn unprinted(&self) -> Result<Vec<(RequestId, Timestamp)>> {
        self.read(requests::unprinted)
    }

    fn link_key(&self, fresh: [u8; 32]) -> Result<[u8; 32]> {
        self.write(|tx| requests::link_key(tx, &fresh))
    }

    fn note_press(&self, new: &NewPressEvent, by: &By) -> Result<u64> {
        self.write(|tx| press::note(tx, new, by))
    }

    fn press_events(
        &self,
        mention: Option<&MentionId>,
        since: Timestamp,
    ) -> Result<Vec<PressEvent>> {
        self.read(|db| press::events(db, mention, since))
    }
}

impl Outbox for SqlArchive {
    fn published_after(&self, number: u64, limit: usize) -> Result<Vec<PublishedDigest>> {
        self.read(|db| outbox::published_after(db, number, limit))
    }

    fn last_published(&self) -> Result<u64> {
        self.read(outbox::last_published)
    }

    fn mark(&self, endpoint: &str) -> Result<Option<u64>> {
        self.read(|db| outbox::mark(db, endpoint))
    }

    fn post(
        &self,
        endpoint: &str,
        messages: &[NewMessage],
        mark: Option<u64>,
        at: Timestamp,
    ) -> Result<usize> {
        self.write(|tx| outbox::post(tx, endpoint, messages, mark, at))
    }

    fn post_under(
        &self,
        mark: (&str, u64),
        messages: &[(String, NewMessage)],
        at: Timestamp,
    ) -> Result<usize> {
        self.write(|tx| outbox::post_under(tx, mark, messages, at))
    }

    fn note_bounce(&self, bounce: &Bounce) -> Result<()> {
        self.write(|tx| outbox::note_bounce(tx, bounce))
    }

    fn bounces(&self, address: Option<&str>, limit: usize) -> Result<Vec<Bounce>> {
        self.read(|db| outbox::bounces(db, address, limit))
    }

    fn forget_bounces(&self, address: &str) -> Result<usize> {
        self.write(|tx| outbox::forget_bounces(tx, address))
    }

    fn due_messages(
        &self,
        endpoint: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>> {
        self.read(|db| outbox::due(db, endpoint, now, limit))
    }

    fn claim(&self, message: u64) -> Result<bool> {
        self.write(|tx| outbox::claim(tx, message))
    }

    fn give_up_claimed(&self, endpoint_prefix: &str, at: Timestamp, detail: &str) -> Result<usize> {
        self.write(|tx| outbox::give_up_claimed(tx, endpoint_prefix, at, detail))
    }

    fn settle(&self, message: u64, attempt: &Attempt, verdict: Verdict) -> Result<()> {
        self.write(|tx| outbox::settle(tx, message, attempt, verdict))
    }

    fn messages(
        &self,
        endpoint: Option<&str>,
        state: Option<MessageState>,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>> {
        self.read(|db| outbox::messages(db, endpoint, state, limit))
    }

    fn message_counts(&self) -> Result<Vec<(String, MessageState, u64)>> {
        self.read(outbox::counts)
    }

    fn message(&self, id: u64) -> Result<Option<OutboxMessage>> {
        self.read(|db| outbox::one(db, id))
    }

    fn attempts(&self, message: u64) -> Result<Vec<Attempt>> {
        self.read(|db| outbox::attempts(db, message))
    }

    fn revive(&self, message: u64, at: Timestamp) -> Result<bool> {
        self.write(|tx| outbox::revive(tx, message, at))
    }

    fn forget_messages(&self, before: Timestamp) -> Result<usize> {
        self.write(|tx| outbox::forget(tx, before))
    }
}

impl Alerts for SqlArchive {
    fn save_rule(&self, rule: &AlertRule, by: &By) -> Result<Option<AlertRule>> {
        self.write(|tx| alerts::save_rule(tx, rule, by))
    }

    fn alert_rules(&self) -> Result<Vec<AlertRule>> {
        self.read(alerts::rules)
    }

    fn alert_rule(&self, id: u64) -> Result<Option<AlertRule>> {
        self.read(|db| alerts::rule(db, id))
    }

    fn open_alert(
        &self,
        rule: &AlertRule,
        found: &Finding,
        at: Timestamp,
    ) -> Result<Option<Alert>> {
        self.write(|tx| alerts::open(tx, rule, found, at))
    }

    fn alert_step(
        &self,
        alert: u64,
        version: u64,
        step: &AlertStep,
        comment: &str,
        by: Option<&By>,
        at: Timestamp,
    ) -> Result<Option<Alert>> {
        self.write(|tx| alerts::step(tx, alert, version, step, comment, by, at))
    }

    fn still_found(&self, alert: u64, day: Date) -> Result<()> {
        self.write(|tx| alerts::still_found(tx, alert, day))
    }

    fn last_alert(&self, rule: u64, subject: &AlertSubject) -> Result<Option<Alert>> {
        self.read(|db| alerts::last(db, rule, subject))
    }

    fn alerts(&self, wanted: &AlertQuery) -> Result<Vec<Alert>> {
        self.read(|db| alerts::alerts(db, wanted))
    }

    fn alert(&self, id: u64) -> Result<Option<Alert>> {
        self.read(|db| alerts::one(db, id))
    }

    fn alert_events(&self, alert: u64) -> Result<Vec<AlertEvent>> {
        self.read(|db| alerts::events(db, alert))
    }

    fn alert_events_after(&self, number: u64, limit: usize) -> Result<Vec<AlertEvent>> {
        self.read(|db| alerts::events_after(db, number, limit))
    }

    fn last_alert_event(&self) -> Result<u64> {
        self.read(alerts::last_event)
    }
}
