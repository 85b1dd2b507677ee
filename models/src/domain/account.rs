//! Accounts (tài khoản) of officers: who they are, in which role and for which part of the city. Citizens
//! have none.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{AgencyId, UnitCode};

/// The number of an account. It is never used again for somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(pub u64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an officer is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Người xem: reads, also what is not public.
    Viewer,
    /// Cán bộ báo chí: edits concerns and asks units to explain.
    PressOfficer,
    /// Cán bộ trả lời của đơn vị: answers for a unit or agency.
    UnitResponder,
    /// Quản trị: accounts, keys, audit, and the work of a press officer.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] = [
        Self::Viewer,
        Self::PressOfficer,
        Self::UnitResponder,
        Self::Admin,
    ];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::PressOfficer => "press_officer",
            Self::UnitResponder => "unit_responder",
            Self::Admin => "admin",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// The part of the city that rights hold for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Everything.
    City,
    /// Some units. An empty set reaches nothing.
    Units(BTreeSet<UnitCode>),
    /// What one agency answers for.
    Agency(AgencyId),
}

impl Reach {
    /// Whether all of another reach lies within this one.
    pub fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::City, _) => true,
            (Self::Units(mine), Self::Units(theirs)) => theirs.is_subset(mine),
            (Self::Agency(mine), Self::Agency(theirs)) => mine == theirs,
            _ => false,
        }
    }
}

/// `city`, `agency:cap-nuoc`, or codes of units joined by commas; [`Reach::from_text`] reads it.
impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::City => f.write_str("city"),
            Self::Agency(id) => write!(f, "agency:{id}"),
            Self::Units(units) => {
                for (at, code) in units.iter().enumerate() {
                    let comma = if at == 0 { "" } else { "," };
                    write!(f, "{comma}{code}")?;
                }
                Ok(())
            }
        }
    }
}

impl Reach {
    /// Reads what [`Display`](fmt::Display) writes; `None` for anything else, an empty list too.
    pub fn from_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "city" {
            return Some(Self::City);
        }
        if let Some(id) = text.strip_prefix("agency:") {
            return (!id.is_empty()).then(|| Self::Agency(AgencyId::new(id)));
        }
        let units = text.split(',').map(|code| code.trim().parse().ok());
        units.collect::<Option<BTreeSet<_>>>().map(Self::Units)
    }
}

/// A role within a part of the city.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rights {
    /// What for.
    pub role: Role,
    /// Where.
    pub reach: Reach,
}

/// An account as it is shown; what proves who somebody is stays in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// The name it signs in with, see [`login_name`].
    pub login: String,
    /// Name as shown to colleagues.
    pub display_name: String,
    /// What it may do.
    pub rights: Rights,
    /// Whether it may be used.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it has a password, and so may sign in without an identity provider.
    pub has_password: bool,
    /// Whether it asks for a code beside the password.
    pub has_totp: bool,
    /// Until when it is closed after wrong passwords.
    pub locked_until: Option<Timestamp>,
}

/// What a key of the API is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyScope {
    /// Reading what is public through the API.
    Read,
    /// Handing in reports by Open311.
    Open311Write,
    /// Taking out more at once than pages show.
    Export,
    /// Reading what is not public through the API: requests for explanation, alerts.
    Restricted,
}

impl KeyScope {
    /// All scopes.
    pub const ALL: [Self; 4] = [
        Self::Read,
        Self::Open311Write,
        Self::Export,
        Self::Restricted,
    ];

    /// The code used in files and commands.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Open311Write => "open311:write",
            Self::Export => "export",
            Self::Restricted => "restricted",
        }
    }

    /// The scope of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == code)
    }
}

/// A key of the API as it is shown; its secret is known to its holder alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its number.
    pub id: u64,
    /// Who holds it, in words: `Trung tâm 1022`.
    pub name: String,
    /// What it may be used for.
    pub scopes: BTreeSet<KeyScope>,
    /// Requests a minute; `None` is the rate of the configuration.
    pub per_minute: Option<u32>,
    /// The part of the city it writes for.
    pub reach: Reach,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// The last day on which it was used.
    pub last_used_on: Option<Date>,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it opens anything at a moment.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// Shortest password, in characters (NIST SP 800-63B-4, section 3.1.1.2, for a password used alone).
pub const PASSWORD_MIN: usize = 15;

/// Longest password, in bytes: hashing a longer one would cost more than it protects.
pub const PASSWORD_MAX_BYTES: usize = 512;

/// What is wrong with a password somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakPassword {
    /// Fewer than [`PASSWORD_MIN`] characters.
    Short,
    /// More than [`PASSWORD_MAX_BYTES`] bytes.
    Long,
    /// The name of the account, or one character again and again.
    Guessable,
}

/// Refuses a password that is short, or that would be guessed first. No mixture of kinds of characters is
/// asked for: it makes passwords worse.
pub fn check_password(login: &str, password: &str) -> Result<(), WeakPassword> {
    if password.len() > PASSWORD_MAX_BYTES {
        return Err(WeakPassword::Long);
    }
    if password.chars().count() < PASSWORD_MIN {
        return Err(WeakPassword::Short);
    }
    let lower = password.to_lowercase();
    let without_name = lower.replace(&login.to_lowercase(), "");
    let kinds = without_name.chars().collect::<BTreeSet<_>>();
    if kinds.len() < 4 {
        return Err(WeakPassword::Guessable);
    }
    Ok(())
}

/// A name to sign in with: small letters, digits, `.`, `-`, `_` and `@`, two to 64 of them, the first a
/// letter or digit. Given in capitals it is made small; `None` when it is something else.
pub fn login_name(text: &str) -> Option<String> {
    let name = text.trim().to_ascii_lowercase();
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = (2..=64).contains(&name.len())
        && name.starts_with(is_plain)
        && name.chars().all(|c| is_plain(c) || ".-_@".contains(c));
    fits.then_some(name)
}

/// Wrong passwords that cost nothing but another try.
const FREE_FAILURES: u32 = 4;

/// The first pause; each further failure doubles it.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// The longest pause: somebody who shuts out an officer by wrong passwords does so for an hour at most.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// How long an account stays closed after so many wrong passwords in a row: nothing up to the fourth,
/// 30 s after the fifth, then twice as long each time, an hour at most.
pub fn lockout_pause(failures: u32) -> Option<SignedDuration> {
    let doublings = failures.checked_sub(FREE_FAILURES + 1)?;
    let seconds = FIRST_PAUSE.as_secs() << doublings.min(16);
    Some(SignedDuration::from_secs(seconds).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(codes: &str) -> Reach {
        Reach::from_text(codes).unwrap()
    }

    #[test]
    fn codes_come_back() {
        assert_eq!(
            Role::ALL.map(|role| Role::from_code(role.code())),
            Role::ALL.map(Some)
        );
        let scopes = KeyScope::ALL.map(|scope| KeyScope::from_code(scope.code()));
        assert_eq!(scopes, KeyScope::ALL.map(Some));
        for text in ["city", "agency:cap-nuoc", "26734", "26734,27000"] {
            assert_eq!(units(text).to_string(), text);
        }
        assert_eq!(
            units(" 27000 , 26734"),
            units("26734,27000"),
            "order and spaces do not matter"
        );
        for text in ["", "agency:", "2673", "26734,", "City", "26734;27000"] {
            assert_eq!(Reach::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_reach_lies_within_another() {
        let agency = units("agency:a");
        for (outer, inner, expected) in [
            (Reach::City, units("26734"), true),
            (Reach::City, agency.clone(), true),
            (units("26734,27000"), units("26734"), true),
            (units("26734"), units("26734,27000"), false),
            (units("26734"), Reach::City, false),
            (units("26734"), agency.clone(), false),
            (agency.clone(), agency.clone(), true),
            (agency.clone(), units("agency:b"), false),
            (agency, units("26734"), false),
        ] {
            assert_eq!(outer.contains(&inner), expected, "{outer} ⊇ {inner}");
        }
    }

    #[test]
    fn pauses_grow_up_to_an_hour() {
        let seconds = |failures| lockout_pause(failures).map(|pause| pause.as_secs());
        assert_eq!([0, 1, 4].map(seconds), [None; 3]);
        assert_eq!([5, 6, 7].map(seconds), [Some(30), Some(60), Some(120)]);
        assert_eq!(
            [12, 13, 1_000, u32::MAX].map(seconds),
            [Some(3600); 4],
            "an hour at most"
        );
        assert_eq!(seconds(11), Some(1920));
    }

    #[test]
    fn names_and_passwords_are_checked() {
        for (text, expected) in [
            ("An.Nguyen", Some("an.nguyen")),
            (" bt_01@hcm ", Some("bt_01@hcm")),
            ("a", None),
            (".an", None),
            ("an nguyen", None),
            ("nguyễn", None),
            ("", None),
        ] {
            assert_eq!(login_name(text).as_deref(), expected, "{text}");
        }
        assert_eq!(login_name(&"a".repeat(65)), None);
        for (password, expected) in [
            ("bốn từ ngẫu nhiên", Ok(())),
            ("mười bốn ký tự", Err(WeakPassword::Short)),
            ("aaaaaaaaaaaaaaaaaaaa", Err(WeakPassword::Guessable)),
            ("an.nguyenAN.NGUYEN1", Err(WeakPassword::Guessable)),
            ("ábcđéfghijklmnopq", Ok(())),
        ] {
            assert_eq!(
                check_password("an.nguyen", password),
                expected,
                "{password}"
            );
        }
        let long = "abcd".repeat(129);
        assert_eq!(check_password("an", &long), Err(WeakPassword::Long));
    }
}
