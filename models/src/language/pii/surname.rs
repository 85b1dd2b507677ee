//! Surnames of the country: Kinh, Hoa, Khmer, Chăm and highland peoples.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::language::place::scan::{Scan, Token};

const SURNAMES: &str = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý \
    Đào Đoàn Vương Trịnh Trương Đinh Lâm Phùng Mai Tô Hà Tạ Cao Thái Châu Lương Lưu Quách Chu \
    Tống Tăng Triệu La Kiều Thạch Danh Sơn Kim Kha Lục Bạch Mạc Nghiêm Ninh Văn Doãn Đàm Đồng Giang \
    Hứa Từ Viên Khổng Khưu Lại Lữ Lư Lã Liêu Nhan Nhữ Phó Quản Sầm Tào Tiêu Tôn Thân Thi Thôi \
    Trà Ung Ứng Vi Vòng Vưu Bành Cát Cù Cung Chung Chương Diệp Điểu Đổng Hầu Hạ Hình Khúc Lò \
    Lỗ Lộc Lường Mã Mẫn Nông Ngũ Ngụy Ôn Phí Phương Quan Sử Sùng Tất Tề Thẩm Thiều Thịnh Tòng Trang \
    Trình Úng Viêm Xa Yên Âu Bế Biện Bồ Ca Chiêm Chế Cầm Công Đái Đậu Đới Giàng Giáp Hàn Kỷ Kông \
    Lạc Lều Linh Lò Ma Neang Chau Nhâm Ngân Ngọ Nhiêu Phú Phù Quàng Rơ Siu Ksor Rmah Rcom Nay \
    Kpă Hồng Tưởng Triều Trác Trầm Từ Thiệu Vạn Vừ Thào Vàng Mùa Lầu Ngạc Giản Đăng Huyền Uông";

/// Folded spelling → keys with accents.
static BY_FOLD: LazyLock<FxHashMap<String, FxHashSet<u64>>> = LazyLock::new(|| {
    let mut by_fold: FxHashMap<String, FxHashSet<u64>> = FxHashMap::default();
    for surname in SURNAMES.split_whitespace() {
        let scan = Scan::new(surname);
        if let Some(token) = scan.tokens.first() {
            let keys = by_fold.entry(scan.fold(0).to_owned()).or_default();
            keys.insert(token.key);
        }
    }
    by_fold
});

/// The most common surnames, in folded spelling.
const COMMON: [&str; 22] = [
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vo", "vu", "dang", "bui", "do",
    "ngo", "duong", "li", "dao", "doan", "trinh", "truong", "dinh", "lam", "phung",
];

/// Of those, the ones that are hardly ever another word without accents.
const PLAIN: [&str; 7] = [
    "nguyen", "tran", "pham", "huynh", "trinh", "hoang", "truong",
];

/// Whether a token is spelled like a surname. In a text with accents only common ones may lack theirs.
pub(super) fn is_surname(folded: &str, token: &Token, unaccented: bool) -> bool {
    let Some(keys) = BY_FOLD.get(folded) else {
        return false;
    };
    let bare = !token.accented && (unaccented || is_common(folded));
    bare || keys.contains(&token.key)
}

/// Whether a surname is among the most common ones.
pub(super) fn is_common(folded: &str) -> bool {
    COMMON.contains(&folded)
}

/// Whether a surname cannot well be another word.
pub(super) fn is_plain(folded: &str) -> bool {
    PLAIN.contains(&folded)
}
