//! Environment overrides: `LANGNGHE_SECTION__KEY` replaces one value of the file.

use serde::Deserialize;
use toml::{Table, Value};

use super::{Config, ConfigError};

const PREFIX: &str = "LANGNGHE_";

/// Lays the environment over the file's values, variable by variable, so that a wrong one is named.
pub fn apply(
    config: Config,
    text: &str,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let mut config = config;
    let mut table: Table = toml::from_str(text).unwrap_or_default();
    for (name, raw) in environment {
        let Some((section, key)) = section_and_key(&name) else {
            continue;
        };
        let slot = table
            .entry(section)
            .or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(values) = slot {
            values.insert(key, typed(&raw));
        }
        config = Config::deserialize(table.clone()).map_err(|error| ConfigError::Environment {
            name,
            reason: error.message().trim().to_owned(),
        })?;
    }
    Ok(config)
}

fn section_and_key(name: &str) -> Option<(String, String)> {
    let (section, key) = name.strip_prefix(PREFIX)?.split_once("__")?;
    Some((section.to_lowercase(), key.to_lowercase()))
}

/// `true`, `5` and `2.5` keep their type; all else is text.
fn typed(raw: &str) -> Value {
    if let Ok(flag) = raw.parse() {
        return Value::Boolean(flag);
    }
    if let Ok(whole) = raw.parse() {
        return Value::Integer(whole);
    }
    raw.parse()
        .map_or_else(|_| Value::String(raw.to_owned()), Value::Float)
}
