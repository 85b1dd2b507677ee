//! A small invented city: mentions, concerns, digests and signals, made from numbers.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    AgencyId, Annotation, Channel, CleanMention, Concern, ConcernId, ConcernStatus, ContentHash,
    Counterfactual, Coverage, CoverageGap, DayCount, Digest, DigestDesk, DigestEntry, DigestScope,
    Engagement, EntryDesk, Factors, Interval, Level, LineNote, ListeningEvidence, ListeningSignal,
    ListeningWindow, MapColour, Mention, MentionId, PeriodKind, PiiField, PiiKind, PiiSpan,
    Placement, Quote, Rating, Receipt, SatisfactionSignal, Scope, Sentiment,
    SentimentProbabilities, ShadowSatisfaction, ShareCount, Sketch, SourceId, Ticket, TicketStatus,
    Topic, UnitCode, WeightedUnit, day_start,
};

use crate::archive::{Archive, RecordBatch, Recorded};

/// The first day of the sample.
pub const FIRST_DAY: Date = date(2026, 11, 2);

/// Stretches of which texts are made.
const STRETCHES: [&str; 16] = [
    "Đường trước chợ ngập nửa bánh xe sau mỗi trận mưa lớn",
    "bà con xóm tôi phải dắt xe qua đoạn này mỗi sáng",
    "nắp cống bật lên rất nguy hiểm cho học sinh tan trường",
    "rác chất đống ba ngày chưa ai tới lấy, mùi hôi nồng nặc",
    "quán nhậu hát karaoke tới khuya, cả hẻm mất ngủ",
    "đèn đường hư cả tháng nay, trời tối không dám đi bộ",
    "phường hẹn trả hồ sơ rồi lại hẹn tiếp, đi lại bốn lần",
    "nhân viên tiếp dân niềm nở, giải quyết nhanh gọn, cảm ơn",
    "xe buýt bỏ trạm, khách đứng chờ gần một tiếng",
    "cây xanh đổ chắn lối, mong cho người tới cắt sớm",
    "nuoc may yeu xiu buoi toi, goi tong dai khong ai nghe",
    "duong Hoa Binh ket xe keo dai tu 5 gio chieu",
    "vỉa hè bị lấn chiếm để buôn bán, người già phải xuống lòng đường",
    "điện cúp không báo trước làm hư hết đồ trong tủ lạnh",
    "công trình thi công ban đêm, bụi bay mù mịt vào nhà",
    "trường học thông báo khoản thu mới, phụ huynh rất lo",
];

/// A small generator of numbers, the same on every machine.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }
}

/// Noon of the sample's `n`th day, in Vietnam.
pub fn noon(n: i64) -> Timestamp {
    day_start(FIRST_DAY) + SignedDuration::from_hours(24 * n + 12)
}

/// The sample's `n`th day.
pub fn day(n: i64) -> Date {
    models::domain::day_in_vietnam(noon(n))
}

/// A unit of the sample.
pub fn unit(n: usize) -> UnitCode {
    UnitCode::from_number(26_000 + 7 * (n % 168) as u32).unwrap()
}

/// The `n`th mention, published on a day of the sample at a time of its own.
pub fn mention(n: usize, on: i64) -> CleanMention {
    let mut dice = Dice::new(n as u64);
    let channel = Channel::ALL[n % 3];
    let seconds = u32::try_from(dice.below(86_400)).unwrap();
    let n_stretches = if channel == Channel::Press {
        24
    } else {
        2 + dice.below(4)
    };
    let text: Vec<&str> = (0..n_stretches)
        .map(|_| STRETCHES[dice.below(16)])
        .collect();
    CleanMention::assume_clean(Mention {
        id: MentionId::new(format!("m-{n:07}")),
        channel,
        source: SourceId::new(format!("{}-{}", channel.code(), dice.below(5))),
        url: (channel != Channel::Hotline).then(|| format!("https://vi.du/bai/{n}")),
        published_at: Some(day_start(day(on)) + SignedDuration::from_secs(seconds.into())),
        title: (channel != Channel::Social).then(|| STRETCHES[dice.below(16)].to_owned()),
        text: text.join(". "),
        parent: None,
        engagement: (channel == Channel::Social).then(|| Engagement {
            likes: dice.below(90) as u32,
            comments: dice.below(20) as u32,
            shares: dice.below(9) as u32,
        }),
        ticket: (channel == Channel::Hotline).then(|| ticket(TicketStatus::Open)),
        capture: (channel == Channel::Press).then_some(ContentHash([n as u8; 32])),
    })
}

/// A ticket in a state.
pub fn ticket(status: TicketStatus) -> Ticket {
    let is_closed = status == TicketStatus::Closed;
    Ticket {
        field: Some("Hạ tầng đô thị".to_owned()),
        address: Some("đường Hòa Bình".to_owned()),
        status,
        due_at: Some(noon(9)),
        closed_at: is_closed.then(|| noon(5)),
        rating: is_closed.then_some(Rating::Dissatisfied),
        updated_at: None,
    }
}

/// What was read in the `n`th mention.
pub fn annotation(n: usize) -> Annotation {
    let mut dice = Dice::new(n as u64 + 1_000_000);
    let mut placement = Placement::bare(Scope::Unit);
    placement.units.push(WeightedUnit {
        code: unit(dice.below(168)),
        weight: 0.7,
    });
    if n.is_multiple_of(5) {
        placement.units.push(WeightedUnit {
            code: unit(n + 1),
            weight: 0.1,
        });
        placement.agencies.push(AgencyId::new("thoat-nuoc"));
    }
    let pii = PiiSpan {
        field: PiiField::Text,
        kind: PiiKind::Phone,
        start: 4,
        end: 14,
    };
    Annotation {
        mention: MentionId::new(format!("m-{n:07}")),
        is_concern: n % 4 != 3,
        concern_probability: 0.1 + n as f32 % 9.0 / 10.0,
        placement,
        topic: Topic::ALL[dice.below(26)],
        topic_probability: 0.6,
        sentiment: Sentiment::ALL[dice.below(3)],
        sentiment_probabilities: SentimentProbabilities {
            negative: 0.7,
            neutral: 0.2,
            positive: 0.1,
        },
        pii: if n.is_multiple_of(7) {
            vec![pii]
        } else {
            Vec::new()
        },
        // Large ones too: the record must not lose the highest bit.
        fingerprint: (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        model_version: "sample-1".to_owned(),
    }
}

/// A batch of mentions of one day.
pub fn batch(numbers: impl IntoIterator<Item = usize>, on: i64) -> RecordBatch {
    let mut batch = RecordBatch::new(noon(on));
    batch.mentions = numbers
        .into_iter()
        .map(|n| (mention(n, on), annotation(n)))
        .collect();
    batch
}

/// A batch with one mention that says something given.
pub fn saying(n: usize, title: Option<&str>, text: &str) -> RecordBatch {
    let mut said = mention(n, 0).into_inner();
    said.title = title.map(ToOwned::to_owned);
    text.clone_into(&mut said.text);
    let mut batch = RecordBatch::new(noon(0));
    batch
        .mentions
        .push((CleanMention::assume_clean(said), annotation(n)));
    batch
}

/// Records mentions of one day.
pub fn record(
    archive: &dyn Archive,
    numbers: impl IntoIterator<Item = usize>,
    on: i64,
) -> Recorded {
    archive.record(&batch(numbers, on)).unwrap()
}

/// The id of the `n`th mention.
pub fn id(n: usize) -> MentionId {
    MentionId::new(format!("m-{n:07}"))
}

/// A concern as it stands on a day.
pub fn concern(name: &str, on: i64) -> Concern {
    Concern {
        id: ConcernId::new(name),
        topic: Topic::Drainage,
        scope: Scope::Unit,
        units: vec![WeightedUnit {
            code: unit(1),
            weight: 0.3,
        }],
        agencies: vec![AgencyId::new("thoat-nuoc")],
        title: format!("Ngập đường Hòa Bình, ngày {on}"),
        title_from: id(1),
        status: ConcernStatus::Returned,
        first_seen: noon(0),
        last_seen: noon(on),
        daily: vec![DayCount {
            day: day(on),
            n_mentions: 3,
            n_tickets: 2,
            n_sources: 1,
            negative: 2.1,
        }],
        n_open_tickets: 2,
        sketch: Sketch {
            terms: vec![(4_000_000_000, 0.1), (7, 1.0 / 3.0)],
            n_mentions: 3,
        },
        part_of: Some(ConcernId::new("older")),
    }
}

/// A digest with one line, and a score to tell it from others.
pub fn digest(scope: DigestScope, on: i64, points: f64) -> Digest {
    let entry = DigestEntry {
        rank: 1,
        tied: false,
        concern: ConcernId::new("c-1"),
        title: "Ngập đường Hòa Bình".to_owned(),
        topic: Topic::Drainage,
        units: concern("c-1", on).units,
        score: points,
        interval: Interval {
            low: points * 0.9,
            high: points * 1.1,
        },
        factors: Factors {
            shrunk_count: 1.0 / 3.0,
            burst: 0.0,
            negativity: 0.25,
            breadth: 1.69,
            unresolved_age: 1.0,
        },
        n_mentions: 3,
        n_sources: 2,
        evidence: vec![id(1), id(2)],
        quotes: vec![Quote {
            mention: id(1),
            text: "“ngập” \\ nửa bánh xe".to_owned(),
        }],
        trend: vec![0, 1, 2],
        receipt: Some(Receipt {
            feeling: [2, 1, 0],
            by_source: vec![(SourceId::new("bao"), 2), (SourceId::new("1022"), 1)],
            without_biggest_source: Some(Counterfactual {
                left_out: "Báo".to_owned(),
                score: points / 3.0,
                rank: Some(4),
            }),
            without_coordinated: None,
            coordinated: vec![id(2)],
            rumour: false,
            burst_q: 0.04,
            expected: 1.0 / 7.0,
            lift_over_city: 1.5,
            per_10_000: Some(0.1),
            count_interval: Interval {
                low: 1.5,
                high: 4.5,
            },
        }),
        notes: vec![LineNote::PressWithoutTickets],
        desk: EntryDesk::default(),
    };
    Digest {
        scope,
        period: PeriodKind::Day,
        day: day(on),
        revision: 0,
        erratum: None,
        method_version: "rank-1".to_owned(),
        coverage: Coverage {
            share: 2.0 / 3.0,
            n_expected: 3,
            n_fresh: 2,
            gaps: vec![CoverageGap {
                source: SourceId::new("press-1"),
                status: "stale".to_owned(),
                detail: "không có bài mới".to_owned(),
            }],
        },
        top: vec![entry.clone()],
        rising: vec![entry],
        thin_evidence: Some("chưa đủ dữ liệu".to_owned()),
        n_mentions: 12,
        desk: DigestDesk::default(),
    }
}

/// A signal of a unit on a day.
pub fn signal(of: UnitCode, on: i64, value: f64) -> SatisfactionSignal {
    SatisfactionSignal {
        unit: of,
        day: day(on),
        listening: ListeningSignal {
            value,
            interval: Interval {
                low: value - 5.0,
                high: value + 5.0,
            },
            n: 31,
            judged: true,
        },
        windows: vec![ListeningWindow {
            days: 7,
            signal: ListeningSignal {
                value: value + 1.0,
                interval: Interval {
                    low: 0.0,
                    high: 100.0,
                },
                n: 3,
                judged: false,
            },
            coverage: 0.1 + 0.2,
        }],
        coverage: 0.7,
        settled: ListeningEvidence {
            shares: [0.1, 0.2, 0.3, 0.4].map(|good| ShareCount {
                good,
                all: 1.0 / 3.0,
            }),
            n: 2,
        },
        shadow: ShadowSatisfaction {
            on_time_pct: Some(99.98),
            petition_satisfaction_pct: Some(99.0),
            procedure_satisfaction_pct: None,
            points: None,
            n: 40,
            n_silent: 12,
        },
        level: Some(Level::Fair),
        colour: MapColour::Orange,
        method_version: "signal-1".to_owned(),
        revision: 0,
    }
}
