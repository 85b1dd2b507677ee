//! The shipped classifier on sentences a child would get right, and on input nobody should send.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::data::{TrainingMention, parse_tsv};
use super::*;
use crate::domain::{Channel, Sentiment, Taxonomy, Topic, TopicInfo};
use crate::language::text::fold;

const SHIPPED: &[u8] = include_bytes!("../../../data/classifier.bin");

static CLASSIFIER: LazyLock<Classifier> =
    LazyLock::new(|| Classifier::from_bytes(SHIPPED).unwrap());

fn post(channel: Channel, text: &str) -> ClassifyInput<'_> {
    ClassifyInput {
        channel,
        title: None,
        text,
        ticket_field: None,
        parent: None,
    }
}

fn check(text: &str, topic: Topic, sentiment: Sentiment) {
    let reading = CLASSIFIER.read(&post(Channel::Social, text));
    assert!(reading.is_concern, "taken for noise: {text}");
    assert_eq!(
        (reading.topic, reading.sentiment),
        (topic, sentiment),
        "{text}"
    );
    let plain = fold(text);
    let unaccented = CLASSIFIER.read(&post(Channel::Social, &plain));
    assert_eq!(
        (unaccented.is_concern, unaccented.topic),
        (reading.is_concern, reading.topic),
        "{plain}"
    );
}

#[test]
fn plain_concerns_are_read_with_and_without_accents() {
    use Sentiment::{Negative, Neutral, Positive};
    check(
        "Mưa có nửa tiếng mà nước ngập tới đầu gối, cống nghẹt không ai thông.",
        Topic::Drainage,
        Negative,
    );
    check(
        "Cả tuần nay xe rác không vào hẻm, rác chất đống hôi thối quá trời.",
        Topic::Waste,
        Negative,
    );
    check(
        "Khu mình lại cúp điện từ sáng tới giờ, nóng không chịu nổi.",
        Topic::Power,
        Negative,
    );
    check(
        "Nước máy vàng khè, hôi clo, chảy yếu không lên được bồn.",
        Topic::WaterSupply,
        Negative,
    );
    check(
        "Hàng xóm hát karaoke loa kéo tới nửa đêm, không ai ngủ được.",
        Topic::Noise,
        Negative,
    );
    check(
        "Đèn đường hẻm mình tắt cả tháng, tối om, đi làm về sợ quá.",
        Topic::Lighting,
        Negative,
    );
    check(
        "Xe buýt bỏ trạm hoài, đợi 50 phút không thấy chuyến nào.",
        Topic::PublicTransport,
        Negative,
    );
    check(
        "Mọi người cho hỏi làm căn cước ở phường cần giấy tờ gì vậy?",
        Topic::PublicAdmin,
        Neutral,
    );
    check(
        "Ổ gà trước hẻm đã vá xong, đường êm ru, cảm ơn mấy anh công nhân nhiều.",
        Topic::Road,
        Positive,
    );
    check(
        "Trạm y tế phường phun thuốc muỗi đều, các cô nhiệt tình, cảm ơn trạm y tế.",
        Topic::Health,
        Positive,
    );
}

#[test]
fn plain_noise_is_read_as_noise() {
    for text in [
        "Bán gấp căn hộ 2 phòng ngủ view sông, sổ hồng riêng, giá 3,2 tỷ, liên hệ zalo 0900 000 000.",
        "Chúc cả nhà buổi sáng an lành, nhiều niềm vui và may mắn nhé.",
        "Tối nay đội tuyển đá với Thái Lan, ai xem chung quán cà phê không?",
        "Công thức thịt kho trứng: ướp thịt với nước mắm, thắng nước màu rồi kho lửa nhỏ.",
    ] {
        let reading = CLASSIFIER.read(&post(Channel::Social, text));
        assert!(!reading.is_concern, "taken for a concern: {text}");
    }
}

#[test]
fn a_reply_takes_its_topic_from_its_thread() {
    let root = post(
        Channel::Social,
        "Nước máy ở Phước Kiển đục ngầu, cúp nước ba ngày rồi bà con ơi.",
    );
    let reply = ClassifyInput {
        parent: Some(&root),
        ..post(Channel::Social, "khu tôi cũng vậy")
    };
    let reading = CLASSIFIER.read(&reply);
    assert!(reading.is_concern);
    assert_eq!(reading.topic, Topic::WaterSupply);
}

#[test]
fn what_others_say_of_the_same_firm_settles_the_topic() {
    let texts = [
        "Công ty gỗ Phú Lộc Thành nợ lương công nhân ba tháng, công đoàn chưa trả lời.",
        "Công nhân gỗ Phú Lộc Thành đình công đòi trả lương và bảo hiểm xã hội.",
        "Ra cổng gỗ Phú Lộc Thành từ sáng, vẫn chưa thấy ai nói gì.",
    ];
    // A pair is rare only among many mentions.
    let fillers = (0..60).map(|index| format!("tin số{index} khác{index} hẳn{index}"));
    let fillers = fillers.collect::<Vec<_>>();
    let all = texts.into_iter().chain(fillers.iter().map(String::as_str));
    let inputs = all
        .map(|text| post(Channel::Social, text))
        .collect::<Vec<_>>();
    let together = CLASSIFIER.read_all(&inputs);
    assert_eq!(together[2].topic, Topic::Welfare);
    let alone = CLASSIFIER.read(&inputs[0]);
    assert_eq!(CLASSIFIER.read_all(&inputs[..1]), [alone]);
    assert!(CLASSIFIER.read_all(&[]).is_empty());
}

#[test]
fn probabilities_add_up() {
    let reading = CLASSIFIER.read(&post(Channel::Press, "Kẹt xe kéo dài ở cầu Tân Thuận."));
    let sum = reading
        .sentiment_probabilities
        .as_array()
        .iter()
        .sum::<f32>();
    assert!((sum - 1.0).abs() < 1e-4);
    assert!((0.0..=1.0).contains(&reading.concern_probability));
    assert!((0.0..=1.0).contains(&reading.topic_probability));
}

#[test]
fn damaged_files_are_named() {
    let error = Classifier::from_bytes(b"GIF89a").unwrap_err();
    assert!(
        error.to_string().contains("classifier model file"),
        "{error}"
    );
    for cut in [0, 7, 8, 15, 16, 100, SHIPPED.len() / 2, SHIPPED.len() - 1] {
        let error = Classifier::from_bytes(&SHIPPED[..cut]).unwrap_err();
        assert!(
            error.to_string().contains("classifier model file"),
            "{error}"
        );
    }
    for at in [16, 20, 5_000, SHIPPED.len() - 1] {
        let mut bytes = SHIPPED.to_vec();
        bytes[at] ^= 0x40;
        let error = Classifier::from_bytes(&bytes).unwrap_err();
        assert!(matches!(error, ModelError::Damaged(_)), "{error}");
    }
}

fn small_corpus() -> Vec<TrainingMention> {
    let lines = [
        "social\tdrainage\tnegative\t\t\t\t\t\tNgập tới đầu gối, cống nghẹt\t",
        "social\tdrainage\tnegative\t\t\t\t\t\thẻm tui cũng ngập\t\t^",
        "social\tnone\t\t\t\t\t\t\txin link áo mưa chị ơi\t\t^",
        "hotline\twaste\tpositive\t\t\t\t\tCảm ơn\tRác đã lấy sạch, cảm ơn\tMôi trường",
        "social\tnone\t\t\t\t\t\t\tBán căn hộ giá rẻ, liên hệ zalo\t",
        "press\twaste\tneutral\t\t\t\t\tĐổi lịch lấy rác\tPhường đổi lịch lấy rác từ tuần sau\t",
    ];
    let (mentions, complaints) = parse_tsv(&lines.join("\n"));
    assert!(complaints.is_empty());
    mentions
}

fn taxonomy() -> Taxonomy {
    let info = |topic: Topic| TopicInfo {
        topic,
        name_vi: String::new(),
        name_en: String::new(),
        description: String::new(),
        lexicon: vec![topic.code().replace('_', " ")],
    };
    Taxonomy::new(Topic::ALL.map(info).to_vec()).unwrap()
}

#[test]
fn training_is_repeatable_and_its_bytes_read_back() {
    let parameters = TrainParameters {
        min_mentions: 1,
        ..TrainParameters::default()
    };
    let mentions = small_corpus();
    let trained = train(&mentions, &taxonomy(), &parameters);
    assert_eq!(
        trained.bytes,
        train(&mentions, &taxonomy(), &parameters).bytes
    );
    assert_eq!(trained.report.n_noise, 2);
    assert_eq!(trained.report.n_replies, 2);
    assert_eq!(trained.report.held_out.len(), mentions.len());
    let classifier = Classifier::from_bytes(&trained.bytes).unwrap();
    let again = Classifier::from_bytes(&trained.bytes).unwrap();
    assert_eq!(classifier.version(), again.version());
    let reading = classifier.read(&mentions[0].said.as_input(None));
    assert_eq!(reading.topic, Topic::Drainage);
}

#[test]
fn training_on_nothing_still_gives_a_file() {
    let trained = train(&[], &taxonomy(), &TrainParameters::default());
    let classifier = Classifier::from_bytes(&trained.bytes).unwrap();
    let reading = classifier.read(&post(Channel::Social, "ngập"));
    assert!(reading.concern_probability.is_finite());
}

proptest! {
    #[test]
    fn any_text_is_read(title in ".*", text in ".*", field in ".*", above in ".*") {
        let root = post(Channel::Social, &above);
        let input = ClassifyInput {
            channel: Channel::Hotline,
            title: Some(&title),
            text: &text,
            ticket_field: Some(&field),
            parent: Some(&root),
        };
        let reading = CLASSIFIER.read(&input);
        prop_assert!(reading.concern_probability.is_finite());
        prop_assert!(reading.topic_probability.is_finite());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut file = b"LNCLASS2".to_vec();
        file.extend(&bytes);
        prop_assert!(Classifier::from_bytes(&file).is_err());
        prop_assert!(Classifier::from_bytes(&bytes).is_err());
    }
}
