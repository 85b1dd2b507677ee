//! Development driver: trains the classifier from files and scores it on the gold's part B.
//!
//! `cargo run --release -p langnghe-models --example train_classifier -- [--out FILE] [name=value …]`
//! reads `models/data/train`, `config/topics.toml` and the gold of `LANGNGHE_SHARED`.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use models::domain::{Channel, Sentiment, Taxonomy, Topic, TopicInfo};
use models::language::classify::data::{TrainingMention, TrainingText, parse_tsv};
use models::language::classify::{
    Classifier, ClassifyScores, Judged, Reading, TrainParameters, train,
};
use models::language::text::fold;
use models::measure::bootstrap;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut parameters = TrainParameters::default();
    let mut options = HashMap::new();
    for argument in std::env::args().skip(1) {
        let (name, value) = argument
            .split_once('=')
            .ok_or("options look like name=value")?;
        if !set(&mut parameters, name, value)? {
            options.insert(name.to_owned(), value.to_owned());
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let shared = PathBuf::from(std::env::var("LANGNGHE_SHARED").unwrap_or("/work/shared".into()));
    let gold = shared.join("data/gold");
    let mut mentions = Vec::new();
    let mut names = fs::read_dir(root.join("models/data/train"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    let without = options.get("without").map_or("-", String::as_str);
    for name in names
        .iter()
        .filter(|name| name.extension().is_some_and(|e| e == "tsv"))
    {
        if without
            .split(',')
            .any(|part| name.to_string_lossy().contains(part))
        {
            continue;
        }
        let (read, complaints) = parse_tsv(&fs::read_to_string(name)?);
        say(&format!("{} {}", name.display(), read.len()))?;
        for complaint in complaints {
            say(&format!("  {complaint}"))?;
        }
        mentions.extend(read);
    }
    let part_a = read_gold(&gold.join("part_a.jsonl"))?;
    let part_b = read_gold(&gold.join("part_b.jsonl"))?;
    if let Some(file) = options.get("model") {
        let classifier = Classifier::from_bytes(&fs::read(file)?)?;
        judge_gold("part A", &classifier, &part_a)?;
        return judge_gold("part B", &classifier, &part_b);
    }
    let taxonomy = read_topics(&root.join("config/topics.toml"))?;
    let start = Instant::now();
    let trained = train(&mentions, &taxonomy, &parameters);
    let report = &trained.report;
    say(&format!(
        "trained on {} mentions ({} noise, {} replies), {} features, {} bytes, {:.1} s",
        report.n_mentions,
        report.n_noise,
        report.n_replies,
        report.n_features,
        trained.bytes.len(),
        start.elapsed().as_secs_f64()
    ))?;
    print_scores("cross-validated", &report.held_out)?;
    print_scores("cross-validated, unaccented", &report.held_out_unaccented)?;
    let replies = mentions
        .iter()
        .map(|m| m.parent.is_some())
        .collect::<Vec<_>>();
    let of_replies = report
        .held_out
        .iter()
        .zip(&replies)
        .filter(|(_, r)| **r)
        .map(|(j, _)| *j);
    print_scores("cross-validated, replies", &of_replies.collect::<Vec<_>>())?;
    let of_hand = |hand| {
        let all = report.held_out.iter().zip(&mentions);
        let of_hand = all.filter(move |(_, m)| m.hand == hand).map(|(j, _)| *j);
        of_hand.collect::<Vec<_>>()
    };
    let hands = mentions.iter().map(|m| m.hand);
    for hand in hands.collect::<std::collections::BTreeSet<_>>() {
        print_scores(&format!("held out, hand {hand:?}"), &of_hand(hand))?;
    }
    let classifier = Classifier::from_bytes(&trained.bytes)?;
    judge_gold("part B", &classifier, &part_b)?;
    if without.contains("gold_a") {
        judge_gold("part A", &classifier, &part_a)?;
    }
    if let Some(out) = options.get("out") {
        fs::write(out, &trained.bytes)?;
    }
    if let Some(path) = options.get("errors") {
        let mut file = fs::File::create(path)?;
        for (mention, judged) in mentions.iter().zip(&report.held_out) {
            write_error(&mut file, "cv", mention, judged)?;
        }
        for (name, part) in [("a", &part_a), ("b", &part_b)] {
            for gold in part {
                let judged = Judged::new(&gold.mention, read(&classifier, &gold.mention));
                write_error(&mut file, name, &gold.mention, &judged)?;
            }
        }
    }
    Ok(())
}

struct Gold {
    mention: TrainingMention,
    style: String,
}

fn judge_gold(name: &str, classifier: &Classifier, gold: &[Gold]) -> Result<()> {
    let start = Instant::now();
    let judged = gold
        .iter()
        .map(|gold| Judged::new(&gold.mention, read(classifier, &gold.mention)))
        .collect::<Vec<_>>();
    let micros = start.elapsed().as_micros() as f64 / gold.len() as f64;
    print_scores(name, &judged)?;
    let parents = gold
        .iter()
        .map(|gold| gold.mention.parent.as_ref().map(|p| p.as_input(None)));
    let parents = parents.collect::<Vec<_>>();
    let inputs = gold
        .iter()
        .zip(&parents)
        .map(|(g, p)| g.mention.said.as_input(p.as_ref()));
    let together = classifier.read_all(&inputs.collect::<Vec<_>>());
    let together = gold
        .iter()
        .zip(together)
        .map(|(g, reading)| Judged::new(&g.mention, reading));
    let together = together.collect::<Vec<_>>();
    print_scores("read together", &together)?;
    let sure = together.iter().filter(|j| j.topic.is_some());
    let sure = sure
        .map(|j| j.reading.topic_probability)
        .collect::<Vec<_>>();
    let mean = sure.iter().sum::<f32>() / sure.len() as f32;
    let shared = bootstrap(&together, 1_000, 1, |items| {
        ClassifyScores::of(items).topic.accuracy
    });
    say(&format!(
        "  topic together {shared:.3?}, mean probability {mean:.3}"
    ))?;
    let topic = bootstrap(&judged, 1_000, 1, |items| {
        ClassifyScores::of(items).topic.accuracy
    });
    let noise = bootstrap(&judged, 1_000, 1, |items| {
        ClassifyScores::of(items).noise.f1()
    });
    let feeling = bootstrap(&judged, 1_000, 1, |items| {
        ClassifyScores::of(items).sentiment.macro_f1
    });
    say(&format!(
        "  intervals: topic {topic:.3?}, noise {noise:.3?}, sentiment {feeling:.3?}; {micros:.0} µs a mention"
    ))?;
    for channel in Channel::ALL {
        let part = judged.iter().filter(|j| j.channel == channel).copied();
        print_scores(channel.code(), &part.collect::<Vec<_>>())?;
    }
    for style in ["accented", "unaccented", "teencode", "mixed"] {
        let part = gold
            .iter()
            .zip(&judged)
            .filter(|(g, _)| g.style == style)
            .map(|(_, j)| *j);
        print_scores(style, &part.collect::<Vec<_>>())?;
    }
    let replies = gold
        .iter()
        .zip(&judged)
        .filter(|(g, _)| g.mention.parent.is_some());
    print_scores("replies", &replies.map(|(_, j)| *j).collect::<Vec<_>>())?;
    let stripped = gold.iter().map(|gold| {
        let mut mention = gold.mention.clone();
        for said in std::iter::once(&mut mention.said).chain(&mut mention.parent) {
            said.title = said.title.as_deref().map(fold);
            said.text = fold(&said.text);
        }
        Judged::new(&mention, read(classifier, &mention))
    });
    print_scores("all stripped", &stripped.collect::<Vec<_>>())
}

fn read(classifier: &Classifier, mention: &TrainingMention) -> Reading {
    let parent = mention.parent.as_ref().map(|parent| parent.as_input(None));
    classifier.read(&mention.said.as_input(parent.as_ref()))
}

fn write_error(
    file: &mut fs::File,
    set: &str,
    mention: &TrainingMention,
    judged: &Judged,
) -> Result<()> {
    let reading = judged.reading;
    let mut wrong = Vec::new();
    if mention.topic.is_some() != reading.is_concern {
        let truth = mention.topic.map_or("none", Topic::code);
        wrong.push(format!(
            "CONCERN {truth} p={:.2}",
            reading.concern_probability
        ));
    }
    if let Some(topic) = mention.topic {
        if topic != reading.topic {
            wrong.push(format!(
                "TOPIC {} not {} p={:.2}",
                topic.code(),
                reading.topic.code(),
                reading.topic_probability
            ));
        }
        if let Some(sentiment) = mention.sentiment.filter(|s| *s != reading.sentiment) {
            wrong.push(format!(
                "SENTIMENT {} not {} {:.2?}",
                sentiment.code(),
                reading.sentiment.code(),
                reading.sentiment_probabilities.as_array()
            ));
        }
    }
    for wrong in wrong {
        let said = &mention.said;
        let parent = mention.parent.as_ref().map_or(String::new(), |p| {
            format!(" ^^ {}", p.text.chars().take(80).collect::<String>())
        });
        writeln!(
            file,
            "{set} {} {wrong} | {} | {} | {}{parent}",
            said.channel.code(),
            said.ticket_field.as_deref().unwrap_or_default(),
            said.title.as_deref().unwrap_or_default(),
            said.text
        )?;
    }
    Ok(())
}

fn print_scores(name: &str, judged: &[Judged]) -> Result<()> {
    let scores = ClassifyScores::of(judged);
    let [concern, topic, sentiment] = scores.calibration_errors;
    say(&format!(
        "{name:>28} n={:<4} noise F1 {:.3} (P {:.3} R {:.3}) concern F1 {:.3} | topic {:.3} macro {:.3} | sentiment {:.3} macro {:.3} | ECE {concern:.3} {topic:.3} {sentiment:.3}",
        scores.n,
        scores.noise.f1(),
        scores.noise.precision(),
        scores.noise.recall(),
        scores.concern.f1(),
        scores.topic.accuracy,
        scores.topic.macro_f1,
        scores.sentiment.accuracy,
        scores.sentiment.macro_f1,
    ))
}

fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

fn set(parameters: &mut TrainParameters, name: &str, value: &str) -> Result<bool> {
    match name {
        "seed" => parameters.seed = value.parse()?,
        "min" => parameters.min_mentions = value.parse()?,
        "max" => parameters.max_features = value.parse()?,
        "rarity" => parameters.rarity = value.parse()?,
        "cc" => parameters.cost_concern = value.parse()?,
        "ct" => parameters.cost_topic = value.parse()?,
        "cs" => parameters.cost_sentiment = value.parse()?,
        "balance" => parameters.balance_sentiment = value.parse()?,
        "unaccented" => parameters.unaccented_weight = value.parse()?,
        "news" => parameters.news_weight = value.parse()?,
        "hard" => parameters.hard_weight = value.parse()?,
        "reply" => parameters.reply_topic_weight = value.parse()?,
        "folds" => parameters.n_folds = value.parse()?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn read_gold(path: &Path) -> Result<Vec<Gold>> {
    let mut said_by_id: HashMap<String, TrainingText> = HashMap::new();
    let mut all = Vec::new();
    for line in fs::read_to_string(path)?.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let said = TrainingText {
            channel: value["channel"]
                .as_str()
                .and_then(Channel::from_code)
                .ok_or("channel")?,
            title: text(&value["title"]),
            text: text(&value["text"]).unwrap_or_default(),
            ticket_field: text(&value["ticket"]["field"]),
        };
        said_by_id.insert(text(&value["id"]).ok_or("id")?, said.clone());
        let gold = &value["gold"];
        let parent = value["parent_id"]
            .as_str()
            .and_then(|id| said_by_id.get(id))
            .cloned();
        let topic = gold["topic"].as_str().and_then(Topic::from_code);
        let mention = TrainingMention {
            said,
            topic: topic.filter(|_| gold["is_concern"] == true),
            sentiment: gold["sentiment"].as_str().and_then(Sentiment::from_code),
            parent,
            weight: 1.0,
            is_hard: false,
            hand: None,
        };
        all.push(Gold {
            mention,
            style: text(&gold["style"]).unwrap_or_default(),
        });
    }
    Ok(all)
}

fn read_topics(path: &Path) -> Result<Taxonomy> {
    let file: toml::Table = fs::read_to_string(path)?.parse()?;
    let mut topics = Vec::new();
    for entry in file["topic"].as_array().ok_or("no topics")? {
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        topics.push(TopicInfo {
            topic: Topic::from_code(&text("code")).ok_or("unknown topic")?,
            name_vi: text("name_vi"),
            name_en: text("name_en"),
            description: text("description"),
            lexicon: entry["lexicon"]
                .as_array()
                .ok_or("no lexicon")?
                .iter()
                .filter_map(|phrase| phrase.as_str().map(str::to_owned))
                .collect(),
        });
    }
    Taxonomy::new(topics).map_err(|odd| format!("topic {} missing or twice", odd.code()).into())
}
