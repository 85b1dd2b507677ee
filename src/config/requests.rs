//! `requests.toml`: requests for explanation and the duty to answer the press.

use std::collections::BTreeSet;
use std::path::Path;

use models::domain::{
    ContactFor, ESCALATIONS_MAX, RequestContact, RequestRules, RequestTemplate, Respondent,
};
use serde::Deserialize;

use super::{Clock, ConfigError};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    answer_days: u32,
    remind_days: u32,
    escalate_after: Vec<u32>,
    quiet: [Clock; 2],
    link_days: u32,
    press_days: u32,
    press_window_days: u32,
    #[serde(default)]
    contact: Vec<Contact>,
    #[serde(default)]
    template: Vec<Template>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    of: String,
    #[serde(default)]
    level: u8,
    name: String,
    mail: Option<String>,
    phone: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    id: String,
    name: String,
    text: String,
}

/// Reads the text of a requests file; complaints name the entry.
pub fn parse_requests(path: &Path, text: &str) -> Result<RequestRules, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let complain = |reason: String| ConfigError::data(path, reason);
    for (key, days, most) in [
        ("answer_days", file.answer_days, 60),
        ("press_days", file.press_days, 60),
        ("link_days", file.link_days, 365),
        ("press_window_days", file.press_window_days, 90),
    ] {
        if !(1..=most).contains(&days) {
            return Err(complain(format!(
                "{key} = {days}: ghi từ 1 đến {most} / use 1 to {most}"
            )));
        }
    }
    if file.remind_days > 60 || file.escalate_after.iter().any(|days| *days > 60) {
        return Err(complain(
            "remind_days, escalate_after: tối đa 60 ngày / at most 60 days".to_owned(),
        ));
    }
    if file.escalate_after.len() > usize::from(ESCALATIONS_MAX) {
        return Err(complain(format!(
            "escalate_after: tối đa {ESCALATIONS_MAX} cấp / at most {ESCALATIONS_MAX} levels"
        )));
    }
    let mut contacts = Vec::new();
    for contact in file.contact {
        let name = contact.name.clone();
        contacts.push(
            contact
                .read()
                .map_err(|reason| complain(format!("[[contact]] `{name}`: {reason}")))?,
        );
    }
    let mut seen = BTreeSet::new();
    for template in &file.template {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if template.id.is_empty()
            || !template.id.chars().all(is_plain)
            || !seen.insert(&template.id)
        {
            return Err(complain(format!(
                "[[template]] id = `{}`: chỉ gồm a-z, 0-9, `-`, không lặp lại / only a-z, 0-9 and `-`, \
                 each once",
                template.id
            )));
        }
    }
    let templates = file.template.into_iter().map(|template| RequestTemplate {
        id: template.id,
        name: template.name,
        text: template.text.trim().to_owned(),
    });
    Ok(RequestRules {
        answer_days: file.answer_days,
        remind_days: file.remind_days,
        escalate_after: file.escalate_after,
        quiet_from: file.quiet[0].time(),
        quiet_until: file.quiet[1].time(),
        link_days: file.link_days,
        press_days: file.press_days,
        press_window_days: file.press_window_days,
        templates: templates.collect(),
        contacts,
    })
}

impl Contact {
    fn read(self) -> Result<RequestContact, String> {
        let of = match self.of.as_str() {
            "every" => ContactFor::Everybody,
            "desk" => ContactFor::Desk,
            other => {
                let one = other.strip_prefix("unit:").unwrap_or(other);
                let one = Respondent::from_text(one);
                ContactFor::One(one.ok_or_else(|| {
                    format!(
                        "of = `{other}`: ghi \"unit:26740\", \"agency:MÃ\", \"every\" hoặc \"desk\" / use \
                         unit:26740, agency:ID, every or desk"
                    )
                })?)
            }
        };
        if self.level > ESCALATIONS_MAX {
            return Err(format!(
                "level: tối đa {ESCALATIONS_MAX} / at most {ESCALATIONS_MAX}"
            ));
        }
        if let Some(mail) = &self.mail
            && let Err(problem) = crawler::mail::check_address(&self.name, mail)
        {
            return Err(format!(
                "mail = `{mail}` không dùng được / cannot be used: {problem}"
            ));
        }
        if self.mail.is_none() && self.phone.is_none() {
            return Err("thiếu `mail` hoặc `phone` / needs `mail` or `phone`".to_owned());
        }
        if let Some(phone) = &self.phone
            && !is_phone(phone)
        {
            return Err(format!(
                "phone = `{phone}`: ghi như +84901234567 / write it as +84901234567"
            ));
        }
        Ok(RequestContact {
            of,
            level: self.level,
            name: self.name,
            mail: self.mail,
            phone: self.phone,
        })
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../config/requests.toml");

    fn parse(text: &str) -> Result<RequestRules, ConfigError> {
        parse_requests(Path::new("requests.toml"), text)
    }

    fn complaint(change: impl FnOnce(&str) -> String) -> String {
        parse(&change(SHIPPED)).unwrap_err().to_string()
    }

    #[test]
    fn the_shipped_file_tells_nobody_and_offers_texts() {
        let rules = parse(SHIPPED).unwrap();
        assert_eq!((rules.answer_days, rules.escalate_after.len()), (3, 2));
        assert!(rules.contacts.is_empty());
        assert_eq!(rules.templates.len(), 3);
        for template in &rules.templates {
            assert!(template.text.contains("{van_de}") && template.text.contains("{han}"));
        }
    }

    #[test]
    fn mistakes_are_named() {
        let with = |contact: &str| complaint(|text| format!("{text}\n[[contact]]\n{contact}\n"));
        let unknown = with("of = \"26x\"\nname = \"A\"\nmail = \"a@example.vn\"");
        assert!(
            unknown.contains("`A`") && unknown.contains("26x"),
            "{unknown}"
        );
        let mute = with("of = \"every\"\nname = \"A\"");
        assert!(mute.contains("`mail`"), "{mute}");
        let bad = with("of = \"desk\"\nname = \"A\"\nmail = \"nobody\"");
        assert!(bad.contains("nobody"), "{bad}");
        let phone = with("of = \"desk\"\nname = \"A\"\nphone = \"so cua toi\"");
        assert!(phone.contains("so cua toi"), "{phone}");
        let days = complaint(|text| text.replace("answer_days = 3", "answer_days = 0"));
        assert!(days.contains("answer_days = 0"), "{days}");
        let twice = complaint(|text| text.replace("\"xac-minh\"", "\"giai-trinh\""));
        assert!(twice.contains("giai-trinh"), "{twice}");
        let misspelt = complaint(|text| text.replace("link_days", "lnk_days"));
        assert!(misspelt.contains("lnk_days"), "{misspelt}");
    }
}
