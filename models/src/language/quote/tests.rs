use super::*;
use crate::domain::{MentionId, SourceId};
use proptest::prelude::*;

fn mention(channel: Channel, title: Option<&str>, text: &str) -> Mention {
    Mention {
        id: MentionId::new("m"),
        channel,
        source: SourceId::new("s"),
        url: None,
        published_at: None,
        title: title.map(str::to_owned),
        text: text.to_owned(),
        parent: None,
        engagement: None,
        ticket: None,
        capture: None,
    }
}

fn check(mentions: &[Mention], expected: Option<(&str, usize)>) {
    let group: Vec<&Mention> = mentions.iter().collect();
    let title = title_of(&group);
    assert_eq!(
        title.as_ref().map(|(text, index)| (text.as_str(), *index)),
        expected
    );
}

#[test]
fn a_headline_comes_before_a_shout() {
    check(
        &[
            mention(
                Channel::Social,
                None,
                "NGẬP NỮA RỒI TRỜI ƠI!!! Trần Xuân Soạn thành sông",
            ),
            mention(
                Channel::Press,
                Some("Triều cường gây ngập đường Trần Xuân Soạn, người dân dắt bộ"),
                "Chiều 12-11, nước dâng nửa mét trên đường Trần Xuân Soạn.",
            ),
            mention(
                Channel::Social,
                None,
                "tui đi ngang Trần Xuân Soạn ngập tới yên xe",
            ),
        ],
        Some(("Triều cường gây ngập đường Trần Xuân Soạn", 1)),
    );
}

#[test]
fn placeholders_never_stand_in_a_title() {
    check(
        &[mention(
            Channel::Hotline,
            Some("[tên] phản ánh rác ùn ứ trước hẻm 128"),
            "Tôi là [tên], số [điện thoại]. Rác ùn ứ trước hẻm 128 ba ngày chưa ai lấy.",
        )],
        Some(("phản ánh rác ùn ứ trước hẻm 128", 0)),
    );
    check(&[mention(Channel::Social, None, "[tên] [số]")], None);
    check(&[], None);
}

#[test]
fn a_mention_gives_a_title_of_twelve_words() {
    let check = |channel, title, text: &str, expected: Option<&str>| {
        assert_eq!(headline_of(&mention(channel, title, text)), expected);
    };
    check(
        Channel::Hotline,
        Some("Trụ điện nghiêng."),
        "Trụ điện đầu hẻm nghiêng.",
        Some("Trụ điện nghiêng"),
    );
    check(
        Channel::Press,
        Some("Xe container va xe máy ở vòng xoay Mỹ Thủy, một sinh viên bị thương nặng"),
        "Sáng nay.",
        Some("Xe container va xe máy ở vòng xoay Mỹ Thủy"),
    );
    check(
        Channel::Social,
        None,
        "Trời ơi là trời!!! Đèn đường Lê Đức Thọ tắt hết, tui đi làm về khuya mà run luôn á",
        Some("Đèn đường Lê Đức Thọ tắt hết"),
    );
    check(Channel::Social, None, "[tên] [số]", None);
}

#[test]
fn telling_sentences_are_distinct() {
    let mentions = [
        mention(
            Channel::Social,
            None,
            "Rác chất đống ở chợ Bà Chiểu ba ngày nay. Chán quá trời!",
        ),
        mention(
            Channel::Social,
            None,
            "Rác chất đống ở chợ Bà Chiểu ba ngày nay, hôi thối cả khu.",
        ),
        mention(
            Channel::Hotline,
            None,
            "Đơn vị thu gom nói xe hư từ thứ hai nên chưa lấy rác chợ Bà Chiểu.",
        ),
    ];
    let group: Vec<&Mention> = mentions.iter().collect();
    let found = telling_sentences(&group, 2);
    assert_eq!(found.len(), 2);
    assert_eq!(
        found
            .iter()
            .map(|(_, index)| *index == 2)
            .filter(|is| *is)
            .count(),
        1,
        "{found:?}"
    );
}

proptest! {
    #[test]
    fn titles_stand_in_their_mention(titles in proptest::collection::vec(any::<Option<String>>(), 0..4), text in "\\PC{0,200}") {
        let mentions: Vec<Mention> = titles
            .iter()
            .map(|title| mention(Channel::Press, title.as_deref(), &text))
            .collect();
        let group: Vec<&Mention> = mentions.iter().collect();
        if let Some((title, index)) = title_of(&group) {
            let source = &mentions[index];
            prop_assert!(source.text.contains(&title) || source.title.as_ref().is_some_and(|own| own.contains(&title)));
            prop_assert!(title.split_whitespace().count() <= MAX_TITLE_WORDS);
            prop_assert!(!title.contains('['));
        }
        for source in &mentions {
            if let Some(title) = headline_of(source) {
                prop_assert!(source.text.contains(title) || source.title.as_ref().is_some_and(|own| own.contains(title)));
                prop_assert!(title.split_whitespace().count() <= MAX_TITLE_WORDS);
                prop_assert!(!title.contains('['));
            }
        }
        for (sentence, index) in telling_sentences(&group, 3) {
            prop_assert!(mentions[index].text.contains(sentence));
        }
    }
}
