//! Recipients (người nhận thư): people who get digests by mail.

use jiff::civil::Time;

use super::{DigestScope, PeriodKind, PublishedDigest};

/// Someone who gets digests by mail: one message a day at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipient {
    /// Stable identifier.
    pub id: String,
    /// Name, as it stands in the mail's head.
    pub name: String,
    /// Mail address.
    pub address: String,
    /// Whose digests, the most important first; never empty.
    pub scopes: Vec<DigestScope>,
    /// Digests of which periods; never empty.
    pub periods: Vec<PeriodKind>,
    /// Hour of the day in Vietnam from which mail may come.
    pub at: Time,
    /// Whether they read English instead of Vietnamese.
    pub english: bool,
    /// Whether they are told of revisions, the morning after.
    pub errata: bool,
    /// Why nothing is sent to them now.
    pub disabled: Option<String>,
}

impl Recipient {
    /// Whether they want to be told of a digest.
    pub fn wants(&self, published: &PublishedDigest) -> bool {
        let is_wanted = self.errata || published.revision <= 1;
        is_wanted
            && self.scopes.contains(&published.scope)
            && self.periods.contains(&published.period)
    }

    /// By what the outbox knows them.
    pub fn outbox_id(&self) -> String {
        format!("mail:{}", self.id)
    }
}
