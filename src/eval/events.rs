//! Grouping on news events (VSoLSCSum): articles only, no places, word-segmented, no dates.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use models::domain::{Channel, Mention, MentionId, SourceId};
use models::measure::{b_cubed, bootstrap};
use serde::Deserialize;

use super::annotate;
use crate::city::City;
use crate::edition;

#[derive(Deserialize)]
struct Posts {
    post: Vec<Post>,
}

#[derive(Deserialize)]
struct Post {
    #[serde(rename = "@id")]
    id: String,
    title: String,
    document: Document,
}

#[derive(Deserialize)]
struct Document {
    sentences: Sentences,
}

#[derive(Deserialize)]
struct Sentences {
    #[serde(default)]
    sentence: Vec<Sentence>,
}

#[derive(Deserialize)]
struct Sentence {
    content: String,
}

/// B³ of the articles as `langnghe group` groups them.
pub fn score(city: &City, file: &Path) -> Result<String> {
    let posts: Posts = quick_xml::de::from_str(&fs::read_to_string(file)?)
        .with_context(|| format!("cannot read {}", file.display()))?;
    let mentions = posts.post.iter().map(mention).collect::<Vec<_>>();
    let grouped = edition::group_stream(city, annotate(city, &mentions));
    let pairs = grouped
        .mentions
        .iter()
        .zip(&posts.post)
        .map(|(read, post)| {
            let event = post.id.split('_').next().unwrap_or_default();
            let alone = ("alone", post.id.as_str());
            (
                event,
                read.concern
                    .as_ref()
                    .map_or(alone, |concern| ("concern", concern.as_str())),
            )
        })
        .collect::<Vec<_>>();
    let b = b_cubed(&pairs);
    let (low, high) = bootstrap(&pairs, 1000, 766, |pairs| b_cubed(pairs).f1);
    Ok(format!(
        "## Grouping of news events, VSoLSCSum dev ({} articles in 6 events)\n\n\
         | B³ precision | recall | F1 | 95 % interval |\n|---|---|---|---|\n\
         | {:.3} | {:.3} | {:.3} | {low:.3}–{high:.3} |\n\n\
         Peer: online TF-IDF .81–.86 (DESIGN.md section 5).\n\n",
        pairs.len(),
        b.precision,
        b.recall,
        b.f1
    ))
}

fn mention(post: &Post) -> Mention {
    let plain = |text: &str| text.replace('_', " ");
    let sentences = post
        .document
        .sentences
        .sentence
        .iter()
        .map(|s| plain(&s.content));
    Mention {
        id: MentionId::new(post.id.as_str()),
        channel: Channel::Press,
        source: SourceId::new(post.id.split('_').nth(1).unwrap_or("press")),
        url: None,
        published_at: None,
        title: Some(plain(&post.title)),
        text: sentences.collect::<Vec<_>>().join(" "),
        parent: None,
        engagement: None,
        ticket: None,
        capture: None,
    }
}
