//! `langnghe digest replay`: makes published digests again from the record as it was known then, and
//! compares them byte by byte.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;
use indexer::archive::KnownEdition;
use indexer::digest_bytes;
use models::domain::{Digest, DigestScope, Period};
use sha2::{Digest as _, Sha256};

use crate::pipeline::Pipeline;

/// What became of the digests of one period when they were made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Digests, each revision counted.
    pub n_digests: usize,
    /// Those that came out the same, byte by byte.
    pub n_same: usize,
    /// Those that came out otherwise.
    pub n_different: usize,
    /// Those that read mentions which were removed since: they cannot be made again.
    pub n_erased: usize,
    /// Those that another method or configuration made.
    pub n_other_method: usize,
    /// Those of releases that kept no account of what was known.
    pub n_unknown: usize,
    /// Hash of the bytes that came out, of all digests in their order.
    pub sha256: String,
}

impl Replayed {
    /// Whether everything that could be made again came out the same.
    pub fn is_faithful(&self) -> bool {
        self.n_different == 0
    }
}

/// Makes every revision of every digest of a period again.
pub fn replay(pipeline: &Pipeline, period: Period) -> Result<Replayed> {
    let mut editions: BTreeMap<u64, (KnownEdition, Vec<Digest>)> = BTreeMap::new();
    let mut replayed = Replayed::default();
    for latest in pipeline.archive.digests_of(period)? {
        for revision in 1..=latest.revision {
            let Some(digest) = find(pipeline, &latest.scope, period, revision)? else {
                continue;
            };
            replayed.n_digests += 1;
            let archive = &pipeline.archive;
            match archive.edition_of(&digest.scope, period, revision)? {
                Some(edition) if edition.inputs.is_some() => {
                    let made = editions.entry(edition.id);
                    let (_, digests) = made.or_insert_with(|| (edition, Vec::new()));
                    digests.push(digest);
                }
                _ => replayed.n_unknown += 1,
            }
        }
    }
    let mut hash = Sha256::new();
    for (edition, published) in editions.values() {
        compare(
            pipeline,
            period,
            edition,
            published,
            &mut replayed,
            &mut hash,
        )?;
    }
    replayed.sha256 = hash
        .finalize()
        .iter()
        .fold(String::new(), |mut word, byte| {
            // Writing to a string cannot fail.
            let _ = write!(word, "{byte:02x}");
            word
        });
    Ok(replayed)
}

fn find(
    pipeline: &Pipeline,
    scope: &DigestScope,
    period: Period,
    revision: u32,
) -> Result<Option<Digest>> {
    Ok(pipeline
        .archive
        .period_digest(scope, period, Some(revision))?)
}

fn compare(
    pipeline: &Pipeline,
    period: Period,
    edition: &KnownEdition,
    published: &[Digest],
    replayed: &mut Replayed,
    hash: &mut Sha256,
) -> Result<()> {
    let made = pipeline.make_again(period, edition)?.unwrap_or_default();
    let made = made.iter().map(|digest| (&digest.scope, digest));
    let made = made.collect::<BTreeMap<_, _>>();
    let method = edition.inputs.as_ref().map(|inputs| inputs.method.as_str());
    let is_other_method = method != Some(&pipeline.city.method_word());
    let is_erased = pipeline.n_removed_since(period, edition)? > 0;
    for digest in published {
        let again = match made.get(&digest.scope) {
            Some(again) => digest_bytes(again)?,
            None => Vec::new(),
        };
        hash.update(&again);
        if again == digest_bytes(digest)? {
            replayed.n_same += 1;
        } else if is_erased {
            replayed.n_erased += 1;
        } else if is_other_method {
            replayed.n_other_method += 1;
        } else {
            replayed.n_different += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
