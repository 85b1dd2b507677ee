//! Which posts of the whole network are of interest: Vietnamese ones about the city.

use crate::sources::ticket_words::folded;

/// Letters that Vietnamese has and its neighbours in the Latin alphabet have not.
const LETTERS: &str = "ơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ";

/// So many of them make a text Vietnamese: a name in a foreign text may have one.
const LETTERS_MIN: usize = 2;

pub(super) struct Filter {
    /// Folded, with a blank on either side.
    keywords: Vec<String>,
}

impl Filter {
    pub(super) fn new(keywords: &[String]) -> Self {
        let keywords = keywords.iter().map(|word| folded(word));
        Self {
            keywords: keywords
                .filter(|word| !word.is_empty())
                .map(|word| format!(" {word} "))
                .collect(),
        }
    }

    /// By what the author declared, or by the letters.
    pub(super) fn is_vietnamese(text: &str, languages: &[String]) -> bool {
        let is_declared = languages
            .iter()
            .any(|language| language == "vi" || language.starts_with("vi-"));
        is_declared
            || text
                .chars()
                .flat_map(char::to_lowercase)
                .filter(|letter| LETTERS.contains(*letter))
                .nth(LETTERS_MIN - 1)
                .is_some()
    }

    /// Whether one of the words stands in it, with or without accents; always when there is none.
    pub(super) fn is_about(&self, text: &str) -> bool {
        let text = format!(" {} ", folded(text));
        self.keywords.is_empty() || self.keywords.iter().any(|word| text.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_vietnamese_from_its_neighbours() {
        let is = |text: &str, languages: &[&str]| {
            let languages = languages.iter().map(|&l| l.to_owned()).collect::<Vec<_>>();
            Filter::is_vietnamese(text, &languages)
        };
        assert!(is("Ngập ở Quận 7, nước tới đầu gối", &["en"]));
        assert!(is("ngap qua", &["vi"]) && is("ngap qua", &["vi-VN"]));
        for foreign in [
            "Flooding in District 7",
            "Où est la forêt ? Ça déborde à côté",
            "Đorđe živi u Đakovu",
            "Apă și canal, mâine în București",
            "Enchente até à praça, não é?",
            "A friend named Phở",
        ] {
            assert!(!is(foreign, &["en"]), "{foreign}");
        }
    }

    #[test]
    fn words_are_found_with_and_without_accents() {
        let filter = Filter::new(&["Sài Gòn".to_owned(), "TP.HCM".to_owned(), " ".to_owned()]);
        for text in [
            "ngập ở sài gòn rồi",
            "SAI GON mua to",
            "tp hcm kẹt xe",
            "TP.HCM!",
        ] {
            assert!(filter.is_about(text), "{text}");
        }
        assert!(!filter.is_about("ngập ở Hà Nội"));
        assert!(Filter::new(&[]).is_about("gì cũng được"));
    }
}
