//! Accounts addressed within words: `@tên`.

/// Cuts the `@names` by which one account addresses another; an address with a name before the sign
/// (`a@b.vn`) is left to the cutting of personal data.
pub(crate) fn without_handles(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, from_sign) = rest.split_at(at);
        kept.push_str(before);
        let name = &from_sign[1..];
        let is_inside_word = before
            .chars()
            .next_back()
            .or_else(|| kept.chars().next_back())
            .is_some_and(char::is_alphanumeric);
        let length = name.find(|c| !is_of_handle(c)).unwrap_or(name.len());
        if is_inside_word || length == 0 {
            kept.push('@');
            rest = name;
        } else {
            // A stop that ends the sentence is no part of the name.
            rest = &name[name[..length].trim_end_matches('.').len()..];
        }
    }
    kept.push_str(rest);
    kept
}

fn is_of_handle(c: char) -> bool {
    // Marks too: a name may come decomposed.
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_names_and_nothing_else() {
        let cut = without_handles;
        assert_eq!(cut("@nguyenvanbi-x1y ngập quá"), " ngập quá");
        assert_eq!(cut("cảm ơn @Trần.Thị_Bưởi."), "cảm ơn .");
        assert_eq!(cut("(@lan) ơi"), "() ơi");
        assert_eq!(cut("giá 5 @ 10, a@b.vn"), "giá 5 @ 10, a@b.vn");
        assert_eq!(cut("@"), "@");
        assert_eq!(cut("@@lan"), "@");
    }
}
