//! Lists behind the forms: names of the city, everyday words, kinds and their abbreviations.

use super::scan::Scan;
use super::surface::Guard;

/// Names of the city as a whole.
pub(super) const CITY_NAMES: [&str; 22] = [
    "TP.HCM",
    "TPHCM",
    "TP Hồ Chí Minh",
    "thành phố Hồ Chí Minh",
    "Thành phố HCM",
    "HCMC",
    "HCM",
    "Sài Gòn",
    "SG",
    "Saigon",
    "Sài Thành",
    "Sè Gòn",
    "toàn thành phố",
    "toàn TP",
    "thành phố này",
    "thành phố mình",
    "cả thành phố",
    "khắp thành phố",
    "TP",
    "thành phố",
    "thành phố ta",
    "168 phường, xã",
];

/// Other ways to write the word for its kind: `BV`, `KCN`, `QL`.
pub(super) fn kind_variants(name: &str) -> Vec<String> {
    const KINDS: [(&str, &[&str]); 13] = [
        ("bệnh viện ", &["BV ", "viện "]),
        ("đại học ", &["ĐH ", "trường ", "trường ĐH "]),
        ("KCN ", &["khu công nghiệp ", "cụm công nghiệp "]),
        ("KCX ", &["khu chế xuất "]),
        ("KDC ", &["khu dân cư "]),
        ("khu dân cư ", &["KDC "]),
        ("công viên ", &["cv "]),
        ("bến xe ", &["bx "]),
        ("Quốc lộ ", &["QL"]),
        ("Tỉnh lộ ", &["TL", "đường tỉnh "]),
        ("chung cư ", &["cc ", "c/c "]),
        ("ký túc xá ", &["KTX "]),
        ("nút giao ", &["ngã tư ", "vòng xoay "]),
    ];
    KINDS
        .iter()
        .filter_map(|(kind, others)| Some((name.strip_prefix(kind)?, others)))
        .flat_map(|(rest, others)| others.iter().map(move |other| format!("{other}{rest}")))
        .collect()
}

/// Names that are everyday words even with their accents.
const WORDS: [&str; 16] = [
    "hòa bình",
    "bình an",
    "an bình",
    "thành công",
    "độc lập",
    "thống nhất",
    "cộng hòa",
    "tân tiến",
    "bình minh",
    "đất mới",
    "đất đỏ",
    "phong phú",
    "tây nam",
    "chiến lược",
    "tự do",
    "song hành",
];

/// Names that without accents are everyday words: `gia đình`, `bạn có`, `đi ăn`, `cũ bị`. Collected
/// from the training mentions and the VTB treebank.
const BARE_WORDS: [&str; 61] = [
    "ba cu",
    "co bac",
    "ba hom",
    "ban co",
    "di an",
    "tan thanh",
    "cu bi",
    "hoa hoi",
    "dang dung",
    "thang tam",
    "tan da",
    "tan huong",
    "tam long",
    "ba van",
    "thanh hoi",
    "tam thang",
    "hoa thanh",
    "thanh da",
    "tu xuong",
    "cho lon",
    "bac hai",
    "go dau",
    "van cao",
    "lang dai",
    "con dao",
    "dong thanh",
    "thuy van",
    "hiep phu",
    "ba to",
    "tan lam",
    "tam binh",
    "tan lap",
    "an lap",
    "ba hat",
    "dong den",
    "ba dinh",
    "da bac",
    "dat do",
    "binh thang",
    "hung hoa",
    "thanh xuan",
    "ba trieu",
    "minh tan",
    "van than",
    "minh hoa",
    "ki dong",
    "dinh thanh",
    "de tham",
    "dat thanh",
    "dat moi",
    "tai nam",
    "tay nam",
    "an lac",
    "an phu",
    "an dong",
    "thoi an",
    "cay tram",
    "co giang",
    "thu khoa",
    "phong phu",
    "minh thanh",
];

pub(super) fn guard_of(name: &str) -> Guard {
    let lower = name.to_lowercase();
    let scan = Scan::new(name);
    let folded = scan.folded.trim();
    if WORDS.contains(&lower.as_str()) || folded == "gia dinh" {
        Guard::Capital
    } else if BARE_WORDS.contains(&folded) {
        Guard::Accented
    } else {
        Guard::None
    }
}

/// Splits `Phường Bến Thành` into kind and name; the kind is empty when there is none.
pub(crate) fn split_kind(full_name: &str) -> (&str, &str) {
    const KINDS: [&str; 22] = [
        "Thành phố ",
        "Thị trấn ",
        "Đặc khu ",
        "Thị xã ",
        "Phường ",
        "Huyện ",
        "Quận ",
        "Tỉnh ",
        "Xã ",
        "TP. ",
        "TP.",
        "Tp.",
        "TP ",
        "TX. ",
        "TX.",
        "TX ",
        "H. ",
        "H.",
        "Q. ",
        "Q.",
        "thanh pho ",
        "huyen ",
    ];
    KINDS
        .iter()
        .find_map(|kind| {
            let name = full_name.strip_prefix(kind)?;
            Some((kind.trim_end(), name))
        })
        .unwrap_or(("", full_name))
}

/// The number of a numbered ward: 12 for `Phường 12`.
pub(crate) fn ward_number(full_name: &str) -> Option<u8> {
    full_name.strip_prefix("Phường ")?.parse().ok()
}

pub(super) fn number_words(number: u8) -> &'static [&'static str] {
    match number {
        1 => &["nhất", "nhứt", "một"],
        2 => &["nhì", "hai"],
        3 => &["ba"],
        4 => &["tư", "bốn"],
        5 => &["năm"],
        6 => &["sáu"],
        7 => &["bảy", "bẩy"],
        8 => &["tám"],
        9 => &["chín"],
        10 => &["mười"],
        11 => &["mười một"],
        12 => &["mười hai"],
        _ => &[],
    }
}

/// `gv`, `g v` for `Gò Vấp`; used only behind the word for its kind.
pub(super) fn short_forms(name: &str) -> Vec<String> {
    let scan = Scan::new(name);
    let initials = |separator: &str| {
        (0..scan.tokens.len())
            .map(|token| scan.fold(token)[..1].to_owned())
            .collect::<Vec<_>>()
            .join(separator)
    };
    if scan.tokens.len() == 2 {
        vec![initials(""), initials(" ")]
    } else {
        Vec::new()
    }
}
