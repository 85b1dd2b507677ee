//! Many writes in one request: cut to size, read item by item, the busy ones again.

use std::thread::sleep;

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::shape::document;
use super::wire::{Ask, Body, Patience, Wire};
use crate::archive::Change;
use crate::search::ServerFault;

/// A request is cut at this size; servers take 100 MB unless told otherwise and like 5 to 15.
const MAX_BULK_BYTES: usize = 4 << 20;

/// Refusals named in an error.
const REFUSALS_SHOWN: usize = 3;

/// One write, as its lines in a request.
pub(super) struct Write {
    id: String,
    lines: Vec<u8>,
}

impl Write {
    /// A write under the number it has in the record: the server drops it when it knows a later one,
    /// whoever sent that, and takes it twice without harm.
    pub fn new(change: &Change) -> Self {
        let id = change.mention.as_str();
        let meta = json!({"_id": id, "version": change.seq, "version_type": "external_gte"});
        let mut lines = Vec::new();
        if let Some(now) = &change.now {
            push(&mut lines, &json!({"index": meta}));
            push(&mut lines, &document(now, change.moment));
        } else {
            push(&mut lines, &json!({"delete": meta}));
        }
        Self {
            id: id.to_owned(),
            lines,
        }
    }
}

fn push(lines: &mut Vec<u8>, value: &Value) {
    lines.extend_from_slice(value.to_string().as_bytes());
    lines.push(b'\n');
}

/// Makes all writes, or says which were refused.
pub(super) fn send(wire: &Wire, alias: &str, writes: &[Write]) -> Result<(), ServerFault> {
    let mut rest = writes;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest
            .iter()
            .take_while(|write| {
                bytes += write.lines.len();
                bytes <= MAX_BULK_BYTES
            })
            .count();
        let (now, later) = rest.split_at(fitting.max(1));
        send_halved(wire, alias, now)?;
        rest = later;
    }
    Ok(())
}

/// Halves what the server, or a proxy before it, finds too large.
fn send_halved(wire: &Wire, alias: &str, writes: &[Write]) -> Result<(), ServerFault> {
    match send_patiently(wire, alias, writes) {
        Err(ServerFault::TooLarge { .. }) if writes.len() > 1 => {
            let (first, second) = writes.split_at(writes.len() / 2);
            send_halved(wire, alias, first)?;
            send_halved(wire, alias, second)
        }
        sent => sent,
    }
}

/// Sends again what the server had no room for.
fn send_patiently(wire: &Wire, alias: &str, writes: &[Write]) -> Result<(), ServerFault> {
    let mut waiting: Vec<&Write> = writes.iter().collect();
    let mut n_tried = 0;
    loop {
        n_tried += 1;
        waiting = send_once(wire, alias, &waiting)?;
        if waiting.is_empty() {
            return Ok(());
        }
        let Some(pause) = Patience::WRITING.pause(n_tried, None) else {
            return Err(ServerFault::Busy {
                status: 429,
                n_tries: n_tried,
            });
        };
        sleep(pause);
    }
}

#[derive(Deserialize)]
struct Answer {
    items: Vec<Value>,
}

#[derive(Deserialize)]
struct Item {
    status: u16,
    error: Option<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(rename = "type")]
    kind: String,
}

/// What became of one write.
enum Fate {
    Done,
    Busy,
    Refused(String),
}

/// Sends once; the writes that were not taken for want of room.
fn send_once<'a>(
    wire: &Wire,
    alias: &str,
    writes: &[&'a Write],
) -> Result<Vec<&'a Write>, ServerFault> {
    let body: Vec<u8> = writes
        .iter()
        .flat_map(|write| write.lines.iter().copied())
        .collect();
    let answer = wire.call(&Ask {
        method: Method::POST,
        path: format!("{alias}/_bulk?require_alias=true"),
        body: Body::Lines(&body),
        patience: Patience::WRITING,
    })?;
    let strange = |why: String| ServerFault::Unexpected(format!("a bulk answer: {why}"));
    let answer: Answer = serde_json::from_value(answer).map_err(|why| strange(why.to_string()))?;
    if answer.items.len() != writes.len() {
        let (n, m) = (answer.items.len(), writes.len());
        return Err(strange(format!("{n} items for {m} writes")));
    }
    let mut busy = Vec::new();
    let mut refused = Vec::new();
    for (write, item) in writes.iter().zip(answer.items) {
        match fate(item).map_err(strange)? {
            Fate::Done => {}
            Fate::Busy => busy.push(*write),
            Fate::Refused(why) if why == "cluster_block_exception" => {
                return Err(ServerFault::Blocked(why));
            }
            Fate::Refused(why) => refused.push(format!("{}: {why}", write.id)),
        }
    }
    if refused.is_empty() {
        return Ok(busy);
    }
    let n_refused = refused.len();
    refused.truncate(REFUSALS_SHOWN);
    Err(ServerFault::PartlyRefused {
        n_refused,
        n_sent: writes.len(),
        first: refused.join(", "),
    })
}

/// Reads `{"index": {"status": 201, …}}`.
fn fate(item: Value) -> Result<Fate, String> {
    let Value::Object(item) = item else {
        return Err("an item is no object".to_owned());
    };
    let (_, item) = item.into_iter().next().ok_or("an item is empty")?;
    let item: Item = serde_json::from_value(item).map_err(|why| why.to_string())?;
    let kind = item.error.map(|reason| reason.kind);
    Ok(match (item.status, kind) {
        // A later write is there already, or what is to be deleted is not.
        (409, Some(kind)) if kind == "version_conflict_engine_exception" => Fate::Done,
        (200..=299 | 404, None) => Fate::Done,
        (429 | 503, Some(kind)) if kind != "cluster_block_exception" => Fate::Busy,
        (status, kind) => Fate::Refused(kind.unwrap_or_else(|| status.to_string())),
    })
}
