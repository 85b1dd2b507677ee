//! Mention lines, as commands and the API read them.

#[path = "../../api/src/lines/mention.rs"]
mod mention;
#[path = "../../api/src/lines/parse.rs"]
mod parse;
#[path = "../../api/src/lines/place.rs"]
mod place;
#[path = "../../api/src/lines/time.rs"]
mod time;

pub use mention::{EngagementLine, MentionLine, TicketLine};
pub use parse::{Note, ParsedMention};
pub use place::{UnitWeight, scope_code};
pub use time::{format_time, parse_time};

fn round(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale
}
