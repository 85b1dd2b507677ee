//! Digests as a mail: subject, plain text, HTML.

use askama::Template;

use crate::Error;
use crate::sheet::{LetterBody, Sheet};

#[derive(Template)]
#[template(path = "mail/digest.html")]
struct Html<'a> {
    subject: &'a str,
    preview: &'a str,
    first: &'a Sheet,
    sheets: &'a [Sheet],
    errata: &'a [String],
}

#[derive(Template)]
#[template(path = "mail/digest.txt")]
struct Text<'a> {
    first: &'a Sheet,
    sheets: &'a [Sheet],
    errata: &'a [String],
}

impl LetterBody {
    /// The mail of some sheets, the most important first, and of notes on earlier ones; `None` without
    /// a sheet.
    pub fn new(sheets: &[Sheet], errata: &[String]) -> Result<Option<Self>, Error> {
        let Some(first) = sheets.first() else {
            return Ok(None);
        };
        let subject = format!("{}: {}, {}", first.title, first.whose, first.period);
        let titles = first.lines.iter().take(3).map(|line| line.title.as_str());
        let preview = titles.collect::<Vec<_>>().join(" · ");
        let html = Html {
            subject: &subject,
            preview: &preview,
            first,
            sheets,
            errata,
        };
        let text = Text {
            first,
            sheets,
            errata,
        };
        Ok(Some(Self {
            html: html.render()?,
            text: text.render()?.trim_start().to_owned(),
            subject,
        }))
    }
}
