//! The inverted index by which candidates are found in constant time a mention.

use rustc_hash::FxHashMap;

use super::profile::Profile;
use super::terms::stable_hash;
use crate::domain::Scope;

/// Keys a profile is found by, and clusters that had each key, latest last.
#[derive(Debug, Default)]
pub(super) struct CandidateIndex {
    postings: FxHashMap<u64, Vec<u32>>,
}

/// Rarest terms a profile is found by.
const LOOKUP_TERMS: usize = 12;

impl CandidateIndex {
    /// Files a cluster under the keys of a profile.
    pub fn add(&mut self, cluster: u32, profile: &Profile) {
        for key in keys(profile) {
            let posting = self.postings.entry(key).or_default();
            // A cluster that is joined again moves to the end, where it is looked at first.
            if posting.last() != Some(&cluster) {
                posting.push(cluster);
            }
        }
    }

    /// Clusters that share most keys with a profile, best first, at most `max_candidates`; of each
    /// key only the latest `max_postings` are looked at, which bounds the work.
    pub fn candidates(
        &self,
        profile: &Profile,
        max_candidates: usize,
        max_postings: usize,
    ) -> Vec<u32> {
        let mut votes: FxHashMap<u32, f32> = FxHashMap::default();
        for key in keys(profile) {
            let Some(posting) = self.postings.get(&key) else {
                continue;
            };
            let share = 1.0 / (1.0 + (posting.len() as f32).ln());
            let latest = &posting[posting.len().saturating_sub(max_postings)..];
            let mut seen = latest.to_vec();
            seen.sort_unstable();
            seen.dedup();
            for cluster in seen {
                *votes.entry(cluster).or_default() += share;
            }
        }
        let mut ranked = votes.into_iter().collect::<Vec<_>>();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(max_candidates);
        ranked.into_iter().map(|(cluster, _)| cluster).collect()
    }
}

/// Its heaviest terms, and its topic in each of its units.
fn keys(profile: &Profile) -> impl Iterator<Item = u64> {
    let topic = profile.topic().index() as u64;
    let places = profile
        .units
        .iter()
        .take(8)
        .map(move |(code, _)| {
            stable_hash(
                &[u64::from(code.number()), topic]
                    .map(u64::to_le_bytes)
                    .concat(),
            )
        })
        .collect::<Vec<_>>();
    let city = (profile.scope == Scope::City).then(|| stable_hash(&[b'c', topic as u8]));
    let terms = profile.lookup_terms(LOOKUP_TERMS).map(u64::from);
    terms.chain(places).chain(city)
}
