//! Training mentions and the tab-separated lines they are written in.

use crate::domain::{Channel, Sentiment, Topic};

use super::ClassifyInput;

/// What a classifier reads of a mention, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingText {
    /// Where it was heard.
    pub channel: Channel,
    /// Headline or subject.
    pub title: Option<String>,
    /// Body.
    pub text: String,
    /// Field declared on a hotline ticket.
    pub ticket_field: Option<String>,
}

impl TrainingText {
    /// Borrowed, as the classifier reads it.
    pub fn as_input<'a>(&'a self, parent: Option<&'a ClassifyInput<'a>>) -> ClassifyInput<'a> {
        ClassifyInput {
            channel: self.channel,
            title: self.title.as_deref(),
            text: &self.text,
            ticket_field: self.ticket_field.as_deref(),
            parent,
        }
    }
}

/// One labelled mention.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingMention {
    /// Its words.
    pub said: TrainingText,
    /// Topic; `None` when it is noise.
    pub topic: Option<Topic>,
    /// Sentiment; may be missing for noise.
    pub sentiment: Option<Sentiment>,
    /// Words of the post it replies to.
    pub parent: Option<TrainingText>,
    /// How much say it has in what is a concern and how it feels, where hands differ; 1 is usual.
    pub weight: f32,
    /// Chosen for being hard: it teaches what counts, not how sure to be.
    pub is_hard: bool,
    /// Who wrote it, where that is known: mentions of one hand are held out together.
    pub hand: Option<u32>,
}

/// A training line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct LineComplaint {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

/// Reads training lines: channel, topic code or `none`, sentiment, scope, unit codes, style,
/// personal data, title, text, declared ticket field, separated by tabs.
///
/// An eleventh field `^` marks a reply to the nearest line above that has none; with words behind it
/// (`^ngập quá bà con`) a reply to a post of those words, which is no training line itself. A line `#weight 3`
/// gives the lines below it three times the say, a line `#hand 2` says that hand 2 wrote them,
/// a line `#hard` that all below were chosen for being hard.
/// Empty lines and other lines that begin with `#` are passed over; a bad line is reported and left
/// out.
pub fn parse_tsv(text: &str) -> (Vec<TrainingMention>, Vec<LineComplaint>) {
    let mut mentions = Vec::new();
    let mut complaints = Vec::new();
    let mut post: Option<TrainingText> = None;
    let mut weight = 1.0;
    let mut hand = None;
    let mut is_hard = false;
    for (index, line) in text.lines().enumerate() {
        if let Some(number) = line.strip_prefix("#weight ") {
            weight = read_weight(number).unwrap_or(weight);
        }
        if let Some(number) = line.strip_prefix("#hand ") {
            hand = number.trim().parse().ok();
        }
        is_hard |= line.trim_end() == "#hard";
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        match parse_line(line, post.as_ref()) {
            Ok(mention) => {
                let mention = TrainingMention {
                    weight,
                    is_hard,
                    hand,
                    ..mention
                };
                if mention.parent.is_none() {
                    post = Some(mention.said.clone());
                }
                mentions.push(mention);
            }
            Err(problem) => complaints.push(LineComplaint {
                line: index + 1,
                problem,
            }),
        }
    }
    (mentions, complaints)
}

fn parse_line(line: &str, post: Option<&TrainingText>) -> Result<TrainingMention, String> {
    let fields = line.split('\t').collect::<Vec<_>>();
    if !(10..=11).contains(&fields.len()) {
        return Err(format!("{} fields instead of 10 or 11", fields.len()));
    }
    let channel = Channel::from_code(fields[0])
        .ok_or_else(|| format!("unknown channel \"{}\"", fields[0]))?;
    let topic = match fields[1] {
        "none" => None,
        code => Some(Topic::from_code(code).ok_or_else(|| format!("unknown topic \"{code}\""))?),
    };
    let sentiment = match (fields[2], topic) {
        ("", None) => None,
        (code, _) => Some(
            Sentiment::from_code(code).ok_or_else(|| format!("unknown sentiment \"{code}\""))?,
        ),
    };
    let parent = match fields.get(10).copied().unwrap_or_default() {
        "" => None,
        "^" => Some(post.cloned().ok_or("a reply before any post")?),
        other => Some(inline_post(other, channel)?),
    };
    let text = fields[8].to_owned();
    if text.trim().is_empty() && fields[7].trim().is_empty() {
        return Err("neither title nor text".to_owned());
    }
    Ok(TrainingMention {
        said: TrainingText {
            channel,
            title: filled(fields[7]),
            text,
            ticket_field: filled(fields[9]),
        },
        topic,
        sentiment,
        parent,
        weight: 1.0,
        is_hard: false,
        hand: None,
    })
}

/// The post of a reply whose words stand in the reply's own line.
fn inline_post(field: &str, channel: Channel) -> Result<TrainingText, String> {
    let words = field.strip_prefix('^').map(str::trim);
    let words = words.ok_or_else(|| format!("eleventh field \"{field}\" instead of \"^\""))?;
    Ok(TrainingText {
        channel,
        title: None,
        text: words.to_owned(),
        ticket_field: None,
    })
}

fn read_weight(number: &str) -> Option<f32> {
    let weight = number.trim().parse::<f32>().ok()?;
    Some(weight).filter(|weight| (0.01..=100.0).contains(weight))
}

fn filled(field: &str) -> Option<String> {
    Some(field.trim().to_owned()).filter(|field| !field.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str =
        "social\tdrainage\tnegative\tunit\t27475\taccented\t\t\tNgập tới đầu gối rồi bà con ơi.\t";

    #[test]
    fn reads_a_post_and_its_reply() {
        let text = format!(
            "# hand-written\n{POST}\nsocial\tdrainage\tnegative\tunit\t\tunaccented\t\t\tben minh cung v\t\t^\n"
        );
        let (mentions, complaints) = parse_tsv(&text);
        assert!(complaints.is_empty());
        assert_eq!(mentions[0].topic, Some(Topic::Drainage));
        assert_eq!(mentions[1].parent.as_ref(), Some(&mentions[0].said));
    }

    #[test]
    fn marks_hold_for_the_lines_below_them() {
        let (mentions, complaints) = parse_tsv(&format!("{POST}\n#hand 3\n#weight 2\n{POST}\n"));
        assert!(complaints.is_empty());
        assert_eq!((mentions[0].hand, mentions[0].weight), (None, 1.0));
        assert_eq!((mentions[1].hand, mentions[1].weight), (Some(3), 2.0));
    }

    #[test]
    fn a_bad_line_is_named_and_left_out() {
        let text = format!("{POST}\nsocial\tweather\tnegative\t\t\t\t\t\tx\t\nsocial\n");
        let (mentions, complaints) = parse_tsv(&text);
        assert_eq!(mentions.len(), 1);
        assert_eq!(
            complaints[0].to_string(),
            "line 2: unknown topic \"weather\""
        );
        assert_eq!(
            complaints[1].to_string(),
            "line 3: 1 fields instead of 10 or 11"
        );
    }

    #[test]
    fn a_reply_may_bring_its_post() {
        let (mentions, complaints) = parse_tsv(&format!("{POST}\t^Ngập quá bà con\n{POST}\tx"));
        assert_eq!(
            mentions[0].parent.as_ref().map(|post| &*post.text),
            Some("Ngập quá bà con")
        );
        assert_eq!(
            complaints[0].to_string(),
            "line 2: eleventh field \"x\" instead of \"^\""
        );
    }

    #[test]
    fn a_reply_needs_a_post() {
        let (mentions, complaints) = parse_tsv(&format!("{POST}\t^"));
        assert!(mentions.is_empty());
        assert_eq!(complaints[0].to_string(), "line 1: a reply before any post");
    }
}
