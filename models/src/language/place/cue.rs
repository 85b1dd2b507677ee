//! Small words around a name that say what it is and how the sentence stands to it.

use std::sync::LazyLock;

use super::scan::{Gap, Scan};

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
    /// Khu, ấp, khu phố.
    Area,
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
}

/// The marker before a token.
pub(crate) fn marker_before(scan: &Scan, token: usize) -> Marker {
    let before = scan.before(token, 1);
    let two_before = scan.before(token, 2);
    match (two_before, before) {
        ("dac", "khu") => Marker::Zone,
        (_, "khu" | "kdc" | "ap" | "kp") | ("khu", "pho") | ("dan", "cu") | ("do", "thi") => {
            Marker::Area
        }
        ("thi", "tran") | (_, "tt") => Marker::Town,
        ("thi", "xa") | ("thanh", "pho") | (_, "tx" | "tp") => Marker::City,
        (_, "phuong" | "p" | "f" | "ph") => Marker::Ward,
        (_, "xa" | "x") | ("xa", "dao") => Marker::Commune,
        (_, "quan" | "q" | "qan" | "wan" | "huyen" | "h") => Marker::District,
        (_, "tinh") => Marker::Province,
        (_, "duong" | "d" | "dg" | "hem" | "ngo" | "pho" | "lo") => Marker::Street,
        _ if is_house_number(scan, token) => Marker::Street,
        _ => Marker::None,
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
    let slashed = number && before > 0 && scan.tokens[before].gap == Gap::Joint;
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
        "cu" => !scan.tokens[end].accented || scan.tokens[end].key == *OLD_KEY,
        "truoc" => matches!(near(1), "dai" | "day" | "kia"),
        "hoi" => near(1) == "truoc",
        _ => false,
    }
}

/// Tells `cũ` from `củ`, `cú` and `cư`.
static OLD_KEY: LazyLock<u64> = LazyLock::new(|| Scan::new("cũ").tokens[0].key);

/// Whether a joining word stands right before a token.
pub(crate) fn is_and(scan: &Scan, token: usize) -> bool {
    token > 0 && matches!(scan.fold(token - 1), "va" | "voi" | "cung" | "hay" | "hoac")
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

/// How the sentence stands to what begins at a token.
pub(crate) fn stance(scan: &Scan, token: usize) -> Stance {
    // Step over the words between the cue and the name: `không phải ở phường …`.
    const STEPPED_OVER: [&str; 22] = [
        "o", "tai", "ben", "khu", "phuong", "p", "xa", "quan", "q", "huyen", "tp", "pho", "thanh",
        "tinh", "duoi", "ngoai", "tren", "cho", "hoi", "la", "cai", "duong",
    ];
    let mut first = token;
    for _ in 0..4 {
        let before = scan.before(first, 1);
        if before.is_empty() || !STEPPED_OVER.contains(&before) {
            break;
        }
        first -= 1;
    }
    match (scan.before(first, 2), scan.before(first, 1)) {
        ("khong" | "ko" | "k" | "hong" | "hk" | "chang", "phai" | "thuoc") | ("lien", "quan") => {
            Stance::Denied
        }
        ("so", "voi") | (_, "nhu" | "hon" | "giong" | "bang" | "tuong") => Stance::Compared,
        (_, "que" | "goc")
        | ("que", "vo" | "em" | "toi" | "tui" | "minh" | "ngoai" | "noi" | "chong") => Stance::Home,
        _ => Stance::Here,
    }
}
