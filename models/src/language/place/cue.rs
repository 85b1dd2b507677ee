//! Small words around a name that say what it is and how the sentence stands to it.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::scan::{Gap, Scan, Word};

/// The word for its kind before a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// None.
    None,
    /// Phường.
    Ward,
    /// Xã.
    Commune,
    /// Thị trấn.
    Town,
    /// Đặc khu.
    Zone,
    /// Quận, huyện.
    District,
    /// Thành phố, thị xã.
    City,
    /// Tỉnh.
    Province,
    /// Đường, hẻm, or a house number.
    Street,
    /// Khu, khu dân cư.
    Area,
    /// Ấp, khu phố, thôn.
    Hamlet,
}

impl Marker {
    /// Whether it announces a unit, of today or of the past.
    pub fn is_unit(self) -> bool {
        matches!(self, Self::Ward | Self::Commune | Self::Town | Self::Zone)
    }
}

/// How a sentence stands to a place it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stance {
    /// It speaks of it.
    Here,
    /// It says that it is not this place.
    Denied,
    /// It holds it up for comparison.
    Compared,
    /// Somebody comes from there.
    Home,
    /// Somebody goes there or comes from there.
    Toward,
}

/// Words that say what follows, with or without a dot behind them.
const MARKER_WORDS: [(&str, Marker); 36] = [
    ("phường", Marker::Ward),
    ("p", Marker::Ward),
    ("f", Marker::Ward),
    ("ph", Marker::Ward),
    ("fường", Marker::Ward),
    ("xã", Marker::Commune),
    ("x", Marker::Commune),
    ("đảo", Marker::Commune),
    ("tt", Marker::Town),
    ("quận", Marker::District),
    ("q", Marker::District),
    ("qận", Marker::District),
    ("wận", Marker::District),
    ("huyện", Marker::District),
    ("h", Marker::District),
    ("tp", Marker::City),
    ("tx", Marker::City),
    ("tỉnh", Marker::Province),
    ("đường", Marker::Street),
    ("đ", Marker::Street),
    ("đg", Marker::Street),
    ("hẻm", Marker::Street),
    ("ngõ", Marker::Street),
    ("phố", Marker::Street),
    ("lộ", Marker::Street),
    ("trục", Marker::Street),
    ("sông", Marker::Street),
    ("kênh", Marker::Street),
    ("rạch", Marker::Street),
    ("khu", Marker::Area),
    ("kdc", Marker::Area),
    ("ấp", Marker::Hamlet),
    ("kp", Marker::Hamlet),
    ("thôn", Marker::Hamlet),
    ("tổ", Marker::Hamlet),
    ("xóm", Marker::Area),
];

/// The same in two words, looked up by the second.
const MARKER_PAIRS: [(&str, &str, Marker); 7] = [
    ("thị", "trấn", Marker::Town),
    ("thị", "xã", Marker::City),
    ("thành", "phố", Marker::City),
    ("đặc", "khu", Marker::Zone),
    ("khu", "phố", Marker::Hamlet),
    ("dân", "cư", Marker::Area),
    ("đô", "thị", Marker::Area),
];

/// Words and what they stand for, by folded spelling.
type Table<T> = LazyLock<FxHashMap<String, Vec<(Vec<Word>, T)>>>;

fn table<T: Copy>(
    rows: impl Iterator<Item = (Vec<&'static str>, T)>,
) -> FxHashMap<String, Vec<(Vec<Word>, T)>> {
    let mut table: FxHashMap<String, Vec<(Vec<Word>, T)>> = FxHashMap::default();
    for (words, value) in rows {
        let words = words.into_iter().map(Word::new).collect::<Vec<_>>();
        if let Some(last) = words.last() {
            table
                .entry(last.folded.clone())
                .or_default()
                .push((words, value));
        }
    }
    table
}

static MARKERS: Table<Marker> = LazyLock::new(|| {
    let pairs = MARKER_PAIRS
        .iter()
        .map(|&(a, b, marker)| (vec![a, b], marker));
    let single = MARKER_WORDS
        .iter()
        .map(|&(word, marker)| (vec![word], marker));
    table(pairs.chain(single))
});

/// The first row whose words stand right before a token, no comma between.
fn before<T: Copy>(scan: &Scan, token: usize, table: &Table<T>) -> Option<T> {
    let rows = table.get(scan.before(token, 1))?;
    rows.iter().find_map(|(words, value)| {
        let first = token.checked_sub(words.len())?;
        let joined = (first + 1..=token).all(|i| scan.tokens[i].gap < Gap::Comma);
        let same = words
            .iter()
            .enumerate()
            .all(|(i, word)| scan.is_word(first + i, word));
        (joined && same).then_some(*value)
    })
}

/// The marker before a token.
pub(crate) fn marker_before(scan: &Scan, token: usize) -> Marker {
    match before(scan, token, &MARKERS) {
        Some(marker) => marker,
        None if is_house_number(scan, token) => Marker::Street,
        None => Marker::None,
    }
}

/// `1135/9 Trần Xuân Soạn`, `hẻm 45 Hồ Học Lãm`, `số 12B Lê Lai`.
fn is_house_number(scan: &Scan, token: usize) -> bool {
    let Some(before) = token.checked_sub(1) else {
        return false;
    };
    let joined = scan.tokens[token].gap == Gap::Space;
    if !joined {
        return false;
    }
    let number = scan.tokens[before].number;
    let lettered = before > 0
        && scan.fold(before).len() == 1
        && scan.tokens[before].gap == Gap::Glued
        && scan.tokens[before - 1].number;
    if !(number || lettered) {
        return false;
    }
    let lead = (1..=5)
        .map(|back| scan.before(before, back))
        .any(|word| matches!(word, "hem" | "so" | "nha" | "ngo" | "kiet"));
    let slashed = number
        && before > 0
        && scan.tokens[before].gap == Gap::Joint
        && scan.tokens[before - 1].number;
    lead || slashed || lettered
}

/// Whether `cũ` or the like stands behind a name.
pub(crate) fn is_old(scan: &Scan, end: usize) -> bool {
    let near = |ahead: usize| {
        let token = end + ahead;
        let joined = (end..=token).all(|i| scan.tokens.get(i).is_some_and(|t| t.gap < Gap::Break));
        if joined { scan.fold(token) } else { "" }
    };
    match near(0) {
        "cu" => !scan.tokens[end].accented || scan.tokens[end].key == OLD.key,
        "truoc" => matches!(near(1), "dai" | "day" | "kia"),
        "hoi" => near(1) == "truoc",
        _ => false,
    }
}

/// Not `củ`, `cú` or `cư`.
static OLD: LazyLock<Word> = LazyLock::new(|| Word::new("cũ"));

/// Whether a joining word stands right before a token.
pub(crate) fn is_and(scan: &Scan, token: usize) -> bool {
    token > 0 && matches!(scan.fold(token - 1), "va" | "voi" | "cung" | "hay" | "hoac")
}

/// Whether a token is a word for a kind of unit, as it stands before each name of a list.
pub(crate) fn is_kind_word(scan: &Scan, token: usize) -> bool {
    matches!(
        scan.fold(token),
        "phuong" | "p" | "xa" | "x" | "quan" | "q" | "huyen" | "h" | "khu" | "thi" | "tran" | "do"
    )
}

/// Whether several are announced: `các phường`, `hai xã`, `3 phường`.
pub(crate) fn is_plural(scan: &Scan, token: usize) -> bool {
    let counted = token >= 2 && scan.tokens[token - 2].number;
    let counting = matches!(
        scan.before(token, 2),
        "cac" | "hai" | "ba" | "bon" | "nam" | "sau" | "nhung" | "nhieu"
    );
    counted || counting
}

/// Whether `phía`, `bờ`, `hướng` stands before a name, over the word for its kind.
pub(crate) fn is_side(scan: &Scan, token: usize) -> bool {
    (1..=2).any(|back| matches!(scan.before(token, back), "phia" | "bo" | "huong"))
}

/// Numbers that go on with a list behind a numbered ward: `, 5 và 14`.
pub(crate) fn listed_numbers(scan: &Scan, end: usize) -> Vec<u8> {
    let mut numbers = Vec::new();
    let mut token = end;
    while let Some(next) = scan.tokens.get(token) {
        let and = scan.fold(token) == "va";
        let number_at = if and { token + 1 } else { token };
        let listed = and || next.gap == Gap::Comma;
        let Some(candidate) = scan.tokens.get(number_at) else {
            break;
        };
        let value = scan.fold(number_at).parse::<u8>();
        match value {
            Ok(value) if listed && candidate.number && (1..=28).contains(&value) => {
                numbers.push(value);
            }
            _ => break,
        }
        token = number_at + 1;
    }
    numbers
}

/// Words between the cue and the name: `không phải ở phường …`.
const STEPPED_OVER: &str = "ở tại bên khu phường p xã quận q huyện tp phố thành tỉnh dưới ngoài trên \
    cho hồi là cái đường tận khúc vùng chợ";

static STEPS: LazyLock<Vec<Word>> =
    LazyLock::new(|| STEPPED_OVER.split_whitespace().map(Word::new).collect());

static STANCES: Table<Stance> = LazyLock::new(|| {
    let rows: [(&str, Stance); 39] = [
        ("không phải", Stance::Denied),
        ("ko phải", Stance::Denied),
        ("k phải", Stance::Denied),
        ("hổng phải", Stance::Denied),
        ("chẳng phải", Stance::Denied),
        ("không thuộc", Stance::Denied),
        ("liên quan", Stance::Denied),
        ("so với", Stance::Compared),
        ("như", Stance::Compared),
        ("hơn", Stance::Compared),
        ("giống", Stance::Compared),
        ("bằng", Stance::Compared),
        ("tưởng", Stance::Compared),
        ("nhớ", Stance::Compared),
        ("quê", Stance::Home),
        ("gốc", Stance::Home),
        ("quê vợ", Stance::Home),
        ("quê em", Stance::Home),
        ("quê tôi", Stance::Home),
        ("quê tui", Stance::Home),
        ("quê mình", Stance::Home),
        ("quê ngoại", Stance::Home),
        ("quê nội", Stance::Home),
        ("quê chồng", Stance::Home),
        ("về quê", Stance::Home),
        ("hộ khẩu", Stance::Home),
        ("ra", Stance::Toward),
        ("về", Stance::Toward),
        ("đi", Stance::Toward),
        ("lên", Stance::Toward),
        ("xuống", Stance::Toward),
        ("tới", Stance::Toward),
        ("đến", Stance::Toward),
        ("qua", Stance::Toward),
        ("vô", Stance::Toward),
        ("vào", Stance::Toward),
        ("sang", Stance::Toward),
        ("tuyến", Stance::Toward),
        ("công tác", Stance::Toward),
    ];
    table(
        rows.into_iter()
            .map(|(words, stance)| (words.split(' ').collect(), stance)),
    )
});

/// How the sentence stands to what begins at a token.
pub(crate) fn stance(scan: &Scan, token: usize) -> Stance {
    let mut first = token;
    for _ in 0..4 {
        let stepped = first > 0
            && scan.tokens[first].gap < Gap::Comma
            && STEPS.iter().any(|word| scan.is_word(first - 1, word));
        if !stepped {
            break;
        }
        first -= 1;
    }
    match before(scan, first, &STANCES) {
        // Without accents `hơn` is also `hôn`, `bằng` also `bảng`, `tới` also `tối`.
        Some(Stance::Compared | Stance::Toward)
            if scan.unaccented
                && !matches!(scan.fold(first - 1), "nhu" | "giong" | "xuong" | "len") =>
        {
            Stance::Here
        }
        Some(stance) => stance,
        None => Stance::Here,
    }
}
