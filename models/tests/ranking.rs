//! Properties of grouping and ranking that hold for any input.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

use jiff::SignedDuration;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Channel, CleanMention, Concern, ConcernId, DigestScope, MentionId, SourceId,
    Topic, UnitCode, Verdict, Window,
};
use models::ranking::SourceTable;
use models::ranking::group::{GroupParameters, Grouper, Grouping, group_all};
use models::ranking::rank::{RankContext, RankMethod, rank};
use models::ranking::score::{Past, ScoreMethod, score_day};
use models::ranking::simulate::{SimulationParameters, simulate};
use models::ranking::story::first_prints;
use proptest::prelude::*;

mod invented;
use invented::{DAY, code, coverage, mention, unit};

fn grouped(day: Date, mut mentions: Vec<AnnotatedMention>) -> (Vec<AnnotatedMention>, Grouping) {
    let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
    let grouping = grouper.group_day(day, &mentions);
    for (mention, concern) in mentions.iter_mut().zip(&grouping.assignments) {
        mention.concern.clone_from(concern);
    }
    (mentions, grouping)
}

const FLOOD: [&str; 4] = [
    "Nước triều tràn ngập đường Trần Xuân Soạn, xe chết máy hàng loạt",
    "Trần Xuân Soạn lại ngập tới đầu gối, xe chết máy la liệt",
    "ngap tran xuan soan nua roi, xe chet may het",
    "Đường Trần Xuân Soạn ngập sâu do triều cường sáng nay",
];

#[test]
fn voices_of_one_flood_join_and_floods_of_two_wards_do_not() {
    let mut mentions = Vec::new();
    for (at, text) in FLOOD.iter().enumerate() {
        mentions.push(mention(
            &format!("a{at}"),
            DAY,
            60 + i64::try_from(at).unwrap(),
            text,
            Topic::Drainage,
            Some(27475),
        ));
    }
    let other = "Đường Kinh Dương Vương ngập nửa bánh xe sau mưa, xe chết máy";
    mentions.push(mention("b0", DAY, 70, other, Topic::Drainage, Some(27460)));
    let (mentions, grouping) = grouped(DAY, mentions);
    assert!(
        mentions[1..4]
            .iter()
            .all(|m| m.concern == mentions[0].concern)
    );
    assert_ne!(mentions[4].concern, mentions[0].concern);
    assert_eq!(grouping.changed.len(), 2);
    assert_eq!(
        grouping.changed.iter().map(|c| c.daily[0].n_mentions).max(),
        Some(4)
    );
    let titles = mentions
        .iter()
        .map(|m| m.mention.text.as_str())
        .collect::<Vec<_>>();
    for concern in &grouping.changed {
        assert!(
            titles.iter().any(|text| text.contains(&concern.title)),
            "{}",
            concern.title
        );
    }
}

#[test]
fn a_concern_keeps_its_identity_over_days_and_after_a_restart() {
    let day = |back: i64| DAY.saturating_sub(SignedDuration::from_hours(24 * back));
    let first = vec![mention(
        "a",
        day(2),
        60,
        FLOOD[0],
        Topic::Drainage,
        Some(27475),
    )];
    let second = vec![mention(
        "b",
        DAY,
        60,
        FLOOD[3],
        Topic::Drainage,
        Some(27475),
    )];
    let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
    let before = grouper.group_day(day(2), &first);
    let mut restarted = Grouper::new(GroupParameters::default(), grouper.concerns().to_vec());
    let after = grouper.group_day(DAY, &second);
    assert_eq!(before.assignments, after.assignments);
    assert_eq!(restarted.group_day(DAY, &second), after);
    assert_eq!(after.changed[0].daily.len(), 2);
}

#[test]
fn a_reply_without_place_or_topic_joins_what_it_replies_to() {
    let mut reply = mention(
        "b",
        DAY,
        90,
        "bên mình cũng vậy nè, khổ ghê",
        Topic::Other,
        None,
    );
    let mut inner = reply.mention.clone().into_inner();
    inner.parent = Some(MentionId::new("a"));
    reply.mention = CleanMention::assume_clean(inner);
    let root = mention("a", DAY, 60, FLOOD[0], Topic::Drainage, Some(27475));
    let (mentions, _) = grouped(DAY, vec![reply.clone(), root.clone()]);
    assert_eq!(mentions[0].concern, mentions[1].concern);
    // And a day later, when only the record knows its parent.
    let (earlier, grouping) = grouped(DAY, vec![root]);
    let mut grouper = Grouper::new(GroupParameters::default(), grouping.changed);
    grouper.recall(&earlier);
    let next = DAY.tomorrow().unwrap();
    assert_eq!(
        grouper.group_day(next, &[reply]).assignments[0],
        earlier[0].concern
    );
}

#[test]
fn noise_is_grouped_nowhere() {
    let mut noise = mention(
        "a",
        DAY,
        60,
        "bán căn hộ view sông giá rẻ",
        Topic::Other,
        None,
    );
    noise.annotation.is_concern = false;
    assert_eq!(
        grouped(DAY, vec![noise]).1,
        Grouping {
            assignments: vec![None],
            changed: vec![]
        }
    );
}

#[test]
fn a_unit_without_evidence_says_so_in_vietnamese() {
    let units = [unit(27475), unit(27460)];
    let (mentions, grouping) = grouped(
        DAY,
        vec![mention(
            "a",
            DAY,
            60,
            FLOOD[0],
            Topic::Drainage,
            Some(27475),
        )],
    );
    let coverage = coverage();
    let window = |code: UnitCode| Window {
        scope: DigestScope::Unit(code),
        day: DAY,
        mentions: &mentions,
        concerns: &grouping.changed,
        coverage: &coverage,
    };
    let method = RankMethod::default();
    let sources = SourceTable::default();
    let silent = rank(&window(code(27460)), &method, &units, &sources);
    assert!(silent.top.is_empty());
    assert!(silent.thin_evidence.unwrap().starts_with("chưa đủ dữ liệu"));
    let heard = rank(&window(code(27475)), &method, &units, &sources);
    assert_eq!((heard.top.len(), heard.top[0].n_mentions), (1, 1));
    assert_eq!(heard.top[0].evidence, [MentionId::new("a")]);
}

fn article(id: &str, minute: i64, outlet: &str, text: &str) -> AnnotatedMention {
    let mut article = mention(id, DAY, minute, text, Topic::Drainage, Some(27_475));
    let mut said = article.mention.into_inner();
    said.channel = Channel::Press;
    said.source = SourceId::new(outlet);
    said.title = Some(format!("Bài của {outlet}"));
    article.mention = CleanMention::assume_clean(said);
    article
}

const STORY: [&str; 4] = [
    "Chiều 12-11, triều cường khiến đường Trần Xuân Soạn ngập sâu nửa mét.",
    "Hàng trăm xe máy chết máy, người dân phải dắt bộ về nhà trong dòng nước đục.",
    "Bà chủ tiệm tạp hóa gần cầu Tân Thuận cho biết nước tràn vào nhà từ 17 giờ.",
    "Đơn vị thoát nước đã đặt hai máy bơm nhưng nước rút chậm vì kênh còn cao.",
];

#[test]
fn reprints_are_one_story_and_one_source() {
    let lead = "Nhiều người đi làm về tối qua lội nước cả cây số ven kênh Tẻ.";
    let mentions = vec![
        article("a", 600, "bao-a", &STORY.join(" ")),
        article(
            "b",
            660,
            "bao-b",
            &[&[lead], &STORY[1..]].concat().join(" "),
        ),
        article("c", 720, "bao-c", &STORY[..2].join(" ")),
    ];
    let refs = mentions.iter().collect::<Vec<_>>();
    assert_eq!(first_prints(&refs), [0, 0, 0]);
    let turned = [&mentions[2], &mentions[0], &mentions[1]];
    assert_eq!(first_prints(&turned), [1, 1, 1], "time decides, not order");

    let (mentions, grouping) = grouped(DAY, mentions);
    assert_eq!(grouping.changed.len(), 1);
    let concern = &grouping.changed[0];
    assert_eq!(
        (concern.daily[0].n_mentions, concern.daily[0].n_sources),
        (3, 1)
    );
    let (method, sources) = (RankMethod::default(), SourceTable::default());
    let (concerns, units) = (grouping.changed.clone(), [unit(27_475)]);
    let context = RankContext::new(&method, DAY, &mentions, &concerns, &units, &sources);
    let digest = context.digest(&DigestScope::City, &coverage());
    assert_eq!((digest.top[0].n_mentions, digest.top[0].n_sources), (3, 1));
    assert!((digest.top[0].factors.breadth - 1.0).abs() < 1e-9);
}

#[test]
fn a_report_of_the_same_flood_by_another_outlet_is_a_source_of_its_own() {
    let own = "Người bán cá ở chợ Tân Mỹ kể nước dâng nhanh hơn mọi năm, sạp trôi mất hai thùng, chị \
               mong phường nạo vét con rạch sau chợ trước Tết.";
    let mentions = [
        article("a", 600, "bao-a", &STORY.join(" ")),
        article("b", 660, "bao-b", own),
    ];
    assert_eq!(first_prints(&mentions.iter().collect::<Vec<_>>()), [0, 1]);
}

fn any_text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "ngập",
        "đường",
        "Trần",
        "Xuân",
        "Soạn",
        "rác",
        "Tân",
        "Hưng",
        "ồn",
        "karaoke",
        "nước",
        "cúp",
        "điện",
        ".",
        "!",
        "5",
        "🙂",
        "\u{301}",
        "TP_HCM",
        "ẩm",
    ]);
    prop::collection::vec(words, 0..14).prop_map(|words| words.join(" "))
}

fn any_mentions() -> impl Strategy<Value = Vec<AnnotatedMention>> {
    let one = (
        any_text(),
        0..26_usize,
        prop::option::of(0..3_u32),
        0..1440_i64,
        0..3_i64,
        any::<u8>(),
    );
    prop::collection::vec(one, 0..24).prop_map(|parts| {
        let voices = parts.into_iter().enumerate();
        voices
            .map(|(at, (text, topic, place, minute, back, odd))| {
                let day = DAY.saturating_sub(SignedDuration::from_hours(24 * back));
                let place = place.map(|place| 27_000 + place);
                let id = format!("m{at}");
                let mut voice = mention(&id, day, minute, &text, Topic::ALL[topic], place);
                voice.annotation.is_concern = odd % 7 != 0;
                voice.annotation.fingerprint = u64::from(odd % 3);
                let mut inner = voice.mention.clone().into_inner();
                if odd % 5 == 0 {
                    inner.published_at = None;
                }
                if odd % 4 == 0 {
                    inner.parent = Some(MentionId::new(format!("m{}", odd % 24)));
                }
                voice.mention = CleanMention::assume_clean(inner);
                voice
            })
            .collect()
    })
}

fn shuffled(items: &[AnnotatedMention], seed: u64) -> Vec<AnnotatedMention> {
    let mut items = items.to_vec();
    models::measure::SplitMix(seed).shuffle(&mut items);
    items
}

fn with_concerns(mentions: &[AnnotatedMention]) -> (Vec<AnnotatedMention>, Vec<Concern>) {
    let (assignments, concerns) = group_all(GroupParameters::default(), mentions);
    let joined = mentions
        .iter()
        .zip(assignments)
        .map(|(mention, concern)| AnnotatedMention {
            concern,
            ..mention.clone()
        });
    (joined.collect(), concerns)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn grouping_does_not_depend_on_the_order_of_arrival(mentions in any_mentions(), seed: u64) {
        let (straight, concerns) = with_concerns(&mentions);
        let (mixed, same_concerns) = with_concerns(&shuffled(&mentions, seed));
        prop_assert_eq!(&concerns, &same_concerns);
        for mention in &mixed {
            let twin = straight.iter().find(|m| m.mention.id == mention.mention.id).unwrap();
            prop_assert_eq!(&twin.concern, &mention.concern);
        }
        for mention in &straight {
            prop_assert_eq!(mention.concern.is_some(), mention.annotation.is_concern);
        }
    }

    #[test]
    fn ranks_do_not_depend_on_the_order_of_input(mentions in any_mentions(), seed: u64) {
        let (mentions, mut concerns) = with_concerns(&mentions);
        let units = [unit(27_000), unit(27_001), unit(27_002)];
        let (method, sources) = (RankMethod::default(), SourceTable::default());
        let mixed = shuffled(&mentions, seed);
        let context = RankContext::new(&method, DAY, &mentions, &concerns, &units, &sources);
        let scopes = [DigestScope::City, DigestScope::Unit(code(27_000))];
        let straight = scopes.clone().map(|scope| context.digest(&scope, &coverage()));
        drop(context);
        concerns.reverse();
        let context = RankContext::new(&method, DAY, &mixed, &concerns, &units, &sources);
        let again = scopes.map(|scope| context.digest(&scope, &coverage()));
        prop_assert_eq!(&straight, &again);
        for entry in straight.iter().flat_map(|digest| &digest.top) {
            let receipt = entry.receipt.as_ref().unwrap();
            prop_assert_eq!(receipt.feeling.iter().sum::<u32>(), entry.n_mentions);
            prop_assert!(entry.score.is_finite() && entry.interval.low <= entry.interval.high);
            prop_assert!(entry.factors.breadth >= 1.0 && entry.factors.unresolved_age >= 1.0);
            prop_assert!((0.0..=1.0).contains(&entry.factors.negativity));
        }
    }

    #[test]
    fn another_mention_never_lowers_a_count(mentions in any_mentions(), at in 0..24_usize) {
        let (mut mentions, concerns) = with_concerns(&mentions);
        prop_assume!(!concerns.is_empty());
        let units = [unit(27_000), unit(27_001), unit(27_002)];
        let (method, sources) = (RankMethod::default(), SourceTable::default());
        let concern = concerns[at % concerns.len()].clone();
        let count = |mentions: &[AnnotatedMention]| {
            let context = RankContext::new(&method, DAY, mentions, &concerns, &units, &sources);
            let digest = context.digest(&DigestScope::City, &coverage());
            digest.top.iter().find(|entry| entry.concern == concern.id).map(|entry| entry.n_mentions)
        };
        let before = count(&mentions);
        let mut voice = mention("new", DAY, 720, "thêm một tiếng nói", concern.topic, Some(27_000));
        voice.concern = Some(concern.id.clone());
        mentions.push(voice);
        let after = count(&mentions);
        if let (Some(before), Some(after)) = (before, after) {
            prop_assert_eq!(after, before + 1);
        }
    }

    #[test]
    fn another_mention_of_the_day_never_lowers_the_count_factor(
        mentions in any_mentions(),
        at in 0..24_usize,
    ) {
        let (mut mentions, concerns) = with_concerns(&mentions);
        prop_assume!(!concerns.is_empty());
        let units = [unit(27_000), unit(27_001), unit(27_002)];
        let (method, sources) = (RankMethod::default(), SourceTable::default());
        let method = RankMethod { max_lines: 100, ..method };
        let concern = concerns[at % concerns.len()].clone();
        let factor = |mentions: &[AnnotatedMention]| {
            let context = RankContext::new(&method, DAY, mentions, &concerns, &units, &sources);
            let digest = context.digest(&DigestScope::Unit(code(27_000)), &coverage());
            let line = digest.top.iter().find(|entry| entry.concern == concern.id);
            line.map_or(0.0, |entry| entry.factors.shrunk_count)
        };
        let before = factor(&mentions);
        let mut voice = mention("new", DAY, 720, "thêm một tiếng nói", concern.topic, Some(27_000));
        voice.concern = Some(concern.id.clone());
        mentions.push(voice);
        prop_assert!(factor(&mentions) >= before);
    }

    #[test]
    fn signals_stay_within_their_ranges(mentions in any_mentions()) {
        let (mentions, concerns) = with_concerns(&mentions);
        let units = [unit(27_000), unit(27_001), unit(27_002)];
        let method = ScoreMethod::default();
        let past = Past::whole(DAY, 90);
        let signals = score_day(&method, DAY, &mentions, &concerns, &units, &past);
        prop_assert_eq!(signals.len(), 3);
        for signal in signals {
            let interval = signal.listening.interval;
            prop_assert!((0.0..=100.0).contains(&signal.listening.value));
            prop_assert!(interval.low <= signal.listening.value && signal.listening.value <= interval.high);
            prop_assert_eq!(signal.level.is_some(), signal.listening.judged);
        }
    }
}

#[test]
fn articles_of_two_events_stay_apart_though_judged_noise() {
    const FORMOSA: [&str; 3] = [
        "Formosa cam kết bồi thường cho ngư dân bốn tỉnh sau sự cố cá chết. Formosa nhận lỗi.",
        "Ngư dân chờ tiền bồi thường từ Formosa, biển vẫn vắng cá. Đại diện Formosa xin lỗi.",
        "Đoàn thanh tra làm việc với Formosa về nước thải. Formosa xả thải không qua xử lý.",
    ];
    const POKEMON: [&str; 3] = [
        "Người chơi Pokemon tràn vào công viên bắt thú ảo. Trò chơi Pokemon gây sốt giới trẻ.",
        "Hãng game lao đao vì cơn sốt Pokemon. Doanh thu trò chơi khác giảm khi Pokemon ra mắt.",
        "Cảnh báo người trẻ mải chơi Pokemon khi chạy xe. Nhiều vụ té xe vì Pokemon.",
    ];
    let article = |id: &str, title: &str, text: &str| {
        let mut article = mention(id, DAY, 60, text, Topic::Other, None);
        let mut inner = article.mention.clone().into_inner();
        inner.channel = Channel::Press;
        inner.title = Some(title.to_owned());
        article.mention = CleanMention::assume_clean(inner);
        article.annotation.is_concern = false;
        article
    };
    let mut articles = Vec::new();
    for at in 0..3 {
        let titles = ["Người dân chờ", "Chuyện chưa dứt của", "Mặt trái của"];
        for (id, name, texts) in [("a", "Formosa", FORMOSA), ("b", "Pokemon", POKEMON)] {
            let title = format!("{} {name}", titles[at]);
            articles.push(article(&format!("{id}{at}"), &title, texts[at]));
        }
    }
    let (assignments, _) = group_all(GroupParameters::default(), &articles);
    let of = |id: &str| {
        let at = articles
            .iter()
            .position(|m| m.mention.id.as_str() == id)
            .unwrap();
        assignments[at].clone()
    };
    assert!(of("a0").is_some());
    assert!((1..3).all(|at| of(&format!("a{at}")) == of("a0")));
    assert!((1..3).all(|at| of(&format!("b{at}")) == of("b0")));
    assert_ne!(of("a0"), of("b0"));
}

#[test]
fn the_simulated_city_is_repeatable_and_its_alerts_are_few() {
    let parameters = SimulationParameters {
        n_units: (30, 10, 1),
        tickets_per_day: 120.0,
        n_days: 4,
        ..SimulationParameters::default()
    };
    let report = simulate(&parameters, &RankMethod::default(), 7);
    assert_eq!(report, simulate(&parameters, &RankMethod::default(), 7));
    assert!(report.alerts_ours.false_per_day < report.alerts_z.false_per_day / 5.0);
    assert!(report.alerts_ours.caught >= 0.8, "{report:?}");
    assert!(report.overlap_ours > report.overlap_raw_day);
    assert_eq!(report.campaign_listed, parameters.campaign_posts);
}

#[test]
fn a_unit_differs_where_its_mix_does_and_not_by_one_voice() {
    let units = (0..12).map(|at| unit(27_000 + at)).collect::<Vec<_>>();
    let mut mentions = Vec::new();
    let mut say = |place: u32, topic: Topic, n: usize| {
        for _ in 0..n {
            let id = format!("m{}", mentions.len());
            let day = DAY.saturating_sub(SignedDuration::from_hours(
                24 * (mentions.len() as i64 % 27),
            ));
            let mut voice = mention(&id, day, 60, "phản ánh", topic, Some(place));
            voice.concern = Some(ConcernId::new(format!("{place}-{}", topic.code())));
            mentions.push(voice);
        }
    };
    for place in 27_000..27_012 {
        say(place, Topic::Road, 20);
        say(place, Topic::Waste, 20);
    }
    say(27_000, Topic::Noise, 25);
    for place in 27_001..27_012 {
        say(place, Topic::Noise, 2);
    }
    say(27_001, Topic::Trees, 1);
    let ids = mentions
        .iter()
        .map(|m| (m.concern.clone().unwrap(), m.annotation.topic));
    let ids = ids.collect::<std::collections::BTreeMap<_, _>>();
    let (_, grouping) = grouped(DAY, mentions[..1].to_vec());
    let concerns = ids.into_iter().map(|(id, topic)| Concern {
        id,
        topic,
        ..grouping.changed[0].clone()
    });
    let concerns = concerns.collect::<Vec<_>>();
    let (method, sources) = (RankMethod::default(), SourceTable::default());
    let context = RankContext::new(&method, DAY, &mentions, &concerns, &units, &sources);
    let compared = context.comparisons();
    let of = |number: u32| {
        let mut found = compared.iter();
        found.find(|of| of.unit == code(number)).unwrap()
    };
    let noise = &of(27_000).topics[0];
    let city = noise.city.unwrap();
    assert_eq!((noise.topic, city.verdict()), (Topic::Noise, Verdict::More));
    assert!(
        city.ratio.value > 3.0 && city.ratio.interval.low > 1.0,
        "{city:?}"
    );
    // One report about trees says nothing yet, and is told as such.
    let other = of(27_001);
    let trees = other.topics.iter().find(|row| row.topic == Topic::Trees);
    let trees = trees.unwrap();
    assert!((trees.n - 1.0).abs() < 1e-9, "{trees:?}");
    assert!(
        trees
            .city
            .is_none_or(|city| city.verdict() == Verdict::Unclear)
    );
    let unclear = other.topics.iter().filter_map(|row| row.city);
    assert!(
        unclear
            .map(|city| city.verdict())
            .any(|verdict| verdict == Verdict::Unclear)
    );
    assert!(compared.is_sorted_by_key(|of| of.unit));
}
