//! Reads gold JSON lines and training TSV.

use std::path::PathBuf;

use anyhow::{Context, Result};
use models::domain::{Channel, Mention, MentionId, Scope, SourceId, Ticket, TicketStatus, Topic};
use serde_json::Value;

/// A labelled mention.
pub struct Item {
    pub id: String,
    pub parent: Option<String>,
    pub channel: Channel,
    pub mention: Mention,
    pub is_concern: bool,
    pub scope: Option<Scope>,
    pub units: Vec<String>,
    pub pii: Vec<String>,
    pub agencies: Vec<String>,
    pub topic: Option<Topic>,
    pub style: String,
}

/// Loads `a`, `b` or `train`.
pub fn load(set: &str) -> Result<Vec<Item>> {
    let shared = std::env::var("LANGNGHE_SHARED").unwrap_or("/work/shared".to_owned());
    let gold = PathBuf::from(shared).join("data/gold");
    if set != "train" {
        let path = gold.join(format!("part_{set}.jsonl"));
        let text = std::fs::read_to_string(&path).context(format!("{}", path.display()))?;
        return text.lines().map(from_json).collect();
    }
    let mut items = Vec::new();
    for n in 1..=6 {
        let path = gold.join(format!("train/train_{n}.tsv"));
        let text = std::fs::read_to_string(&path).context(format!("{}", path.display()))?;
        for (line, row) in text.lines().enumerate() {
            items.push(from_tsv(&format!("t{n}:{}", line + 1), row));
        }
    }
    Ok(items)
}

fn mention(id: &str, channel: Channel, title: Option<&str>, text: &str) -> Mention {
    Mention {
        id: MentionId::new(id),
        channel,
        source: SourceId::new("gold"),
        url: None,
        published_at: None,
        title: title.filter(|title| !title.is_empty()).map(str::to_owned),
        text: text.to_owned(),
        parent: None,
        engagement: None,
        ticket: None,
        capture: None,
    }
}

fn scope(code: &str) -> Option<Scope> {
    match code {
        "unit" => Some(Scope::Unit),
        "city" => Some(Scope::City),
        "outside" => Some(Scope::Outside),
        "unknown" => Some(Scope::Unknown),
        _ => None,
    }
}

fn from_json(line: &str) -> Result<Item> {
    let v: Value = serde_json::from_str(line)?;
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let list = |v: &Value| -> Vec<String> {
        v.as_array()
            .map(|items| items.iter().filter_map(text).collect())
            .unwrap_or_default()
    };
    let id = text(&v["id"]).unwrap_or_default();
    let channel = super::channel(v["channel"].as_str().unwrap_or_default());
    let body = v["text"].as_str().unwrap_or_default();
    let mut mention = mention(&id, channel, v["title"].as_str(), body);
    if v["ticket"].is_object() {
        mention.ticket = Some(Ticket {
            field: text(&v["ticket"]["field"]),
            address: text(&v["ticket"]["address"]),
            status: TicketStatus::Open,
            due_at: None,
            closed_at: None,
            rating: None,
            updated_at: None,
        });
    }
    let gold = &v["gold"];
    Ok(Item {
        parent: text(&v["parent_id"]),
        is_concern: gold["is_concern"].as_bool().unwrap_or_default(),
        scope: gold["scope"].as_str().and_then(scope),
        units: list(&gold["units"]),
        pii: list(&gold["pii"]),
        agencies: list(&gold["agencies"]),
        topic: gold["topic"].as_str().and_then(Topic::from_code),
        style: text(&gold["style"]).unwrap_or_default(),
        id,
        channel,
        mention,
    })
}

fn from_tsv(id: &str, row: &str) -> Item {
    let fields = row.split('\t').collect::<Vec<_>>();
    let field = |i: usize| fields.get(i).copied().unwrap_or_default();
    let list = |text: &str, separator: &str| -> Vec<String> {
        let parts = text.split(separator).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let channel = super::channel(field(0));
    Item {
        id: id.to_owned(),
        parent: None,
        channel,
        mention: mention(id, channel, Some(field(7)), field(8)),
        is_concern: field(1) != "none",
        scope: scope(field(3)),
        units: list(field(4), ","),
        pii: list(field(6), " ; "),
        agencies: Vec::new(),
        topic: None,
        style: field(5).to_owned(),
    }
}
