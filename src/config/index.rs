//! `[index]`: the search index on a server instead of a folder.

use std::path::PathBuf;

use models::domain::SecretRef;
use serde::Deserialize;

use super::sources;

/// Where the search index is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Index {
    /// Address of an Elasticsearch or OpenSearch server that has the index; empty for a folder.
    pub elastic: String,
    /// Name under which the index is found there; indexes behind it begin with it.
    pub name: String,
    /// Where `user:password` or an encoded API key stands: `env:NAME` or a file; empty: none is sent.
    pub credentials: String,
    /// File with certificates of authorities trusted besides those of the system, relative to the
    /// configuration file.
    pub ca: Option<PathBuf>,
    /// Shards of an index made from now on.
    pub shards: u16,
    /// Copies of each shard of an index made from now on.
    pub replicas: u16,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            elastic: String::new(),
            name: "langnghe".to_owned(),
            credentials: String::new(),
            ca: None,
            shards: 1,
            replicas: 1,
        }
    }
}

impl Index {
    /// Whether a server has it.
    pub fn is_remote(&self) -> bool {
        !self.elastic.is_empty()
    }

    /// Where the credentials stand.
    pub fn credentials(&self) -> Option<SecretRef> {
        (!self.credentials.is_empty()).then(|| sources::place_of(&self.credentials))
    }

    /// What cannot be used, as key, Vietnamese and English.
    pub(super) fn complaint(&self) -> Option<(&'static str, &'static str, &'static str)> {
        if self.is_remote() && cfg!(not(feature = "elastic")) {
            Some((
                "elastic",
                "chương trình này được dựng không có tính năng `elastic`",
                "this program was built without the feature `elastic`",
            ))
        } else if self.shards == 0 {
            Some(("shards", "phải ít nhất là 1", "must be at least 1"))
        } else {
            None
        }
    }
}
