//! `topics.toml`: the 26 topics with their names and lexicons.

use std::path::Path;

use models::domain::{Taxonomy, Topic, TopicInfo};
use serde::Deserialize;

use super::ConfigError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    topic: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    name_vi: String,
    name_en: String,
    description: String,
    lexicon: Vec<String>,
}

/// Reads the text of a topics file.
pub fn parse_topics(path: &Path, text: &str) -> Result<Taxonomy, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let topics = file.topic.into_iter().map(|entry| entry.into_info(path));
    Taxonomy::new(topics.collect::<Result<_, _>>()?).map_err(|topic| {
        let code = topic.code();
        let reason = format!(
            "lĩnh vực `{code}` phải có đúng một mục / topic `{code}` must have exactly one entry"
        );
        ConfigError::data(path, reason)
    })
}

impl Entry {
    fn into_info(self, path: &Path) -> Result<TopicInfo, ConfigError> {
        let topic = Topic::from_code(&self.code).ok_or_else(|| {
            let known = Topic::ALL.map(Topic::code).join(", ");
            let reason = format!(
                "mã lĩnh vực `{}` lạ / unknown code; known: {known}",
                self.code
            );
            ConfigError::data(path, reason)
        })?;
        Ok(TopicInfo {
            topic,
            name_vi: self.name_vi,
            name_en: self.name_en,
            description: self.description,
            lexicon: self.lexicon,
        })
    }
}
