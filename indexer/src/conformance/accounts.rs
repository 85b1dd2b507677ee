//! Accounts: who is shut out stays out, sessions end when they must, and the log tells of all of it.

use jiff::{SignedDuration, Timestamp};
use models::domain::{AccountId, KeyScope, Reach, Rights, Role};

use super::sample::noon;
use crate::Error;
use crate::accounts::{
    AccountChange, Accounts, Actor, AuditEntry, AuditVerdict, By, NewAccount, NewKey, NewSession,
    SignIn,
};
use crate::archive::Archive;

const EVER: SignedDuration = SignedDuration::from_hours(12);

fn second(n: i64) -> Timestamp {
    noon(0) + SignedDuration::from_secs(n)
}

fn by(n: i64) -> By {
    By {
        who: Actor::Command,
        at: second(n),
        request: None,
    }
}

fn rights(role: Role, reach: &str) -> Rights {
    let reach = Reach::from_text(reach).unwrap();
    Rights { role, reach }
}

fn officer(login: &str) -> NewAccount {
    NewAccount {
        login: login.to_owned(),
        display_name: "An".to_owned(),
        rights: rights(Role::PressOfficer, "city"),
        password: Some("$argon2id$…".to_owned()),
        subject: None,
    }
}

fn opening(account: AccountId, token: u8, step: Option<u64>) -> NewSession {
    NewSession {
        account,
        token: [token; 32],
        expires_at: second(0) + EVER,
        totp_step: step,
        how: "password",
    }
}

fn actions(accounts: &dyn Accounts) -> Vec<String> {
    let mut rows = accounts.audit_rows(None, 100).unwrap();
    rows.reverse();
    rows.into_iter().map(|row| row.entry.action).collect()
}

fn is_open(accounts: &dyn Accounts, token: u8, at: i64) -> bool {
    let idle_since = second(at) - SignedDuration::from_mins(30);
    let found = accounts.session(&[token; 32], second(at), idle_since);
    found.unwrap().is_some()
}

/// An account comes back as it was made and changed; a name is given once.
pub fn accounts_come_back(_archive: &dyn Archive, accounts: &dyn Accounts) {
    let id = accounts.add_account(&officer("an"), &by(0)).unwrap();
    let again = accounts.add_account(&officer("an"), &by(1));
    assert!(matches!(again, Err(Error::Taken { .. })), "{again:?}");
    let found = accounts.account(id).unwrap().unwrap();
    assert_eq!((found.login.as_str(), found.created_at), ("an", second(0)));
    assert!(found.is_active && found.has_password && !found.has_totp);
    assert_eq!(accounts.account_named("an").unwrap(), Some(found.clone()));
    assert_eq!(accounts.account_named("binh").unwrap(), None);
    assert_eq!(accounts.accounts().unwrap(), [found]);

    for change in [
        AccountChange::Rights(rights(Role::UnitResponder, "26734,27000")),
        AccountChange::DisplayName("Bình".to_owned()),
        AccountChange::Active(false),
    ] {
        assert!(accounts.change_account(id, &change, &by(2)).unwrap());
        assert!(
            !accounts
                .change_account(AccountId(99), &change, &by(2))
                .unwrap()
        );
    }
    let found = accounts.account(id).unwrap().unwrap();
    assert_eq!(found.rights, rights(Role::UnitResponder, "26734,27000"));
    assert_eq!(
        (found.display_name.as_str(), found.is_active),
        ("Bình", false)
    );
    assert_eq!(
        actions(accounts),
        [
            "account.add",
            "account.rights",
            "account.name",
            "account.active"
        ],
        "what was refused or missed is not said to have been done"
    );
    let rows = accounts.audit_rows(None, 3).unwrap();
    assert_eq!(rows[2].entry.object, format!("account/{id}"));
    assert_eq!(
        rows[2].entry.before.as_deref(),
        Some(r#"{"reach":"city","role":"press_officer"}"#)
    );
    assert_eq!(
        rows[2].entry.after.as_deref(),
        Some(r#"{"reach":"26734,27000","role":"unit_responder"}"#)
    );
}

/// Wrong passwords close an account for longer and longer; the right one forgets them.
pub fn wrong_passwords_close_an_account(_archive: &dyn Archive, accounts: &dyn Accounts) {
    let id = accounts.add_account(&officer("an"), &by(0)).unwrap();
    let try_at = |n| accounts.begin_sign_in("an", second(n)).unwrap();
    for n in 0..4 {
        assert!(matches!(try_at(n), SignIn::Open(_)));
    }
    let SignIn::Open(fifth) = try_at(4) else {
        panic!("the fifth may be tried")
    };
    assert_eq!(fifth.account.id, id);
    let closed = |n| match try_at(n) {
        SignIn::Closed(of, until) => {
            assert_eq!(of, id);
            Some((until - second(0)).get_seconds())
        }
        _ => None,
    };
    assert_eq!(closed(5), Some(34), "30 s after the fifth");
    assert_eq!(closed(33), Some(34));
    assert_eq!(closed(34), None, "the sixth is tried");
    assert_eq!(closed(35), Some(94), "a minute after the sixth");
    let found = accounts.account(id).unwrap().unwrap();
    assert_eq!(found.locked_until, Some(second(94)));

    assert_eq!(
        actions(accounts),
        ["account.add", "account.closed", "account.closed"]
    );
    let opened = accounts
        .open_session(&opening(id, 1, None), &by(95))
        .unwrap();
    assert!(opened.is_some());
    assert_eq!(accounts.account(id).unwrap().unwrap().locked_until, None);
    for n in 96..100 {
        assert!(matches!(try_at(n), SignIn::Open(_)), "counted anew");
    }
    // Unknown, disabled and without a password look the same.
    let no_password = NewAccount {
        password: None,
        subject: Some(("https://idp".to_owned(), "7".to_owned())),
        ..officer("binh")
    };
    let binh = accounts.add_account(&no_password, &by(1)).unwrap();
    accounts
        .change_account(id, &AccountChange::Active(false), &by(101))
        .unwrap();
    for login in ["an", "binh", "nobody"] {
        let found = accounts.begin_sign_in(login, second(102)).unwrap();
        assert!(matches!(found, SignIn::Unknown), "{login}");
    }
    let known = accounts.account_of_subject("https://idp", "7").unwrap();
    assert_eq!(known.unwrap().id, binh);
    assert!(
        accounts
            .account_of_subject("https://other", "7")
            .unwrap()
            .is_none()
    );
    let refused = accounts.open_session(&opening(id, 2, None), &by(103));
    assert_eq!(refused.unwrap(), None, "it is disabled");
}

/// Sessions end by themselves, by their holder, and with the rights they were opened under.
pub fn sessions_end(_archive: &dyn Archive, accounts: &dyn Accounts) {
    let id = accounts.add_account(&officer("an"), &by(0)).unwrap();
    let other = accounts.add_account(&officer("binh"), &by(0)).unwrap();
    let open = |token, at| {
        let opened = accounts.open_session(&opening(id, token, None), &by(at));
        opened.unwrap().unwrap()
    };
    let first = open(1, 0);
    assert!(is_open(accounts, 1, 60) && !is_open(accounts, 9, 60));
    assert!(!is_open(accounts, 1, 1800), "idle for half an hour");
    accounts.touch_session(first, second(1000)).unwrap();
    assert!(is_open(accounts, 1, 2799), "used since");
    let late = EVER.as_secs();
    accounts.touch_session(first, second(late - 1)).unwrap();
    assert!(is_open(accounts, 1, late - 1));
    assert!(!is_open(accounts, 1, late), "over, however much it is used");

    let second_one = open(2, 10);
    let listed = accounts.sessions(id, second(20)).unwrap();
    assert_eq!(
        listed.iter().map(|one| one.id).collect::<Vec<_>>(),
        [first, second_one]
    );
    assert!(
        !accounts.end_session(other, first, &by(20)).unwrap(),
        "nobody ends a stranger's session"
    );
    assert!(accounts.end_session(id, first, &by(20)).unwrap());
    assert!(!accounts.end_session(id, first, &by(20)).unwrap());
    assert!(!is_open(accounts, 1, 21) && is_open(accounts, 2, 21));

    open(3, 30);
    open(4, 30);
    let n_ended = accounts.end_sessions(id, Some(second_one), &by(31));
    assert_eq!(n_ended.unwrap(), 2);
    assert!(is_open(accounts, 2, 32) && !is_open(accounts, 3, 32));

    let change = AccountChange::Password {
        hash: "$argon2id$new".to_owned(),
        keep: Some(second_one),
    };
    open(5, 40);
    accounts.change_account(id, &change, &by(41)).unwrap();
    assert!(is_open(accounts, 2, 42) && !is_open(accounts, 5, 42));
    let lesser = AccountChange::Rights(rights(Role::Viewer, "26734"));
    accounts.change_account(id, &lesser, &by(43)).unwrap();
    assert!(!is_open(accounts, 2, 44), "its rights are others now");
    open(6, 50);
    accounts
        .change_account(id, &AccountChange::Active(false), &by(51))
        .unwrap();
    assert!(!is_open(accounts, 6, 52));
    assert!(accounts.sessions(id, second(60)).unwrap().is_empty());

    let third = accounts.add_account(&officer("chi"), &by(60)).unwrap();
    let opened = accounts.open_session(&opening(third, 7, None), &by(60));
    opened.unwrap().unwrap();
    let end = EVER.as_secs();
    assert_eq!(accounts.forget_sessions(second(end - 1)).unwrap(), 0);
    assert_eq!(accounts.forget_sessions(second(end)).unwrap(), 1);
}

/// A code is asked for once it was confirmed, and counts once.
pub fn codes_count_once(_archive: &dyn Archive, accounts: &dyn Accounts) {
    let id = accounts.add_account(&officer("an"), &by(0)).unwrap();
    let change =
        |change: &AccountChange| assert!(accounts.change_account(id, change, &by(1)).unwrap());
    change(&AccountChange::ProposeTotp(vec![7; 20]));
    let proof = accounts.credentials(id).unwrap().unwrap();
    assert_eq!((proof.totp, proof.totp_pending), (None, Some(vec![7; 20])));
    change(&AccountChange::ConfirmTotp { step: 100 });
    let proof = accounts.credentials(id).unwrap().unwrap();
    assert_eq!((proof.totp, proof.totp_pending), (Some(vec![7; 20]), None));
    assert!(proof.account.has_totp);
    let open = |token, step| {
        let opened = accounts.open_session(&opening(id, token, Some(step)), &by(2));
        opened.unwrap().is_some()
    };
    assert!(!open(1, 100), "the code that confirmed is used up");
    assert!(open(2, 101));
    assert!(!open(3, 101), "seen over a shoulder");
    assert!(!open(4, 99));
    change(&AccountChange::DropTotp);
    assert!(!accounts.account(id).unwrap().unwrap().has_totp);
}

/// Keys are known by the hash of their secret, and withdrawn for good.
pub fn keys_are_withdrawn_for_good(_archive: &dyn Archive, accounts: &dyn Accounts) {
    let new = NewKey {
        secret: [5; 32],
        name: "Trung tâm 1022".to_owned(),
        scopes: [KeyScope::Read, KeyScope::Open311Write].into(),
        per_minute: Some(30),
        reach: Reach::City,
        expires_at: Some(second(100)),
    };
    let id = accounts.add_key(&new, &by(0)).unwrap();
    let other = NewKey {
        secret: [6; 32],
        per_minute: None,
        expires_at: None,
        ..new.clone()
    };
    accounts.add_key(&other, &by(1)).unwrap();
    let found = accounts.key_of(&[5; 32]).unwrap().unwrap();
    assert_eq!((found.id, &found.scopes), (id, &new.scopes));
    assert_eq!((found.per_minute, found.last_used_on), (Some(30), None));
    assert!(found.is_valid_at(second(99)) && !found.is_valid_at(second(100)));
    assert_eq!(accounts.key_of(&[7; 32]).unwrap(), None);
    let day = jiff::civil::date(2026, 11, 12);
    accounts.note_key_use(id, day).unwrap();
    assert!(accounts.revoke_key(id, &by(2)).unwrap());
    assert!(!accounts.revoke_key(id, &by(3)).unwrap());
    let found = accounts.key_of(&[5; 32]).unwrap().unwrap();
    assert_eq!(found.last_used_on, Some(day));
    assert!(!found.is_valid_at(second(3)));
    let names = accounts.keys().unwrap();
    assert_eq!(names.iter().map(|key| key.id).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(actions(accounts), ["key.add", "key.add", "key.revoke"]);
}

/// The log is numbered without gaps, and sound.
pub fn the_log_is_a_chain(_archive: &dyn Archive, accounts: &dyn Accounts) {
    let sound = |n| match accounts.verify_audit().unwrap() {
        AuditVerdict::Sound { n_rows, head } => {
            assert_eq!(n_rows, n);
            head
        }
        broken @ AuditVerdict::Broken { .. } => panic!("{broken:?}"),
    };
    assert_eq!(sound(0), [0; 32]);
    for n in 1..=5 {
        let entry = AuditEntry {
            action: "export".to_owned(),
            object: format!("tệp {n}"),
            before: (n % 2 == 0).then(|| "{}".to_owned()),
            after: None,
        };
        let by = By {
            who: Actor::Officer(AccountId(7), Role::Viewer),
            at: second(n),
            request: Some(format!("r-{n}")),
        };
        assert_eq!(accounts.audit(&entry, &by).unwrap(), n.unsigned_abs());
    }
    let rows = accounts.audit_rows(Some(4), 2).unwrap();
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(
        (
            rows[0].account,
            rows[0].role.as_str(),
            rows[0].request.as_deref()
        ),
        (Some(AccountId(7)), "viewer", Some("r-3"))
    );
    assert_eq!((rows[0].at, &*rows[0].entry.object), (second(3), "tệp 3"));
    let last = accounts.audit_rows(None, 1).unwrap();
    assert_eq!(sound(5), last[0].hash);
}
