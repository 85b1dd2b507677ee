//! Reading many mentions together: those that speak of the same thing lend each other their topic.
//!
//! People write "QL13 lại đứng im" and leave the rest to the reader, who knows what the others said.
//! Mentions that share rare word pairs (names of streets, firms and schools, odd turns of phrase)
//! are neighbours; each takes part of its neighbours' topic probabilities.

use rustc_hash::FxHashMap;

use super::model::N_TOPICS;

/// A word pair in more mentions than this says little and costs much.
const MAX_SHARERS: usize = 60;

/// Neighbours a mention listens to.
const MAX_NEIGHBOURS: usize = 40;

/// Likeness below which two mentions have nothing to do with each other, 0 to 1.
const MIN_LIKENESS: f32 = 0.015;

/// Between a cosine (1) and a plain count of what is shared (0): a short post is like a long
/// article that holds all its rare words.
const LENGTH_POWER: f32 = 0.7;

/// Product of the lengths of two usual mentions.
const USUAL_LENGTH: f32 = 50.0;

/// Rounds in which evidence travels.
const ROUNDS: usize = 3;

/// Likeness of a reply to the post it answers, which has the topic of the thread, and the other
/// way round.
const LIKE_PARENT: f32 = 0.6;
const LIKE_REPLY: f32 = 0.1;

/// Replies that a post listens to.
const MAX_REPLIES: usize = 8;

/// Which post a mention is, and which it answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kin {
    pub own: u64,
    pub parent: Option<u64>,
}

/// Makes replies and the posts they answer neighbours.
pub(super) fn tie_threads(neighbours: &mut [Vec<(usize, f32)>], kin: &[Kin]) {
    let mut posts: FxHashMap<u64, usize> = FxHashMap::default();
    for (index, kin) in kin.iter().enumerate() {
        posts.entry(kin.own).or_insert(index);
    }
    let mut n_replies = vec![0; kin.len()];
    for (index, kin) in kin.iter().enumerate() {
        let Some(&post) = kin.parent.and_then(|parent| posts.get(&parent)) else {
            continue;
        };
        if post == index {
            continue;
        }
        neighbours[index].push((post, LIKE_PARENT));
        n_replies[post] += 1;
        if n_replies[post] <= MAX_REPLIES {
            neighbours[post].push((index, LIKE_REPLY));
        }
    }
}

/// Likeness of mentions: for each, its neighbours. Two mentions that both speak for themselves
/// (`is_whole`) are none: a news article names its matter, and what two of them share is as often
/// the words of all news as one event.
pub(super) fn neighbours(fingerprints: &[&[u64]], is_whole: &[bool]) -> Vec<Vec<(usize, f32)>> {
    let mut sharers: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    for (index, fingerprint) in fingerprints.iter().enumerate() {
        for &pair in *fingerprint {
            sharers.entry(pair).or_default().push(index as u32);
        }
    }
    let n_mentions = fingerprints.len() as f32;
    let rarity = |n_sharers: usize| (n_mentions / n_sharers as f32).ln().max(0.0);
    let lengths = fingerprints
        .iter()
        .map(|fingerprint| {
            let squares = fingerprint
                .iter()
                .map(|pair| rarity(sharers[pair].len()).powi(2));
            squares.sum::<f32>().sqrt().max(1e-6)
        })
        .collect::<Vec<_>>();
    let mut likeness: FxHashMap<usize, f32> = FxHashMap::default();
    let mut all = Vec::with_capacity(fingerprints.len());
    for (index, fingerprint) in fingerprints.iter().enumerate() {
        likeness.clear();
        for pair in *fingerprint {
            let sharers = &sharers[pair];
            if sharers.len() > MAX_SHARERS {
                continue;
            }
            let weight = rarity(sharers.len()).powi(2);
            for &other in sharers {
                *likeness.entry(other as usize).or_default() += weight;
            }
        }
        likeness.remove(&index);
        let mut found = likeness
            .iter()
            .filter(|&(&other, _)| !(is_whole[index] && is_whole[other]))
            .map(|(&other, &sum)| (other, sum / common_length(lengths[index] * lengths[other])))
            .filter(|&(_, likeness)| likeness >= MIN_LIKENESS)
            .collect::<Vec<_>>();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(MAX_NEIGHBOURS);
        all.push(found);
    }
    all
}

fn common_length(product: f32) -> f32 {
    product.powf(LENGTH_POWER) * USUAL_LENGTH.powf(1.0 - LENGTH_POWER)
}

/// Adds to each mention's topic scores what its neighbours think, times their likeness and `trust`.
///
/// `voices` says how much each mention may speak: nothing when it is noise.
pub(super) fn share_topics(
    scores: &[[f32; N_TOPICS]],
    voices: &[f32],
    neighbours: &[Vec<(usize, f32)>],
    trust: f32,
) -> Vec<[f32; N_TOPICS]> {
    let mut shared = scores.to_vec();
    for _ in 0..ROUNDS {
        let beliefs = shared
            .iter()
            .map(|scores| {
                let mut belief = *scores;
                super::calibrate::softmax(&mut belief);
                belief
            })
            .collect::<Vec<_>>();
        for (index, found) in neighbours.iter().enumerate() {
            let mut mixed = scores[index];
            for &(other, likeness) in found {
                let say = trust * likeness * voices[other];
                for (score, belief) in mixed.iter_mut().zip(&beliefs[other]) {
                    *score += say * belief;
                }
            }
            shared[index] = mixed;
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_share_a_rare_pair_share_their_topic() {
        let mut fingerprints = (10..30).map(|pair| vec![pair]).collect::<Vec<Vec<u64>>>();
        fingerprints.extend([vec![1, 2], vec![1, 3]]);
        let slices = fingerprints.iter().map(Vec::as_slice);
        let slices = slices.collect::<Vec<_>>();
        let found = neighbours(&slices, &[false; 22]);
        assert!(found[..20].iter().all(Vec::is_empty));
        assert_eq!(found[20][0].0, 21);
        let mut scores = vec![[0.0; N_TOPICS]; 22];
        scores[20][4] = 5.0;
        let voices = vec![1.0; 22];
        let shared = share_topics(&scores, &voices, &found, 10.0);
        assert!(shared[21][4] > shared[21][5] + 1.0);
        assert!(shared[0].iter().all(|score| score.abs() < 1e-6));
        let mute = share_topics(&scores, &[0.0; 22], &found, 10.0);
        assert!((mute[21][4] - mute[21][5]).abs() < 1e-6);
    }

    #[test]
    fn two_that_speak_for_themselves_do_not_listen_to_each_other() {
        let mut fingerprints = (10..30).map(|pair| vec![pair]).collect::<Vec<Vec<u64>>>();
        fingerprints.extend([vec![1, 2], vec![1, 3], vec![1, 4]]);
        let slices = fingerprints.iter().map(Vec::as_slice).collect::<Vec<_>>();
        let mut is_whole = [false; 23];
        is_whole[20..22].fill(true);
        let found = neighbours(&slices, &is_whole);
        let others = |index: usize| found[index].iter().map(|n| n.0).collect::<Vec<_>>();
        assert_eq!(others(20), [22]);
        assert_eq!(others(22), [20, 21]);
    }
}
