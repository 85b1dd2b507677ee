//! Near-duplicates: a 64-bit SimHash over word 3-grams finds candidates, Jaccard verifies them.

use super::text::{fold, syllables};

/// Words in a shingle.
const SHINGLE: usize = 3;

/// Bits in which the fingerprints of near-duplicates may differ; short texts need the most.
pub const CANDIDATE_DISTANCE: u32 = 12;

/// Share of common shingles from which two texts are one (the reprint changes a few words).
pub const DUPLICATE_JACCARD: f64 = 0.7;

/// The 64-bit SimHash of a text: similar texts differ in few bits.
///
/// It reads folded words, so that case, accents, punctuation and spacing do not matter. A text
/// without words has the fingerprint 0. The value is stored, so that it must never change.
///
/// ```
/// use models::language::fingerprint::{hamming, simhash};
/// let one = simhash("Đường Lê Văn Lương ngập sâu sau mưa, xe chết máy hàng loạt");
/// let two = simhash("đường Lê Văn Lương ngập sâu sau mưa , xe chết máy hàng loạt!");
/// assert_eq!(hamming(one, two), 0);
/// ```
pub fn simhash(text: &str) -> u64 {
    let shingles = shingles(text);
    if shingles.is_empty() {
        return 0;
    }
    let mut balance = [0_i64; 64];
    for shingle in &shingles {
        for (bit, sum) in balance.iter_mut().enumerate() {
            *sum += if shingle >> bit & 1 == 1 { 1 } else { -1 };
        }
    }
    balance
        .iter()
        .enumerate()
        .fold(0, |print, (bit, &sum)| print | u64::from(sum > 0) << bit)
}

/// Bits in which two fingerprints differ, 0 to 64.
pub fn hamming(one: u64, other: u64) -> u32 {
    (one ^ other).count_ones()
}

/// Share of word 3-grams two texts have in common, 0 to 1; 1 for two texts without words.
///
/// ```
/// use models::language::fingerprint::jaccard;
/// assert!((jaccard("ngập ở quận 7", "ngap o quan 7") - 1.0).abs() < 1e-9);
/// assert!(jaccard("rác không ai dọn", "kẹt xe ở cầu Kênh Tẻ") < 0.01);
/// ```
pub fn jaccard(one: &str, other: &str) -> f64 {
    let (one, other) = (shingles(one), shingles(other));
    let n_common = one
        .iter()
        .filter(|shingle| other.binary_search(shingle).is_ok())
        .count();
    let n_all = one.len() + other.len() - n_common;
    if n_all == 0 {
        1.0
    } else {
        n_common as f64 / n_all as f64
    }
}

/// Whether two texts are one story: fingerprints close and enough shingles in common. Give the
/// fingerprints as stored, so that most pairs cost one exclusive or.
pub fn is_near_duplicate(one: (&str, u64), other: (&str, u64)) -> bool {
    hamming(one.1, other.1) <= CANDIDATE_DISTANCE && jaccard(one.0, other.0) >= DUPLICATE_JACCARD
}

/// Hashes of the distinct word 3-grams of a text, sorted; a shorter text is one shingle.
pub fn shingles(text: &str) -> Vec<u64> {
    let words: Vec<u64> = syllables(text)
        .map(|word| hash(fold(word).as_bytes()))
        .collect();
    let mut found: Vec<u64> = if words.len() < SHINGLE && !words.is_empty() {
        vec![combine(&words)]
    } else {
        words.windows(SHINGLE).map(combine).collect()
    };
    found.sort_unstable();
    found.dedup();
    found
}

fn combine(words: &[u64]) -> u64 {
    words
        .iter()
        .fold(0, |sum, word| mix(sum.rotate_left(21) ^ word))
}

/// FNV-1a: fixed for ever, unlike the hashers of libraries.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, &byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Spreads a hash over all bits (the finaliser of SplitMix64).
fn mix(value: u64) -> u64 {
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STORY: &str = "Chiều 12-11, triều cường dâng cao kết hợp mưa lớn khiến đường Trần Xuân \
        Soạn ngập sâu nửa mét, hàng trăm xe máy chết máy, người dân phải dắt bộ về nhà. Đơn vị \
        thoát nước đã đặt hai máy bơm công suất nhỏ nhưng nước rút chậm.";

    #[test]
    fn reprints_are_near_and_other_stories_far() {
        let reprint = STORY
            .replace("nửa mét", "gần nửa mét")
            .replace("về nhà", "qua đoạn ngập");
        let other = "Phường Tân Định tặng mỗi phòng trọ một bình chữa cháy và cái thang dây, công \
            an dạy cách giật chốt, bà con trong hẻm rất vui vì chưa từng thấy chuyện này.";
        let print = |text| (text, simhash(text));
        assert!(is_near_duplicate(print(STORY), print(&reprint)));
        assert!(!is_near_duplicate(print(STORY), print(other)));
        assert!(hamming(simhash(STORY), simhash(other)) > CANDIDATE_DISTANCE);
    }

    #[test]
    fn fingerprints_stay_what_they_are() {
        assert_eq!(simhash(""), 0);
        assert_eq!(simhash("ngập nước"), simhash("NGAP NUOC"));
        assert_eq!(simhash("đường ngập nước quá"), 0xa002_4462_a134_0800);
    }

    proptest! {
        #[test]
        fn a_text_is_its_own_duplicate(text in any::<String>()) {
            let print = simhash(&text);
            prop_assert!(is_near_duplicate((&text, print), (&text, print)));
        }
    }
}
