//! The book of the desk: what one officer puts beside a concern the others see, and who is concerned is
//! told.

use jiff::{SignedDuration, Timestamp};
use models::domain::{AccountId, Channel, ConcernId, CorrectionChange, Reach, Rights, Role};

use super::sample::{batch, day, id, noon};
use crate::accounts::{Accounts, Actor, By, NewAccount};
use crate::archive::{Archive, Grouping, NewCorrection};
use crate::desk_book::{
    Assigned, DeskBook, NOTICE_ASSIGNED, NOTICE_EDITED, NOTICE_NOTED, NewView, Slip, Telling, Told,
    Unread,
};

fn concern() -> ConcernId {
    ConcernId::new("20261112-ngap")
}

fn moment(n: i64) -> Timestamp {
    noon(0) + SignedDuration::from_secs(n)
}

fn officer(accounts: &dyn Accounts, login: &str) -> AccountId {
    let new = NewAccount {
        login: login.to_owned(),
        display_name: login.to_owned(),
        rights: Rights {
            role: Role::PressOfficer,
            reach: Reach::City,
        },
        password: None,
        subject: None,
    };
    let by = By {
        who: Actor::Command,
        at: moment(0),
        request: None,
    };
    accounts.add_account(&new, &by).unwrap()
}

fn by(who: AccountId, n: i64) -> By {
    By {
        who: Actor::Officer(who, Role::PressOfficer),
        at: moment(n),
        request: Some("r-1".to_owned()),
    }
}

fn telling(kind: &str, words: &str) -> Telling {
    Telling {
        kind: kind.to_owned(),
        concern: Some(concern()),
        link: "/ban-lam-viec".to_owned(),
        words: words.to_owned(),
    }
}

fn actions(accounts: &dyn Accounts) -> Vec<String> {
    let rows = accounts.audit_rows(None, 100).unwrap().into_iter().rev();
    let about = rows.filter(|row| !row.entry.action.starts_with("account."));
    about.map(|row| row.entry.action).collect()
}

/// Labels, holder and notes come back together; each change is one line of the log.
pub fn slips_say_what_was_put_on_them(
    _: &dyn Archive,
    accounts: &dyn Accounts,
    book: &dyn DeskBook,
) {
    let an = officer(accounts, "an");
    assert_eq!(book.slips().unwrap(), []);
    assert_eq!(book.slip(&concern()).unwrap(), Slip::empty(concern()));
    assert!(
        book.set_label(&concern(), "Chờ sở", true, &by(an, 1))
            .unwrap()
    );
    assert!(
        !book
            .set_label(&concern(), "Chờ sở", true, &by(an, 2))
            .unwrap()
    );
    assert!(
        book.set_label(&concern(), "Báo đài", true, &by(an, 3))
            .unwrap()
    );
    let given = telling(NOTICE_ASSIGNED, "Ngập");
    book.assign(&concern(), Some(an), None, &given, &by(an, 4))
        .unwrap();
    book.add_note(
        &concern(),
        "đã gọi phường",
        &telling(NOTICE_NOTED, "Ngập"),
        &by(an, 5),
    )
    .unwrap();
    let slip = book.slip(&concern()).unwrap();
    assert_eq!(slip.labels, ["Báo đài", "Chờ sở"]);
    assert_eq!((slip.holder, slip.n_notes), (Some(an), 1));
    assert_eq!(book.slips().unwrap(), [slip]);
    assert!(
        book.set_label(&concern(), "Báo đài", false, &by(an, 6))
            .unwrap()
    );
    assert_eq!(book.slip(&concern()).unwrap().labels, ["Chờ sở"]);
    assert_eq!(
        actions(accounts),
        [
            "concern.label",
            "concern.label",
            "concern.assign",
            "concern.note",
            "concern.label"
        ]
    );
    assert_eq!(book.n_unread(an).unwrap(), 0, "who takes it on is not told");
}

/// A concern is given once; who saw another holder is told, and nothing is done.
pub fn who_was_faster_holds_it(_: &dyn Archive, accounts: &dyn Accounts, book: &dyn DeskBook) {
    let (an, binh) = (officer(accounts, "an"), officer(accounts, "binh"));
    let give = |to, seen, n| {
        let given = telling(NOTICE_ASSIGNED, "Ngập");
        book.assign(&concern(), to, seen, &given, &by(an, n))
            .unwrap()
    };
    assert_eq!(give(Some(binh), Some(None), 1), Assigned::Done);
    assert_eq!(give(Some(binh), Some(None), 2), Assigned::Same);
    assert_eq!(give(Some(an), Some(None), 3), Assigned::HeldBy(Some(binh)));
    let told = book.notices(binh, None, 10).unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].telling, telling(NOTICE_ASSIGNED, "Ngập"));
    assert_eq!((told[0].caused_by, told[0].told_at), (Some(an), moment(1)));
    assert_eq!(give(None, Some(Some(binh)), 4), Assigned::Done);
    assert_eq!(book.slip(&concern()).unwrap().holder, None);
    let assigned = actions(accounts);
    assert_eq!(assigned, ["concern.assign", "concern.assign"]);
}

/// Notes come newest first, and only their writer takes them back.
pub fn notes_are_taken_back_by_their_writer_alone(
    _: &dyn Archive,
    accounts: &dyn Accounts,
    book: &dyn DeskBook,
) {
    let (an, binh) = (officer(accounts, "an"), officer(accounts, "binh"));
    let part = ConcernId::new("20261112-phan");
    let noted = telling(NOTICE_NOTED, "Ngập");
    let first = book
        .add_note(&concern(), "một", &noted, &by(an, 1))
        .unwrap();
    book.add_note(&part, "hai", &noted, &by(binh, 2)).unwrap();
    let both = book.notes(&[concern(), part]).unwrap();
    let bodies = both.iter().map(|note| note.body.as_str());
    assert_eq!(bodies.collect::<Vec<_>>(), ["hai", "một"]);
    assert_eq!((both[1].account, both[1].written_at), (Some(an), moment(1)));
    assert!(!book.drop_note(first, binh, &by(binh, 3)).unwrap());
    assert!(book.drop_note(first, an, &by(an, 4)).unwrap());
    assert!(!book.drop_note(first, an, &by(an, 5)).unwrap());
    assert_eq!(book.notes(&[concern()]).unwrap(), []);
    let said = ["concern.note", "concern.note", "concern.note_dropped"];
    assert_eq!(actions(accounts), said);
}

/// Followers and the holder are concerned, each once.
pub fn who_follows_or_holds_is_told(_: &dyn Archive, accounts: &dyn Accounts, book: &dyn DeskBook) {
    let (an, binh) = (officer(accounts, "an"), officer(accounts, "binh"));
    let given = telling(NOTICE_ASSIGNED, "Ngập");
    book.assign(&concern(), Some(an), None, &given, &by(an, 1))
        .unwrap();
    for account in [an, binh, binh] {
        book.follow(&concern(), account, true).unwrap();
    }
    assert_eq!(book.followed(binh).unwrap(), [concern()]);
    let told = |account| {
        let told = book.notices(account, None, 10).unwrap().into_iter();
        told.map(|one| (one.telling.kind, one.caused_by))
            .collect::<Vec<_>>()
    };
    let noted = telling(NOTICE_NOTED, "Ngập");
    book.add_note(&concern(), "đã gọi", &noted, &by(an, 2))
        .unwrap();
    assert_eq!(told(binh), [(NOTICE_NOTED.to_owned(), Some(an))]);
    assert_eq!(told(an), [], "who did it knows");
    book.add_note(&concern(), "đã rõ", &noted, &by(binh, 3))
        .unwrap();
    assert_eq!(told(an), [(NOTICE_NOTED.to_owned(), Some(binh))]);
    book.follow(&concern(), binh, false).unwrap();
    book.add_note(&concern(), "xong", &noted, &by(an, 4))
        .unwrap();
    assert_eq!(told(binh).len(), 1, "no longer");
}

/// Names are one of a kind for their owner, and one view opens first.
pub fn views_belong_to_one_officer(_: &dyn Archive, accounts: &dyn Accounts, book: &dyn DeskBook) {
    let (an, binh) = (officer(accounts, "an"), officer(accounts, "binh"));
    let view = |name: &str, query: &str, is_start| NewView {
        name: name.to_owned(),
        query: query.to_owned(),
        is_start,
    };
    let mine = book
        .save_view(an, &view("Của tôi", "giao=toi", true))
        .unwrap();
    book.save_view(an, &view("Ngập", "linh-vuc=drainage", true))
        .unwrap();
    book.save_view(binh, &view("Ngập", "q=ngap", false))
        .unwrap();
    let views = book.views(an).unwrap();
    let shown = views
        .iter()
        .map(|one| (one.view.name.as_str(), one.view.is_start));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [("Của tôi", false), ("Ngập", true)]
    );
    let again = book
        .save_view(an, &view("Của tôi", "giao=chua", false))
        .unwrap();
    assert_eq!(again, mine);
    assert_eq!(book.views(an).unwrap()[0].view.query, "giao=chua");
    assert!(!book.drop_view(binh, mine).unwrap());
    assert!(book.drop_view(an, mine).unwrap());
    assert_eq!(book.views(an).unwrap().len(), 1);
}

/// One, all of a concern, all up to a number; what came later stays unread.
pub fn what_is_read_stays_read(_: &dyn Archive, accounts: &dyn Accounts, book: &dyn DeskBook) {
    let (an, binh) = (officer(accounts, "an"), officer(accounts, "binh"));
    let chi = officer(accounts, "chi");
    let elsewhere = Telling {
        concern: None,
        ..telling("alert", "Báo động")
    };
    for (n, told) in [
        telling(NOTICE_EDITED, "1"),
        elsewhere,
        telling(NOTICE_EDITED, "3"),
        telling(NOTICE_EDITED, "4"),
    ]
    .iter()
    .enumerate()
    {
        // Each follows, and an administrator who does not did it.
        for account in [an, binh] {
            book.follow(&concern(), account, true).unwrap();
        }
        book.add_note(&concern(), "ghi", told, &by(chi, n as i64))
            .unwrap();
    }
    assert_eq!(book.n_unread(an).unwrap(), 4);
    let all = book.notices(an, None, 3).unwrap();
    let words = all.iter().map(|notice| notice.telling.words.as_str());
    assert_eq!(words.collect::<Vec<_>>(), ["4", "3", "Báo động"]);
    let older = book.notices(an, Some(all[2].id), 3).unwrap();
    assert_eq!(older.len(), 1);
    let read = |which| book.mark_read(an, &which, moment(60)).unwrap();
    assert_eq!(read(Unread::One(all[2].id)), 1);
    assert_eq!(read(Unread::UpTo(all[1].id)), 2);
    assert_eq!(book.n_unread(an).unwrap(), 1);
    assert_eq!(read(Unread::Of(concern())), 1);
    assert_eq!(book.n_unread(an).unwrap(), 0);
    assert_eq!(
        book.notices(an, None, 1).unwrap()[0].read_at,
        Some(moment(60))
    );
    assert_eq!(book.n_unread(binh).unwrap(), 4, "each has their own");
}

/// A correction by an account, its line of the log and what others are told are one write.
pub fn edits_are_logged_with_the_correction(
    archive: &dyn Archive,
    accounts: &dyn Accounts,
    book: &dyn DeskBook,
) {
    let (an, binh) = (officer(accounts, "an"), officer(accounts, "binh"));
    for account in [an, binh] {
        book.follow(&concern(), account, true).unwrap();
    }
    let told = Told {
        concerns: vec![concern(), ConcernId::new("20261112-khac")],
        telling: telling(NOTICE_EDITED, "Rao vặt"),
    };
    let hide = NewCorrection {
        logged: Some(by(an, 1)),
        told: Some(told.clone()),
        made_on: vec![(concern(), 0)],
        ..NewCorrection::new(
            moment(1),
            "an",
            "rao vặt",
            CorrectionChange::Hide(concern()),
        )
    };
    let made = archive.add_correction(&hide).unwrap();
    let last = &accounts.audit_rows(None, 1).unwrap()[0];
    assert_eq!(last.entry.action, "concern.hide");
    assert_eq!(last.entry.object, "concern/20261112-ngap");
    assert_eq!(
        (last.account, last.request.as_deref()),
        (Some(an), Some("r-1"))
    );
    let undo = NewCorrection {
        logged: Some(by(an, 2)),
        ..NewCorrection::new(moment(2), "an", "nhầm", CorrectionChange::Undo(made.seq))
    };
    archive.add_correction(&undo).unwrap();
    archive.add_correction(&hide).unwrap_err();
    let heard = book.notices(binh, None, 10).unwrap();
    assert_eq!(heard.len(), 1, "what was refused is not told");
    assert_eq!(
        (&heard[0].telling, heard[0].caused_by),
        (&told.telling, Some(an))
    );
    assert_eq!(book.notices(an, None, 10).unwrap(), []);
    assert_eq!(actions(accounts), ["concern.hide", "correction.undo"]);
}

/// Channels of concerns are counted from a day on, and groupings have numbers.
pub fn voices_are_counted_by_channel(archive: &dyn Archive, _: &dyn Accounts, _: &dyn DeskBook) {
    assert_eq!(archive.latest_grouping().unwrap(), 0);
    archive.record(&batch(0..4, 0)).unwrap();
    let grouping = Grouping {
        day: day(0),
        assignments: (0..3).map(|n| (id(n), concern())).collect(),
        concerns: vec![super::sample::concern("20261112-ngap", 0)],
        correction: 0,
    };
    let number = archive.save_grouping(&grouping).unwrap().number;
    assert_eq!(archive.latest_grouping().unwrap(), number);
    let counted = archive.voices_by_channel(day(0)).unwrap();
    let total = counted.iter().map(|(_, _, n)| n).sum::<u64>();
    assert_eq!(total, 3);
    for (of, channel, n) in &counted {
        assert_eq!(of, &concern());
        let mentions = archive.mentions(&[id(0), id(1), id(2)]).unwrap();
        let same = mentions
            .iter()
            .filter(|one| one.mention.channel == *channel);
        assert_eq!(same.count() as u64, *n, "{channel:?}");
    }
    assert!(Channel::ALL.len() >= counted.len());
    assert_eq!(archive.voices_by_channel(day(1)).unwrap(), []);
}
