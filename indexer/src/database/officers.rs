//! [`Accounts`] on the embedded record.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{Account, AccountId, ApiKey};

use super::{SqlArchive, accounts, audit, keys};
use crate::Result;
use crate::accounts::{
    AccountChange, Accounts, AuditEntry, AuditRow, AuditVerdict, By, Credentials, NewAccount,
    NewKey, NewSession, OpenSession, SecretHash, Session, SignIn,
};

impl Accounts for SqlArchive {
    fn add_account(&self, new: &NewAccount, by: &By) -> Result<AccountId> {
        self.write(|tx| accounts::add(tx, new, by))
    }

    fn accounts(&self) -> Result<Vec<Account>> {
        self.read(accounts::all)
    }

    fn account(&self, id: AccountId) -> Result<Option<Account>> {
        let found = self.credentials(id)?;
        Ok(found.map(|credentials| credentials.account))
    }

    fn account_named(&self, login: &str) -> Result<Option<Account>> {
        let found = self.read(|db| accounts::named(db, login))?;
        Ok(found.map(|credentials| credentials.account))
    }

    fn change_account(&self, id: AccountId, change: &AccountChange, by: &By) -> Result<bool> {
        self.write(|tx| accounts::change(tx, id, change, by))
    }

    fn credentials(&self, id: AccountId) -> Result<Option<Credentials>> {
        self.read(|db| accounts::credentials(db, id))
    }

    fn begin_sign_in(&self, login: &str, now: Timestamp) -> Result<SignIn> {
        self.write(|tx| accounts::begin_sign_in(tx, login, now))
    }

    fn open_session(&self, new: &NewSession, by: &By) -> Result<Option<u64>> {
        self.write(|tx| accounts::open_session(tx, new, by))
    }

    fn session(
        &self,
        token: &SecretHash,
        now: Timestamp,
        idle_since: Timestamp,
    ) -> Result<Option<OpenSession>> {
        self.read(|db| accounts::session(db, token, now, idle_since))
    }

    fn forget_sessions(&self, now: Timestamp) -> Result<usize> {
        self.write(|tx| accounts::forget_sessions(tx, now))
    }

    fn touch_session(&self, session: u64, at: Timestamp) -> Result<()> {
        self.write(|tx| accounts::touch(tx, session, at))
    }

    fn sessions(&self, account: AccountId, now: Timestamp) -> Result<Vec<Session>> {
        self.read(|db| accounts::sessions(db, account, now))
    }

    fn end_session(&self, account: AccountId, session: u64, by: &By) -> Result<bool> {
        self.write(|tx| accounts::end_one(tx, account, session, by))
    }

    fn end_sessions(&self, account: AccountId, but: Option<u64>, by: &By) -> Result<usize> {
        self.write(|tx| accounts::end_all(tx, account, but, by))
    }

    fn account_of_subject(&self, issuer: &str, subject: &str) -> Result<Option<Account>> {
        self.read(|db| accounts::of_subject(db, issuer, subject))
    }

    fn add_key(&self, new: &NewKey, by: &By) -> Result<u64> {
        self.write(|tx| keys::add(tx, new, by))
    }

    fn keys(&self) -> Result<Vec<ApiKey>> {
        self.read(keys::all)
    }

    fn key_of(&self, secret: &SecretHash) -> Result<Option<ApiKey>> {
        self.read(|db| keys::of_secret(db, secret))
    }

    fn note_key_use(&self, key: u64, on: Date) -> Result<()> {
        self.write(|tx| keys::note_use(tx, key, on))
    }

    fn revoke_key(&self, key: u64, by: &By) -> Result<bool> {
        self.write(|tx| keys::revoke(tx, key, by))
    }

    fn audit(&self, entry: &AuditEntry, by: &By) -> Result<u64> {
        self.write(|tx| audit::append(tx, entry, by))
    }

    fn audit_rows(&self, before: Option<u64>, limit: usize) -> Result<Vec<AuditRow>> {
        self.read(|db| audit::rows(db, before, limit))
    }

    fn verify_audit(&self) -> Result<AuditVerdict> {
        self.read(audit::verify)
    }
}
