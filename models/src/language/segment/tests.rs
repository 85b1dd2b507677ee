use super::*;
use proptest::prelude::*;

/// A few sentences, so that training in tests takes no time.
fn sentences() -> Vec<Vec<&'static str>> {
    [
        "học sinh|đi|học|ở|Sài Gòn|.",
        "người dân|phản ánh|đường|ngập nước|.",
        "học sinh|phản ánh|với|người dân|.",
        "ông|Nguyễn Văn An|là|người dân|Sài Gòn|.",
        "nước|ngập|đường|đi|học|.",
    ]
    .iter()
    .map(|line| line.split('|').collect())
    .collect()
}

const WORDS: [&str; 5] = ["học sinh", "người dân", "phản ánh", "Sài Gòn", "ngập nước"];

fn trained() -> Vec<u8> {
    train(&sentences(), &WORDS, &[], &Parameters::default()).unwrap()
}

#[test]
fn learns_the_words_it_was_shown() {
    let segmenter = Segmenter::from_bytes(&trained()).unwrap();
    for words in sentences() {
        assert_eq!(segmenter.segment(&words.join(" ")), words);
    }
    assert_eq!(
        joined(&segmenter.segment("Học sinh phản ánh, người dân.\nSài Gòn")),
        "Học_sinh phản_ánh , người_dân . Sài_Gòn"
    );
}

#[test]
fn training_twice_gives_the_same_bytes() {
    assert_eq!(trained(), trained());
}

#[test]
fn bad_models_are_refused() {
    let model = trained();
    let error = |bytes: &[u8]| Segmenter::from_bytes(bytes).err();
    assert_eq!(error(b""), Some(SegmenterError::Format));
    assert_eq!(error(&model[1..]), Some(SegmenterError::Format));
    assert!(matches!(
        error(&model[..model.len() - 1]),
        Some(SegmenterError::Size { .. })
    ));
    let none: [Vec<&str>; 0] = [];
    assert_eq!(
        train(&none, &WORDS, &[], &Parameters::default()),
        Err(SegmenterError::NoSentences)
    );
}

#[test]
fn cuts_numbers_names_and_marks_as_the_treebank_does() {
    let segmenter = Segmenter::from_bytes(&trained()).unwrap();
    for (text, expected) in [
        (
            "giá 3.000 đồng/kg,tăng 95%.",
            "giá 3.000 đồng / kg , tăng 95% .",
        ),
        (
            "(TP.HCM) q.1 ngày 20/11...",
            "( TP.HCM ) q.1 ngày 20/11 ...",
        ),
        (
            "GD-ĐT xem https://a.vn/b?c=1.",
            "GD-ĐT xem https://a.vn/b?c=1 .",
        ),
    ] {
        assert_eq!(joined(&segmenter.segment(text)), expected);
    }
}

#[test]
fn the_shipped_model_knows_the_city() {
    let segmenter = Segmenter::from_bytes(include_bytes!("../../../data/segmenter.bin")).unwrap();
    for (text, expected) in [
        (
            "Học sinh phường Thủ Dầu Một phản ánh ô nhiễm.",
            "Học_sinh phường Thủ_Dầu_Một phản_ánh ô_nhiễm .",
        ),
        ("công nhân đi xe máy", "công_nhân đi xe_máy"),
        ("cong nhan di xe may", "cong_nhan di xe_may"),
    ] {
        assert_eq!(joined(&segmenter.segment(text)), expected);
    }
}

proptest! {
    #[test]
    fn words_and_white_space_rejoin(text in any::<String>(), vietnamese in "[a-zA-ZđưạốÌ.,:/\\-0-9 \n]{0,60}") {
        let segmenter = Segmenter::from_bytes(&model()).unwrap();
        for text in [text, vietnamese] {
            let words = segmenter.segment(&text);
            let solid = |text: &str| text.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).collect::<String>();
            prop_assert_eq!(solid(&words.concat()), solid(&text));
            if !text.contains(char::is_control) {
                prop_assert_eq!(joined(&words), segmenter.line(&text));
            }
        }
    }
}

/// A model without knowledge, quickly made.
fn model() -> Vec<u8> {
    static MODEL: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(trained);
    MODEL.clone()
}
