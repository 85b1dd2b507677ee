//! What the desk does holds in the next runs, is told, can be made again, and is gone when undone.

use indexer::digest_bytes;
use jiff::Timestamp;
use models::domain::{
    ConcernId, Correction, DeskRole, Digest, DigestScope, Mention, MentionId, Period, Topic,
    day_in_vietnam,
};

use super::{By, ConcernEdit, EditError};
use crate::pipeline::Pipeline;
use crate::replay::tests::{at, city, of_day};
use crate::schedule;

fn by(reason: &str) -> By<'_> {
    By {
        officer: "an.nguyen",
        role: DeskRole::PressOfficer,
        reason,
        logged: None,
    }
}

fn edit(pipeline: &Pipeline, reason: &str, what: ConcernEdit, now: Timestamp) -> Correction {
    pipeline.edit(by(reason), what, &[], now).unwrap()
}

/// One of three concerns that the models tell apart, of three wards.
fn ticket(n: i64, day: i64) -> Mention {
    let (title, text, place) = [
        (
            "Ngập nước",
            "ngập nặng sau mưa, đề nghị khơi thông cống thoát nước",
            "Phú Định",
        ),
        (
            "Rác không thu gom",
            "rác chất đống bốc mùi hôi, mấy ngày không ai thu gom",
            "Bến Thành",
        ),
        (
            "Đèn đường hư",
            "đèn đường tắt cả tuần, tối om, xe cộ va quẹt",
            "Tân Định",
        ),
    ][(n % 3) as usize];
    let mut mention = crate::replay::tests::ticket(n, day, None);
    mention.title = Some(format!("{title} tại phường {place}"));
    mention.text = format!("Đường số {n} phường {place} {text}.");
    if let Some(ticket) = &mut mention.ticket {
        ticket.field = Some("Hạ tầng đô thị".to_owned());
    }
    mention
}

fn hear(pipeline: &Pipeline, day: i64) {
    let heard = (0..9).map(|n| ticket(day * 9 + n, day));
    let heard = heard.collect::<Vec<_>>();
    pipeline.receive(&heard, at(day, 22)).unwrap();
    schedule::refresh(pipeline, at(day + 1, 6)).unwrap();
}

/// Everything that is published for a day, without revisions and errata.
fn lists(pipeline: &Pipeline, day: i64) -> Lists {
    let day = day_in_vietnam(at(day, 1));
    let digests = pipeline.archive.digests_of_day(day).unwrap().into_iter();
    let bytes = digests.map(|digest| (digest.scope.clone(), digest_bytes(&digest).unwrap()));
    bytes.collect()
}

fn of_city(pipeline: &Pipeline, day: i64) -> Digest {
    let day = day_in_vietnam(at(day, 1));
    let digest = pipeline.archive.digest(&DigestScope::City, day, None);
    digest.unwrap().unwrap()
}

fn is_faithful(pipeline: &Pipeline, days: std::ops::Range<i64>) {
    for day in days {
        let replayed = of_day(pipeline, day);
        let all = replayed.n_digests;
        assert!(
            all > 200 && replayed.n_same == all,
            "day {day}: {replayed:?}"
        );
    }
}

fn undo_all(pipeline: &Pipeline, made: &[Correction], now: Timestamp) {
    for made in made.iter().rev() {
        edit(pipeline, "nhầm", ConcernEdit::Undo(made.seq), now);
    }
}

#[test]
fn edits_hold_until_they_are_undone() {
    let (pipeline, _folder) = city();
    (0..8).for_each(|day| hear(&pipeline, day));
    let before = [6, 7].map(|day| lists(&pipeline, day));
    merged_and_undone(&pipeline, &before);
    split_and_undone(&pipeline, &before);
    shown_and_undone(&pipeline, &before);
    let week = Period::of(models::domain::PeriodKind::Week, day_in_vietnam(at(6, 1)));
    let replayed = crate::replay::replay(&pipeline, week).unwrap();
    assert!(
        replayed.is_faithful() && replayed.n_same > 200,
        "{replayed:?}"
    );
}

/// Lists of a day, by scope.
type Lists = Vec<(DigestScope, Vec<u8>)>;

fn merged_and_undone(pipeline: &Pipeline, before: &[Lists; 2]) {
    let plain = of_city(pipeline, 7);
    let (from, into) = (plain.top[0].concern.clone(), plain.top[1].concern.clone());

    // Merged: published days follow once the desk is quiet, and say why.
    let merge = ConcernEdit::Merge(from.clone(), into.clone());
    let made = edit(pipeline, "cùng một tuyến cống", merge, at(8, 9));
    schedule::refresh(pipeline, at(8, 9)).unwrap();
    assert_eq!(of_city(pipeline, 7).revision, 1, "the desk may go on");
    schedule::refresh(pipeline, at(8, 10)).unwrap();
    let merged = of_city(pipeline, 7);
    assert_eq!(merged.revision, 2);
    let erratum = merged.erratum.as_deref().unwrap();
    assert!(
        erratum.contains("Biên tập: gộp vấn đề (lý do: cùng một tuyến cống)."),
        "{erratum}"
    );
    assert!(merged.top.iter().all(|line| line.concern != from));
    let n = |digest: &Digest, id: &ConcernId| {
        let line = digest.top.iter().find(|line| line.concern == *id);
        line.map_or(0, |line| line.n_mentions)
    };
    assert_eq!(n(&merged, &into), n(&plain, &from) + n(&plain, &into));
    assert_eq!(merged.n_mentions, plain.n_mentions);
    schedule::refresh(pipeline, at(8, 11)).unwrap();
    assert_eq!(of_city(pipeline, 7).revision, 2, "once");
    // The next day's voices of either go to the one that is kept.
    hear(pipeline, 8);
    let next = of_city(pipeline, 8);
    assert!(next.top.iter().all(|line| line.concern != from));
    assert_eq!(n(&next, &into), 6, "two wards of three");
    is_faithful(pipeline, 0..9);

    // Undone: every list is as it was, byte by byte.
    edit(
        pipeline,
        "hai tuyến khác nhau",
        ConcernEdit::Undo(made.seq),
        at(9, 9),
    );
    schedule::refresh(pipeline, at(9, 10)).unwrap();
    assert_eq!([6, 7].map(|day| lists(pipeline, day)), *before);
    assert!(
        of_city(pipeline, 8)
            .top
            .iter()
            .any(|line| line.concern == from)
    );
    let erratum = of_city(pipeline, 7).erratum.unwrap();
    assert!(
        erratum.contains("thôi gộp vấn đề (lý do: hai tuyến khác nhau)"),
        "{erratum}"
    );
    is_faithful(pipeline, 0..9);
}

/// The part is a concern of its own on every day.
fn split_and_undone(pipeline: &Pipeline, before: &[Lists; 2]) {
    let into = of_city(pipeline, 7).top[1].concern.clone();
    let page = indexer::archive::Page::first(500);
    let all = pipeline.archive.concern_mentions(&into, &page).unwrap();
    let leaving = all.items.iter().rev().take(4);
    let leaving = leaving
        .map(|found| found.mention.id.clone())
        .collect::<Vec<_>>();
    let split = ConcernEdit::Split(into.clone(), leaving.clone());
    let made = edit(pipeline, "ở đầu kia phường", split, at(9, 11));
    let models::domain::CorrectionChange::Split(split) = &made.change else {
        panic!("{made:?}");
    };
    schedule::refresh(pipeline, at(9, 12)).unwrap();
    let part = pipeline.archive.concern(&split.part).unwrap().unwrap();
    let n_part = part.daily.iter().map(|day| day.n_mentions).sum::<u32>();
    assert_eq!(n_part, 4);
    for id in &leaving {
        let home = pipeline.archive.mention_concern(id).unwrap();
        assert_eq!(home.as_ref(), Some(&split.part));
    }
    let rest = pipeline.archive.concern(&into).unwrap().unwrap();
    assert_eq!(rest.part_of, None);
    let n_rest = rest.daily.iter().map(|day| day.n_mentions).sum::<u32>();
    assert_eq!(n_rest as usize, all.items.len() - 4, "it keeps its name");
    hear(pipeline, 9);
    is_faithful(pipeline, 2..10);
    edit(pipeline, "nhầm", ConcernEdit::Undo(made.seq), at(10, 9));
    schedule::refresh(pipeline, at(10, 10)).unwrap();
    assert_eq!([6, 7].map(|day| lists(pipeline, day)), *before);
}

/// A title, a pin, something hidden; ranks stay.
fn shown_and_undone(pipeline: &Pipeline, before: &[Lists; 2]) {
    let day = of_city(pipeline, 7);
    let ids = [0, 1, 2].map(|at: usize| day.top[at].concern.clone());
    let scope = DigestScope::Unit(day.top[2].units[0].code);
    let shown = [
        ConcernEdit::Rename(ids[0].clone(), "Ngập sau mưa lớn".to_owned()),
        ConcernEdit::Hide(ids[1].clone()),
        ConcernEdit::Pin(ids[2].clone(), scope.clone()),
    ];
    let made = shown.map(|what| edit(pipeline, "đã báo đơn vị", what, at(10, 11)));
    schedule::refresh(pipeline, at(10, 12)).unwrap();
    let edited = of_city(pipeline, 7);
    assert_eq!(edited.top[0].shown_title(), "Ngập sau mưa lớn");
    assert_eq!(edited.top[0].title, day.top[0].title);
    assert_eq!(edited.top[1].concern, ids[2], "the second is hidden");
    assert_eq!(
        edited.top[1].rank, day.top[2].rank,
        "and its rank stays free"
    );
    assert_eq!(edited.desk.hidden[0].concern, ids[1]);
    let unit = pipeline
        .archive
        .digest(&scope, day_in_vietnam(at(7, 1)), None);
    let unit = unit.unwrap().unwrap();
    assert!(
        unit.top
            .iter()
            .any(|line| line.concern == ids[2] && line.desk.pinned)
    );
    is_faithful(pipeline, 3..10);
    undo_all(pipeline, &made, at(10, 13));
    schedule::refresh(pipeline, at(10, 14)).unwrap();
    assert_eq!([6, 7].map(|day| lists(pipeline, day)), *before);
}

#[test]
fn an_edit_that_is_not_sound_is_refused() {
    let (pipeline, _folder) = city();
    (0..2).for_each(|day| hear(&pipeline, day));
    let now = at(2, 9);
    let plain = of_city(&pipeline, 1);
    let [a, b] = [0, 1].map(|at: usize| plain.top[at].concern.clone());
    let refused = |what: ConcernEdit| pipeline.edit(by("vì vậy"), what, &[], now).unwrap_err();
    let unknown = ConcernId::new("none-such");
    let strange = MentionId::new("none-such");
    let page = indexer::archive::Page::first(500);
    let all = pipeline.archive.concern_mentions(&a, &page).unwrap();
    let all = all.items.iter().map(|found| found.mention.id.clone());
    let all = all.collect::<Vec<_>>();
    let cases = [
        (ConcernEdit::Merge(a.clone(), a.clone()), "chính nó"),
        (ConcernEdit::Merge(a.clone(), unknown.clone()), "none-such"),
        (ConcernEdit::Split(a.clone(), vec![strange]), "none-such"),
        (
            ConcernEdit::Split(b.clone(), all[..1].to_vec()),
            "không thuộc",
        ),
        (
            ConcernEdit::Split(a.clone(), all.clone()),
            "không còn tin nào",
        ),
        (ConcernEdit::Split(a.clone(), Vec::new()), "thiếu"),
        (ConcernEdit::Rename(a.clone(), "  ".to_owned()), "thiếu"),
        (
            ConcernEdit::Rename(a.clone(), "Gọi anh Minh 0903 123 456".to_owned()),
            "dữ liệu cá nhân",
        ),
        (ConcernEdit::Rename(a.clone(), "dài ".repeat(90)), "ký tự"),
        (ConcernEdit::Unhide(a.clone()), "không ở trạng thái đó"),
        (ConcernEdit::Unpin(a.clone(), None), "không ở trạng thái đó"),
        (ConcernEdit::Undo(7), "không có chỉnh sửa số 7"),
    ];
    for (what, said) in cases {
        let shown = format!("{what:?}");
        let error = refused(what).to_string();
        assert!(error.contains(said), "{shown}: {error}");
        assert!(error.contains(" / "), "in both languages: {error}");
    }
    for reason in ["", "  ", "chị Lan số 0903123456 gọi"] {
        let hide = ConcernEdit::Hide(a.clone());
        assert!(
            pipeline.edit(by(reason), hide, &[], now).is_err(),
            "{reason}"
        );
    }
    assert_eq!(
        pipeline.archive.latest_correction().unwrap(),
        0,
        "nothing was recorded"
    );
}

#[test]
fn an_edit_minds_the_edits_before_it() {
    let (pipeline, _folder) = city();
    (0..2).for_each(|day| hear(&pipeline, day));
    let now = at(2, 9);
    let plain = of_city(&pipeline, 1);
    let [a, b, c] = [0, 1, 2].map(|at: usize| plain.top[at].concern.clone());
    let refused = |what: ConcernEdit| pipeline.edit(by("vì vậy"), what, &[], now).unwrap_err();
    let page = indexer::archive::Page::first(500);
    let merge = edit(
        &pipeline,
        "một chỗ",
        ConcernEdit::Merge(a.clone(), b.clone()),
        now,
    );
    let part = refused(ConcernEdit::Hide(a.clone())).to_string();
    assert!(part.contains(b.as_str()), "it names where to go: {part}");
    assert!(matches!(
        refused(ConcernEdit::Merge(b.clone(), a.clone())),
        EditError::PartOf { .. }
    ));
    // Two officers looked at the same version; the second is told.
    let seen = [(b.clone(), merge.seq)];
    let first = ConcernEdit::Rename(b.clone(), "Ngập một tuyến".to_owned());
    pipeline.edit(by("rõ hơn"), first, &seen, now).unwrap();
    let second = pipeline.edit(by("tin rao"), ConcernEdit::Hide(b.clone()), &seen, now);
    let stale = second.unwrap_err();
    assert!(matches!(stale, EditError::Stale { .. }), "{stale}");

    let undone = edit(&pipeline, "nhầm", ConcernEdit::Undo(merge.seq), now);
    assert!(matches!(
        refused(ConcernEdit::Undo(merge.seq)),
        EditError::AlreadyUndone(_)
    ));
    // Merged the other way round meanwhile: the first merge cannot come back.
    edit(
        &pipeline,
        "một chỗ",
        ConcernEdit::Merge(b.clone(), a.clone()),
        now,
    );
    assert!(matches!(
        refused(ConcernEdit::Undo(undone.seq)),
        EditError::Circle(_)
    ));
    // What a later edit rests on stays until that is undone.
    let of_c = pipeline.archive.concern_mentions(&c, &page).unwrap();
    let one = vec![of_c.items[0].mention.id.clone()];
    let split = edit(
        &pipeline,
        "khác chỗ",
        ConcernEdit::Split(c.clone(), one),
        now,
    );
    schedule::refresh(&pipeline, at(2, 10)).unwrap();
    let models::domain::CorrectionChange::Split(made) = &split.change else {
        panic!("{split:?}");
    };
    let hide = edit(
        &pipeline,
        "tin rao",
        ConcernEdit::Hide(made.part.clone()),
        now,
    );
    let rests = refused(ConcernEdit::Undo(split.seq));
    assert!(
        matches!(&rests, EditError::RestsOn(on) if *on == [hide.seq]),
        "{rests}"
    );
    assert!(matches!(
        refused(ConcernEdit::Hide(made.part.clone())),
        EditError::AlreadySo(_)
    ));
    edit(
        &pipeline,
        "hết",
        ConcernEdit::Unhide(made.part.clone()),
        now,
    );
    edit(&pipeline, "hết", ConcernEdit::Undo(split.seq), now);
}

#[test]
fn a_corrected_mention_revises_what_was_published() {
    let (pipeline, _folder) = city();
    (0..3).for_each(|day| hear(&pipeline, day));
    let plain = of_city(&pipeline, 2);
    let id = MentionId::new("1022:18");
    let noise = models::domain::CorrectionChange::IsConcern(id.clone(), false);
    let made = pipeline.correct(by("phiếu thử"), &noise, at(3, 9)).unwrap();
    let read = || pipeline.archive.mention(&id).unwrap().unwrap().annotation;
    assert!(!read().is_concern, "it holds at once");
    schedule::refresh(&pipeline, at(3, 10)).unwrap();
    let revised = of_city(&pipeline, 2);
    assert_eq!(revised.n_mentions, plain.n_mentions - 1);
    let erratum = revised.erratum.unwrap();
    assert!(
        erratum.starts_with("Biên tập: sửa cách đọc một tin (lý do: phiếu thử)."),
        "{erratum}"
    );
    // The models read everything anew; what the officer said stands.
    pipeline.annotate_again().unwrap();
    assert!(!read().is_concern);
    let undo = models::domain::CorrectionChange::Undo(made.seq);
    pipeline
        .correct(by("phiếu thật"), &undo, at(3, 11))
        .unwrap();
    assert!(read().is_concern && read().topic == Topic::Drainage);
    let twice = pipeline.correct(by("phiếu thật"), &undo, at(3, 11));
    assert!(twice.unwrap_err().to_string().contains("đã được hoàn tác"));
    schedule::refresh(&pipeline, at(3, 12)).unwrap();
    assert_eq!(of_city(&pipeline, 2).n_mentions, plain.n_mentions);
}

#[test]
fn merges_and_splits_teach_grouping() {
    let (pipeline, _folder) = city();
    (0..2).for_each(|day| hear(&pipeline, day));
    let plain = of_city(&pipeline, 1);
    let [a, b, c] = [0, 1, 2].map(|at: usize| plain.top[at].concern.clone());
    let lines = || super::grouping_lines(&*pipeline.archive).unwrap();
    assert!(lines().is_empty(), "nobody said anything");
    let merge = ConcernEdit::Merge(a.clone(), b.clone());
    let merge = edit(&pipeline, "một chỗ", merge, at(2, 9));
    let page = indexer::archive::Page::first(500);
    let of_c = pipeline.archive.concern_mentions(&c, &page).unwrap().items;
    let away = of_c[0].mention.id.clone();
    edit(
        &pipeline,
        "khác chỗ",
        ConcernEdit::Split(c.clone(), vec![away.clone()]),
        at(2, 9),
    );
    let n_of = |concern: &ConcernId| {
        let of = lines().into_iter();
        of.filter(|line| line["gold"]["concern"] == concern.as_str())
            .count()
    };
    assert_eq!([n_of(&a), n_of(&b), n_of(&c)], [0, 12, of_c.len() - 1]);
    let part = lines().into_iter().find(|line| line["id"] == away.as_str());
    assert_ne!(part.unwrap()["gold"]["concern"], c.as_str());
    edit(&pipeline, "nhầm", ConcernEdit::Undo(merge.seq), at(2, 9));
    assert_eq!([n_of(&a), n_of(&b)], [0, 0], "undone, it teaches nothing");
}
