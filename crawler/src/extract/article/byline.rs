//! Lines that name who wrote, photographed or edited an article. No author is kept, so they must not
//! stay behind as the last line of the text either.

/// Phrases of credits, in lower case.
const CREDITS: &[&str] = &[
    "contributed to this report",
    "contributed reporting",
    "reporting by ",
    "editing by ",
    "follow us on ",
    "follow him on ",
    "follow her on ",
    "follow them on ",
    "our standards:",
    "originally published on",
    "originally appeared on",
    "bài, ảnh:",
    "bài và ảnh:",
    "ảnh, clip:",
    "tin, ảnh:",
    "thực hiện:",
    "nội dung:",
    "thiết kế:",
    "đồ họa:",
    "(theo ",
];

/// Whether a short line among the last ones says whose work it is.
pub(super) fn is_credit(line: &str) -> bool {
    let lower = line.to_lowercase();
    let starts = lower.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '(');
    CREDITS.iter().any(|phrase| {
        starts.starts_with(phrase)
            || (phrase.is_ascii() && phrase.len() > 12 && lower.contains(phrase))
    })
}

/// What stands around names in a byline.
const AROUND_NAMES: &[&str] = &[
    "(thực hiện)",
    "(tổng hợp)",
    "(ghi)",
    "(dịch)",
    "(lược dịch)",
    "(lược ghi)",
    "(biên dịch)",
    "thực hiện",
    "tổng hợp",
    "lược dịch",
    "theo",
    "tác giả:",
    "nguồn:",
    "ảnh:",
    "pv",
];

/// Those who sign without a name, in lower case.
const DESKS: &[&str] = &[
    "nhóm phóng viên",
    "nhóm pv",
    "phóng viên",
    "ban thời sự",
    "ban biên tập",
    "tòa soạn",
    "bạn đọc",
    "p.v",
    "pv",
];

/// The longest line of names: three authors and a desk.
const MAX_BYLINE_CHARS: usize = 70;
const MAX_NAMES: usize = 5;

/// Whether a line is nothing but names as the Vietnamese press signs its articles: `Minh An`,
/// `HẢI YẾN - Đ.T.`, `Anh Minh (tổng hợp)`, `Theo Báo Ví Dụ`.
pub(super) fn is_byline(line: &str) -> bool {
    let line = line.trim();
    let n_chars = line.chars().count();
    let ends_open = line.ends_with(['?', '!', ':', ';', '…', '"', '”']);
    let ends_as_initial = line.chars().rev().nth(1).is_some_and(char::is_uppercase);
    if n_chars > MAX_BYLINE_CHARS || ends_open || (line.ends_with('.') && !ends_as_initial) {
        return false;
    }
    if DESKS.contains(&line.to_lowercase().as_str()) {
        return true;
    }
    let mut rest = line.to_owned();
    for around in AROUND_NAMES {
        rest = without_word(&rest, around);
    }
    let names: Vec<&str> = rest
        .split(['-', '–', ',', '/', '&', '|', '(', ')'])
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let n_words: usize = names
        .iter()
        .map(|name| name.split_whitespace().count())
        .sum();
    let was_cut = rest.len() < line.len();
    (was_cut || n_words >= 2 || line.contains('.'))
        && !names.is_empty()
        && names.len() <= MAX_NAMES
        && names.iter().all(|name| is_name(name))
}

/// Cuts a word at the beginning or the end of a line, whatever its case.
fn without_word(line: &str, word: &str) -> String {
    let lower = line.to_lowercase();
    // Case folding may change lengths; then positions would not fit.
    if lower.len() != line.len() {
        return line.to_owned();
    }
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    if lower.ends_with(word) && is_edge(lower[..lower.len() - word.len()].chars().next_back()) {
        return line[..line.len() - word.len()].trim().to_owned();
    }
    if lower.starts_with(word) && is_edge(lower[word.len()..].chars().next()) {
        return line[word.len()..].trim().to_owned();
    }
    line.to_owned()
}

/// One to six words that each begin with a capital, with no digit among them.
fn is_name(name: &str) -> bool {
    let mut words = name.split_whitespace();
    words.clone().count() <= 6
        && words.all(|word| {
            word.chars().next().is_some_and(char::is_uppercase)
                && !word.chars().any(|c| c.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_names() {
        for line in [
            "Minh An",
            "HẢI YẾN - Đ.T.",
            "Anh Minh (tổng hợp)",
            "Đỗ Hương (thực hiện)",
            "Theo Báo Ví Dụ",
            "P.V",
            "Hà Khánh/VOV-TP.HCM",
        ] {
            assert!(is_byline(line), "{line}");
        }
    }

    #[test]
    fn leaves_sentences_alone() {
        for line in [
            "Mỗi tháng một lần",
            "Nước vẫn chưa rút.",
            "Anh Minh nói vậy",
            "Khu phố 3",
            "Ai chịu trách nhiệm?",
            "Xin",
        ] {
            assert!(!is_byline(line), "{line}");
        }
    }

    #[test]
    fn knows_credits() {
        assert!(is_credit("(Reporting by A. B.; Editing by C. D.)"));
        assert!(is_credit("Bài, ảnh: HẢI YẾN"));
        assert!(!is_credit("The report was written by the council."));
    }
}
