use super::*;
use crate::language::text::fold;
use proptest::prelude::*;

/// A few sentences, so that training in tests takes no time.
const TEXTS: [&str; 5] = [
    "Đường ngập nước, người dân phản ánh nhiều lần.",
    "Người dân ở phường Thủ Đức đi đường Võ Văn Ngân.",
    "Nước ngập cả tuần rồi mà không ai sửa.",
    "Phản ánh của người dân đã được trả lời.",
    "Bà con ba nhà bên đường đã than phiền.",
];

const WORDS: [&str; 4] = ["phản ánh", "người dân", "ô nhiễm", "bất hợp pháp"];

fn trained() -> Vec<u8> {
    let texts = TEXTS.map(String::from);
    let words = WORDS.map(String::from);
    let frequencies = [("bà".to_string(), 90.0), ("ba".to_string(), 30.0)];
    let sources = Sources {
        texts: &texts,
        words: &words,
        headwords: &[],
        frequencies: &frequencies,
    };
    // Many passes: the sentences are few and every feature of them counts.
    let parameters = Parameters {
        n_passes: 30,
        ..Parameters::default()
    };
    train(sources, &parameters).unwrap()
}

fn small() -> &'static [u8] {
    static MODEL: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(trained);
    &MODEL
}

fn shipped() -> &'static Restorer {
    static RESTORER: std::sync::LazyLock<Restorer> = std::sync::LazyLock::new(|| {
        Restorer::from_bytes(include_bytes!("../../../data/restorer.bin")).unwrap()
    });
    &RESTORER
}

/// Accents off, case kept; letters that do not come apart stay.
fn strip(text: &str) -> String {
    text.chars()
        .flat_map(|letter| {
            let folded = fold(letter.encode_utf8(&mut [0; 4]));
            let cased = if letter.is_uppercase() {
                folded.to_uppercase()
            } else {
                folded
            };
            cased.chars().collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn learns_the_accents_it_was_shown() {
    let restorer = Restorer::from_bytes(small()).unwrap();
    for text in TEXTS {
        assert_eq!(restorer.restore(&strip(text)), text);
    }
    // Known from the dictionary alone.
    assert_eq!(restorer.restore("o nhiem"), "ô nhiễm");
}

#[test]
fn the_same_input_trains_the_same_bytes() {
    assert_eq!(trained(), small());
}

#[test]
fn bad_models_are_refused() {
    let model = small();
    let error = |bytes: &[u8]| Restorer::from_bytes(bytes).err();
    assert_eq!(error(b""), Some(RestorerError::Format));
    assert_eq!(error(&model[1..]), Some(RestorerError::Format));
    assert!(matches!(
        error(&model[..model.len() - 1]),
        Some(RestorerError::Size { .. })
    ));
    let none = Sources {
        texts: &[],
        words: &[],
        headwords: &[],
        frequencies: &[],
    };
    assert_eq!(
        train(none, &Parameters::default()),
        Err(RestorerError::NoText)
    );
}

#[test]
fn the_shipped_model_reads_posts() {
    let restored = shipped().restore("Duong Le Van Luong ngap, nguoi dan phan anh nhieu lan.");
    assert!(restored.starts_with("Đường Lê Văn Lương"), "{restored}");
    assert!(restored.contains("người dân phản ánh"), "{restored}");
    // Words with accents, numbers and addresses stay.
    let given = "đường ngập 3 lần, https://duong.vn/ngap";
    assert_eq!(shipped().restore(given), given);
}

#[test]
fn a_text_without_marks_is_read_to_its_end() {
    let restored = shipped().restore(&"duong ngap nuoc ".repeat(200_000));
    assert!(restored.ends_with("đường ngập nước "));
}

proptest! {
    #[test]
    fn letters_stay_and_given_accents_too(
        text in any::<String>(),
        typed in "[a-zA-Zđưạốô.,:/#@\\-0-9 \n]{0,60}",
    ) {
        for text in [text, typed] {
            let restored = shipped().restore(&text);
            prop_assert_eq!(strip(&restored), strip(&text));
            // What is not ASCII was given and stands as it was.
            let given = |text: &str| text.split_whitespace().filter(|word| !word.is_ascii()).map(String::from).collect::<Vec<_>>();
            let kept = given(&restored);
            prop_assert!(given(&text).iter().all(|word| !word.chars().all(char::is_alphabetic) || kept.contains(word)));
        }
    }

    #[test]
    fn syllables_without_accents_lose_nothing(typed in "[a-z]{1,7}( [a-zA-Z]{1,7}){0,12}") {
        let restored = shipped().restore(&typed);
        prop_assert_eq!(strip(&restored), typed.clone());
        prop_assert_eq!(restored.chars().count(), typed.chars().count());
    }
}
