//! Reads gold mentions and news events into what grouping takes.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared by several drivers, each using a part"
)]

#[path = "../../../src/config/units.rs"]
mod units;

use std::path::{Path, PathBuf};

use models::domain::{
    AnnotatedMention, Annotation, Channel, CleanMention, Mention, MentionId, Placement, Rating,
    Scope, Sentiment, SentimentProbabilities, SourceId, Ticket, TicketStatus, Topic, UnitCode,
    WeightedUnit,
};
use models::language::annotator::Annotator;
use models::language::classify::Classifier;
use models::language::classify::data::parse_tsv;
use models::language::place::Gazetteer;
use models::measure::SplitMix;
use serde_json::Value;

/// A mention with gold annotations and its gold concern.
pub struct GoldMention {
    pub mention: AnnotatedMention,
    pub concern: Option<String>,
}

pub fn shared() -> PathBuf {
    std::env::var_os("LANGNGHE_SHARED").map_or_else(|| PathBuf::from("/work/shared"), PathBuf::from)
}

pub fn read_gold(part: &str) -> Vec<GoldMention> {
    read_lines(&shared().join(format!("data/gold/part_{part}.jsonl")))
}

/// Lines in the gold format, as `langnghe export grouping` writes them too.
pub fn read_lines(path: &Path) -> Vec<GoldMention> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| gold_mention(&serde_json::from_str(line).unwrap()))
        .collect()
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn gold_mention(line: &Value) -> GoldMention {
    let gold = &line["gold"];
    let ticket = &line["ticket"];
    let ticket = (!ticket.is_null()).then(|| Ticket {
        field: text_of(&ticket["field"]),
        address: text_of(&ticket["address"]),
        status: TicketStatus::from_code(ticket["status"].as_str().unwrap_or("")).unwrap(),
        due_at: ticket["due_at"].as_str().map(|t| t.parse().unwrap()),
        closed_at: ticket["closed_at"].as_str().map(|t| t.parse().unwrap()),
        rating: ticket["rating"].as_str().and_then(Rating::from_code),
        updated_at: None,
    });
    let mention = Mention {
        id: MentionId::new(line["id"].as_str().unwrap()),
        channel: Channel::from_code(line["channel"].as_str().unwrap()).unwrap(),
        source: SourceId::new(line["source"].as_str().unwrap()),
        url: None,
        published_at: line["published_at"].as_str().map(|t| t.parse().unwrap()),
        title: text_of(&line["title"]),
        text: line["text"].as_str().unwrap().to_owned(),
        parent: line["parent_id"].as_str().map(MentionId::new),
        engagement: None,
        ticket,
        capture: None,
    };
    let units = gold["units"].as_array().unwrap();
    let units = units.iter().map(|code| WeightedUnit {
        code: code.as_str().unwrap().parse::<UnitCode>().unwrap(),
        weight: 1.0,
    });
    let scope = match gold["scope"].as_str().unwrap() {
        "unit" => Scope::Unit,
        "city" => Scope::City,
        "outside" => Scope::Outside,
        _ => Scope::Unknown,
    };
    let sentiment = Sentiment::from_code(gold["sentiment"].as_str().unwrap()).unwrap();
    let annotation = Annotation {
        mention: mention.id.clone(),
        is_concern: gold["is_concern"].as_bool().unwrap(),
        concern_probability: 1.0,
        placement: Placement {
            scope,
            units: units.collect(),
            agencies: Vec::new(),
        },
        topic: Topic::from_code(gold["topic"].as_str().unwrap()).unwrap(),
        topic_probability: 1.0,
        sentiment,
        sentiment_probabilities: SentimentProbabilities {
            negative: f32::from(sentiment == Sentiment::Negative),
            neutral: f32::from(sentiment == Sentiment::Neutral),
            positive: f32::from(sentiment == Sentiment::Positive),
        },
        pii: Vec::new(),
        fingerprint: 0,
        model_version: "gold".to_owned(),
    };
    GoldMention {
        mention: AnnotatedMention {
            mention: CleanMention::assume_clean(mention),
            annotation,
            concern: None,
        },
        concern: text_of(&gold["concern"]),
    }
}

/// The articles of the six news events, in a repeatable order, as the hidden ones will come: judged
/// noise, without a place, all of one day.
pub fn read_events() -> Vec<GoldMention> {
    let path = shared().join("data/events/vsolscsum_dev.xml");
    let text = std::fs::read_to_string(path).unwrap();
    let posts = text.split("<post id=\"").skip(1);
    posts.map(event_article).collect()
}

fn event_article(post: &str) -> GoldMention {
    let id = post.split('"').next().unwrap();
    let between = |text: &str, open: &str, close: &str| -> String {
        let from = text.find(open).map_or(0, |at| at + open.len());
        let to = text[from..].find(close).map_or(text.len(), |at| from + at);
        unescape(&text[from..to])
    };
    let document = between(post, "<document>", "</document>");
    let sentences = document.split("<content>").skip(1);
    let body = sentences
        .map(|sentence| sentence.split("</content>").next().unwrap().to_owned())
        .collect::<Vec<_>>()
        .join("\n");
    let hidden_id = format!(
        "{:016x}",
        models::ranking::group::stable_hash(id.as_bytes())
    );
    let mention = Mention {
        id: MentionId::new(hidden_id),
        channel: Channel::Press,
        source: SourceId::new(id.split('_').nth(1).unwrap()),
        url: None,
        published_at: None,
        title: Some(between(post, "<title>", "</title>")),
        text: body,
        parent: None,
        engagement: None,
        ticket: None,
        capture: None,
    };
    let annotation = Annotation {
        mention: mention.id.clone(),
        is_concern: false,
        concern_probability: 0.2,
        placement: Placement::bare(Scope::Unknown),
        topic: Topic::Other,
        topic_probability: 0.3,
        sentiment: Sentiment::Neutral,
        sentiment_probabilities: SentimentProbabilities {
            negative: 0.3,
            neutral: 0.5,
            positive: 0.2,
        },
        pii: Vec::new(),
        fingerprint: 0,
        model_version: "none".to_owned(),
    };
    GoldMention {
        mention: AnnotatedMention {
            mention: CleanMention::assume_clean(mention),
            annotation,
            concern: None,
        },
        concern: Some(id.split('_').next().unwrap().to_owned()),
    }
}

fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// A mention of which nothing but its words matters.
pub fn plain_mention(
    id: &str,
    channel: Channel,
    title: Option<String>,
    text: &str,
) -> AnnotatedMention {
    let mention = Mention {
        id: MentionId::new(id),
        channel,
        source: SourceId::new("train"),
        url: None,
        published_at: None,
        title,
        text: text.to_owned(),
        parent: None,
        engagement: None,
        ticket: None,
        capture: None,
    };
    let annotation = Annotation {
        mention: mention.id.clone(),
        is_concern: false,
        concern_probability: 0.2,
        placement: Placement::bare(Scope::Unknown),
        topic: Topic::Other,
        topic_probability: 0.3,
        sentiment: Sentiment::Neutral,
        sentiment_probabilities: SentimentProbabilities {
            negative: 0.3,
            neutral: 0.5,
            positive: 0.2,
        },
        pii: Vec::new(),
        fingerprint: 0,
        model_version: "none".to_owned(),
    };
    AnnotatedMention {
        mention: CleanMention::assume_clean(mention),
        annotation,
        concern: None,
    }
}

/// The same mentions as our annotator reads them, all together, personal data cut.
pub fn predicted(gold: &[GoldMention]) -> Vec<GoldMention> {
    let classifier = Classifier::from_bytes(include_bytes!("../../data/classifier.bin")).unwrap();
    let gazetteer = Gazetteer::new(units::load_units(None).unwrap()).unwrap();
    let annotator = Annotator::new(classifier, gazetteer, jiff::civil::date(2026, 11, 12));
    let mentions = gold.iter().map(|g| g.mention.mention.clone().into_inner());
    let read = annotator.annotate_all(&mentions.collect::<Vec<_>>());
    let pairs = gold.iter().zip(read);
    pairs
        .map(|(g, (mention, annotation))| GoldMention {
            mention: AnnotatedMention {
                mention,
                annotation,
                concern: None,
            },
            concern: g.concern.clone(),
        })
        .collect()
}

/// The shipped training mentions as texts.
pub fn read_training() -> Vec<AnnotatedMention> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/train");
    let mut texts = Vec::new();
    for number in 1..=6 {
        let file = std::fs::read_to_string(folder.join(format!("train_{number}.tsv"))).unwrap();
        let (mentions, _) = parse_tsv(&file);
        for (at, mention) in mentions.into_iter().enumerate() {
            let said = mention.said;
            let id = format!("t{number}-{at}");
            texts.push(plain_mention(&id, said.channel, said.title, &said.text));
        }
    }
    texts
}

/// All of a part in one ward, as in a town where much is said, among the training mentions, each of
/// which is a concern of its own that nobody else speaks of.
pub fn dense(gold: &[GoldMention], n_wards: usize, seed: u64) -> Vec<GoldMention> {
    let mut random = SplitMix(seed);
    let wards = ["26740", "26743", "26746", "26749"].map(|code| WeightedUnit {
        code: code.parse().unwrap(),
        weight: 1.0,
    });
    // What is of one concern is of one ward.
    let ward_of = |concern: &Option<String>| {
        let name = concern.as_deref().unwrap_or_default();
        let sum = name.bytes().map(usize::from).sum::<usize>();
        wards[sum % n_wards.min(wards.len())]
    };
    let moments = gold.iter().filter_map(|g| g.mention.mention.published_at);
    let moments = moments.collect::<Vec<_>>();
    let mut talk = read_training();
    random.shuffle(&mut talk);
    talk.truncate(400);
    let talk = talk.into_iter().enumerate().map(|(at, mut mention)| {
        let mut inner = mention.mention.into_inner();
        inner.id = MentionId::new(format!("talk-{at}"));
        inner.published_at = Some(moments[random.below(moments.len())]);
        mention.mention = CleanMention::assume_clean(inner);
        GoldMention {
            mention,
            concern: Some(format!("talk-{at}")),
        }
    });
    let talk = predicted(&talk.collect::<Vec<_>>()).into_iter();
    let own = gold.iter().map(|g| GoldMention {
        mention: g.mention.clone(),
        concern: g.concern.clone(),
    });
    let mut all = own.chain(talk).collect::<Vec<_>>();
    for g in &mut all {
        g.mention.annotation.placement.scope = Scope::Unit;
        g.mention.annotation.placement.units = vec![ward_of(&g.concern)];
    }
    all
}
