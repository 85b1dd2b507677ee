//! What people say of concerns holds in grouping: merged ones stay together, split ones apart, edited ones
//! keep their identity; and a digest says what the desk did without a made-up rank.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

use jiff::SignedDuration;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, ConcernId, Correction, CorrectionChange, DeskMarks, DeskRole, Digest,
    DigestScope, MentionId, Split, Topic, day_start,
};
use models::measure::SplitMix;
use models::ranking::SourceTable;
use models::ranking::group::{Constraints, GroupParameters, Grouper, Links};
use models::ranking::marks;
use models::ranking::rank::{RankContext, RankMethod};

mod invented;
use invented::{DAY, code, coverage, mention, unit};

fn day(back: i64) -> Date {
    DAY.saturating_sub(SignedDuration::from_hours(24 * back))
}

const FLOOD: &str = "Đường Trần Xuân Soạn ngập sâu do triều cường, xe chết máy la liệt";
const WASTE: &str = "Rác chất đống bốc mùi hôi thối ở chợ Tân Mỹ, mấy ngày không ai gom";
const NOISE: &str = "Quán nhậu mở loa kẹo kéo hát karaoke tới khuya, không ai ngủ được";

fn said(id: &str, back: i64, minute: i64, text: &str) -> AnnotatedMention {
    let topic = match text {
        FLOOD => Topic::Drainage,
        WASTE => Topic::Waste,
        _ => Topic::Noise,
    };
    mention(id, day(back), minute, text, topic, Some(27_475))
}

fn made(seq: u64, change: CorrectionChange, anchors: &[(&ConcernId, &str)]) -> Correction {
    Correction {
        seq,
        made_at: day_start(day(-1)),
        officer: "an".to_owned(),
        role: DeskRole::PressOfficer,
        reason: "một chuyện".to_owned(),
        change,
        anchors: anchors
            .iter()
            .map(|(id, mention)| ((*id).clone(), MentionId::new(*mention)))
            .collect(),
    }
}

/// Groups days in their order; the concern of each mention, and the concerns at the end.
fn grouped(
    mentions: &[AnnotatedMention],
    edits: &[Correction],
    seed: u64,
) -> (Vec<AnnotatedMention>, Grouper) {
    let constraints = Constraints::of(edits);
    let mut grouper =
        Grouper::new(GroupParameters::default(), Vec::new()).with_constraints(constraints);
    let mut days = mentions
        .iter()
        .filter_map(|mention| mention.mention.day())
        .collect::<Vec<_>>();
    days.sort_unstable();
    days.dedup();
    let mut all = Vec::new();
    for day in days {
        let of_day = mentions.iter().filter(|m| m.mention.day() == Some(day));
        let mut of_day = of_day.cloned().collect::<Vec<_>>();
        SplitMix(seed).shuffle(&mut of_day);
        let grouping = grouper.group_day(day, &of_day);
        for (mut mention, concern) in of_day.into_iter().zip(grouping.assignments) {
            mention.concern = concern;
            all.push(mention);
        }
    }
    all.sort_by(|a, b| a.mention.id.cmp(&b.mention.id));
    (all, grouper)
}

fn concern_of(all: &[AnnotatedMention], id: &str) -> ConcernId {
    let found = all.iter().find(|m| m.mention.id.as_str() == id).unwrap();
    found.concern.clone().unwrap()
}

/// A flood and rubbish over four days, told by a few voices each day.
fn four_days() -> Vec<AnnotatedMention> {
    let mut all = Vec::new();
    for back in 0..4 {
        for nth in 0..3 {
            all.push(said(&format!("f{back}{nth}"), back, nth * 60, FLOOD));
            all.push(said(&format!("w{back}{nth}"), back, 30 + nth * 60, WASTE));
        }
    }
    all
}

#[test]
fn what_is_merged_stays_together() {
    let mentions = four_days();
    let (plain, _) = grouped(&mentions, &[], 1);
    let (flood, waste) = (concern_of(&plain, "f00"), concern_of(&plain, "w00"));
    assert_ne!(flood, waste, "the models see two");
    let merge = CorrectionChange::Merge(flood.clone(), waste.clone());
    let edit = made(1, merge, &[(&flood, "f30"), (&waste, "w30")]);
    // From the first day on, as when all days are grouped again.
    let (all, grouper) = grouped(&mentions, std::slice::from_ref(&edit), 1);
    let links = Links::new(grouper.concerns());
    for mention in &all {
        let concern = mention.concern.as_ref().unwrap();
        assert_eq!(links.whole(concern), &waste, "{}", mention.mention.id);
    }
    let whole = grouper.concerns().iter().find(|c| c.id == waste).unwrap();
    let n = whole.daily.iter().map(|day| day.n_mentions).sum::<u32>();
    assert_eq!(n as usize, mentions.len(), "nothing is lost or doubled");
    // Undone, all is as if it had never been.
    let undo = made(2, CorrectionChange::Undo(1), &[]);
    let (undone, before) = (
        grouped(&mentions, &[edit, undo], 1),
        grouped(&mentions, &[], 1),
    );
    assert_eq!(undone.0, before.0);
    assert_eq!(undone.1.concerns(), before.1.concerns());
}

#[test]
fn concerns_of_the_evening_before_are_merged_with_their_history() {
    let mentions = four_days();
    let (past, today): (Vec<_>, Vec<_>) = mentions
        .into_iter()
        .partition(|mention| mention.mention.day() != Some(DAY));
    let (past, grouper) = grouped(&past, &[], 1);
    let (flood, waste) = (concern_of(&past, "f10"), concern_of(&past, "w10"));
    let merge = made(
        1,
        CorrectionChange::Merge(flood.clone(), waste.clone()),
        &[],
    );
    let evening = grouper.concerns().to_vec();
    let mut next = Grouper::new(GroupParameters::default(), evening)
        .with_constraints(Constraints::of(&[merge]));
    next.recall(&past);
    let grouping = next.group_day(DAY, &today);
    assert!(
        grouping
            .assignments
            .iter()
            .all(|id| id.as_ref() == Some(&waste))
    );
    let find = |id: &ConcernId| next.concerns().iter().find(|c| c.id == *id).unwrap();
    assert_eq!(find(&flood).part_of.as_ref(), Some(&waste));
    let n = |id: &ConcernId| find(id).daily.iter().map(|d| d.n_mentions).sum::<u32>();
    assert_eq!(n(&waste), 24);
    let told = grouping.changed.iter().map(|concern| &concern.id);
    assert!(told.clone().any(|id| *id == flood) && told.clone().any(|id| *id == waste));
    assert_eq!(
        find(&waste).first_seen,
        find(&flood).first_seen,
        "the flood was heard first"
    );
}

#[test]
fn what_is_split_stays_apart_and_comes_back() {
    // Twelve voices about one place; people know that those of the quay are another story.
    let mut mentions = four_days();
    mentions.retain(|m| m.mention.id.as_str().starts_with('f'));
    for nth in 0..4 {
        mentions.push(said(&format!("q3{nth}"), 3, 10 + nth * 60, FLOOD));
    }
    let (plain, _) = grouped(&mentions, &[], 1);
    let whole = concern_of(&plain, "f30");
    assert_eq!(concern_of(&plain, "q30"), whole, "the models see one");
    let part = ConcernId::new("20261109-part");
    // The first of all leaves too: the rest keeps its identity all the same.
    let leaving = ["f30", "q30", "q31", "q32", "q33"];
    let split = Split {
        from: whole.clone(),
        part: part.clone(),
        mentions: leaving.map(MentionId::new).to_vec(),
    };
    let edit = made(1, CorrectionChange::Split(split), &[(&whole, "f31")]);
    let (all, grouper) = grouped(&mentions, std::slice::from_ref(&edit), 1);
    let links = Links::new(grouper.concerns());
    for mention in &all {
        let id = mention.mention.id.as_str();
        let concern = links.whole(mention.concern.as_ref().unwrap());
        let is_away = leaving.contains(&id);
        assert_eq!(is_away, concern == &part, "{id}: the words are the same");
    }
    assert_eq!(concern_of(&all, "f31"), whole);
    let ids = grouper.concerns().iter().map(|c| c.id.clone());
    assert!(ids.clone().any(|id| id == part) && ids.clone().any(|id| id == whole));
    let kept = grouper
        .concerns()
        .iter()
        .filter(|c| [&part, &whole].contains(&&c.id));
    assert!(kept.clone().all(|c| c.part_of.is_none()), "never rejoined");

    // Days later the part is heard again: a reply to it finds it.
    let mut reply = said("r", -2, 5, "Hôm nay lại ngập nữa rồi");
    let mut inner = reply.mention.clone().into_inner();
    inner.parent = Some(MentionId::new("q30"));
    reply.mention = models::domain::CleanMention::assume_clean(inner);
    let more = [mentions.clone(), vec![reply]].concat();
    let (all, _) = grouped(&more, std::slice::from_ref(&edit), 1);
    assert_eq!(concern_of(&all, "r"), part);

    // Merged back, they are one again under the older name.
    let back = made(2, CorrectionChange::Merge(part, whole.clone()), &[]);
    let (all, grouper) = grouped(&mentions, &[edit, back], 1);
    let links = Links::new(grouper.concerns());
    let homes = all.iter().map(|m| links.whole(m.concern.as_ref().unwrap()));
    assert!(homes.clone().all(|home| *home == whole));
}

/// Random voices of a few days and random edits of them.
fn random_edits(random: &mut SplitMix, all: &[AnnotatedMention]) -> Vec<Correction> {
    let mut edits = Vec::new();
    for seq in 1..=(1 + random.below(6) as u64) {
        let mut pick = || concern_of(all, all[random.below(all.len())].mention.id.as_str());
        let (one, other) = (pick(), pick());
        let change = match random.below(4) {
            0 if seq > 1 => CorrectionChange::Undo(1 + random.below(seq as usize - 1) as u64),
            0 | 1 => CorrectionChange::Merge(one, other),
            2 => CorrectionChange::Rename(one, "Tên khác".to_owned()),
            _ => {
                let of = all.iter().filter(|m| m.concern.as_ref() == Some(&one));
                let ids = of.map(|m| m.mention.id.clone());
                let ids = ids.filter(|_| random.unit() < 0.4).collect();
                CorrectionChange::Split(Split {
                    from: one,
                    part: ConcernId::new(format!("20261101-part{seq}")),
                    mentions: ids,
                })
            }
        };
        edits.push(made(seq, change, &[]));
    }
    edits
}

#[test]
fn the_same_edits_give_the_same_in_any_order_of_arrival() {
    for seed in 0..60 {
        let mut random = SplitMix(seed);
        let mentions = (0..24)
            .map(|at| {
                let text = [FLOOD, WASTE, NOISE][random.below(3)];
                let back = random.below(4) as i64;
                let minute = random.below(1400) as i64;
                said(&format!("m{at:02}"), back, minute, text)
            })
            .collect::<Vec<_>>();
        let (plain, _) = grouped(&mentions, &[], 0);
        let edits = random_edits(&mut random, &plain);
        let (one, first) = grouped(&mentions, &edits, 1);
        let (other, second) = grouped(&mentions, &edits, 2);
        assert_eq!(one, other, "seed {seed}");
        assert_eq!(first.concerns(), second.concerns(), "seed {seed}");
        // Every voice is counted once, whatever people did.
        let n = first.concerns().iter().filter(|c| c.part_of.is_none());
        let n = n.flat_map(|c| &c.daily).map(|d| d.n_mentions).sum::<u32>();
        assert_eq!(n as usize, mentions.len(), "seed {seed}");
    }
}

#[test]
fn a_circle_of_merges_is_never_closed() {
    let [a, b, c] = ["a", "b", "c"].map(ConcernId::new);
    let merges = [(&a, &b), (&b, &c), (&c, &a)];
    let edits = merges
        .iter()
        .zip(1..)
        .map(|((from, into), seq)| {
            made(
                seq,
                CorrectionChange::Merge((*from).clone(), (*into).clone()),
                &[],
            )
        })
        .collect::<Vec<_>>();
    let constraints = Constraints::of(&edits);
    assert_eq!(constraints.whole(&a), &c);
    assert_eq!(constraints.whole(&c), &c);
    let mut parts = constraints.merged_into(&c).collect::<Vec<_>>();
    parts.sort();
    assert_eq!(parts, [&a, &b]);
}

fn digest(all: &[AnnotatedMention], grouper: &Grouper, edits: &[Correction]) -> Digest {
    let (method, table) = (RankMethod::default(), SourceTable::default());
    let units = [unit(27_475)];
    let concerns = grouper.concerns();
    let context = RankContext::new(&method, DAY, all, concerns, &units, &table);
    let scope = DigestScope::Unit(code(27_475));
    let mut digest = context.digest(&scope, &coverage());
    let place = |id: &ConcernId| context.place(&scope, id);
    marks::apply(&mut digest, &DeskMarks::of(edits), concerns, place);
    digest
}

#[test]
fn ranks_stay_true_whatever_the_desk_shows() {
    // Twelve streets, each a concern; the twelfth is said least of.
    let mut mentions = Vec::new();
    for street in 0..12_u32 {
        for nth in 0..(14 - street) {
            let text =
                format!("Hố ga đường số {street}x{street} mất nắp, khu phố {street}{street}");
            let id = format!("s{street:02}-{nth:02}");
            let at = i64::from(nth * 20 + street);
            mentions.push(mention(
                &id,
                DAY,
                at,
                &text,
                Topic::ALL[street as usize],
                Some(27_475),
            ));
        }
    }
    let (all, grouper) = grouped(&mentions, &[], 1);
    let plain = digest(&all, &grouper, &[]);
    assert_eq!(plain.top.len(), 10);
    let second = plain.top[1].clone();
    let last = concern_of(&all, "s11-00");
    assert!(plain.top.iter().all(|line| line.concern != last));
    let scope = plain.scope.clone();
    let edits = [
        made(1, CorrectionChange::Hide(second.concern.clone()), &[]),
        made(2, CorrectionChange::Pin(last.clone(), scope.clone()), &[]),
        made(
            3,
            CorrectionChange::Pin(plain.top[2].concern.clone(), scope),
            &[],
        ),
        made(
            4,
            CorrectionChange::Rename(plain.top[0].concern.clone(), "Mất nắp hố ga".to_owned()),
            &[],
        ),
        made(
            5,
            CorrectionChange::Pin(plain.top[0].concern.clone(), DigestScope::City),
            &[],
        ),
    ];
    let edited = digest(&all, &grouper, &edits);
    assert_eq!(edited.n_mentions, plain.n_mentions, "counted all the same");
    let ranks = |digest: &Digest| {
        let lines = digest
            .top
            .iter()
            .map(|line| (line.concern.clone(), line.rank));
        lines.collect::<Vec<_>>()
    };
    let mut expected = ranks(&plain);
    expected.remove(1);
    assert_eq!(ranks(&edited), expected, "no line moves up");
    let hidden = &edited.desk.hidden;
    assert_eq!(hidden.len(), 1);
    assert_eq!(
        (&hidden[0].concern, hidden[0].rank, hidden[0].n_mentions),
        (&second.concern, Some(second.rank), second.n_mentions)
    );
    assert_eq!(hidden[0].reason, "một chuyện");
    assert!(
        edited
            .rising
            .iter()
            .all(|line| line.concern != second.concern)
    );
    assert_eq!(edited.top[0].shown_title(), "Mất nắp hố ga");
    assert_eq!(edited.top[0].title, plain.top[0].title, "kept beside it");
    assert!(!edited.top[0].desk.pinned, "pinned for others");
    assert!(edited.top[1].desk.pinned, "in the list, with a mark");
    assert_eq!(edited.desk.pinned.len(), 1);
    let pinned = &edited.desk.pinned[0];
    assert_eq!(pinned.concern, last);
    assert!(pinned.rank.unwrap() > 10, "{pinned:?}");
    assert_eq!(pinned.n_mentions, 3);
    let undone = [1, 2, 3, 4, 5].map(|seq| made(seq + 5, CorrectionChange::Undo(seq), &[]));
    let undone = [&edits[..], &undone].concat();
    assert_eq!(digest(&all, &grouper, &undone), plain);
}
