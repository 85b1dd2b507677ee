//! Guards: reprints count little and coordinated posts are weighted down, neither silently.

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::method::RankMethod;
use crate::domain::Channel;

/// What the guards look at in one mention of a concern.
#[derive(Clone, Copy, Debug)]
pub(in crate::ranking) struct Suspect {
    pub channel: Channel,
    pub fingerprint: u64,
    pub published_at: Option<Timestamp>,
    /// Whether the text is long enough that being the same is no accident.
    pub long_enough: bool,
    /// Position of the first print of its story among the mentions: its own unless it is a reprint.
    pub first_print: usize,
}

/// What the guards say of one mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::ranking) struct Verdict {
    /// A copy of an earlier mention of the same concern: not an independent source.
    pub copy: bool,
    /// Part of a burst of near-identical posts.
    pub coordinated: bool,
    /// Posts in that burst.
    pub n_coordinated: u32,
}

/// Judges the mentions of one concern, given oldest first.
///
/// Near-identical texts are found by the four 16-bit bands of their fingerprints, reprints with a new
/// lead or half of the text by their stories. A family of at least
/// `coordinated_posts` posts that are not press reprints, within `coordinated_minutes`, is suspected.
pub(in crate::ranking) fn judge(method: &RankMethod, suspects: &[Suspect]) -> Vec<Verdict> {
    let families = families(method, suspects);
    let mut verdicts = vec![Verdict::default(); suspects.len()];
    for members in families.values().filter(|members| members.len() > 1) {
        for &at in &members[1..] {
            verdicts[at].copy = true;
        }
        let mut posts = members
            .iter()
            .filter(|&&at| suspects[at].channel != Channel::Press)
            .filter_map(|&at| Some((suspects[at].published_at?, at)))
            .collect::<Vec<_>>();
        posts.sort_unstable();
        let crowded = crowded(method, &posts);
        for &at in &crowded {
            verdicts[at].coordinated = true;
            verdicts[at].n_coordinated = crowded.len() as u32;
        }
    }
    verdicts
}

/// Posts that have enough others of the family within the minutes allowed.
fn crowded(method: &RankMethod, posts: &[(Timestamp, usize)]) -> Vec<usize> {
    let n = method.coordinated_posts.max(2);
    let mut crowded = vec![false; posts.len()];
    for start in 0..posts.len().saturating_sub(n - 1) {
        let span = posts[start + n - 1].0.duration_since(posts[start].0);
        if span.as_mins() <= method.coordinated_minutes {
            crowded[start..start + n].fill(true);
        }
    }
    let marked = posts.iter().zip(crowded).filter(|(_, crowded)| *crowded);
    marked.map(|((_, at), _)| *at).collect()
}

fn families(method: &RankMethod, suspects: &[Suspect]) -> FxHashMap<usize, Vec<usize>> {
    const MAX_BAND: usize = 16;
    let mut first_of = suspects
        .iter()
        .map(|suspect| suspect.first_print)
        .collect::<Vec<_>>();
    let mut bands: FxHashMap<(u32, u16), Vec<usize>> = FxHashMap::default();
    for (at, suspect) in suspects.iter().enumerate() {
        if suspect.fingerprint == 0 || !suspect.long_enough {
            continue;
        }
        for band in 0..4 {
            let key = (band, (suspect.fingerprint >> (16 * band)) as u16);
            let others = bands.entry(key).or_default();
            let twin = others.iter().copied().find(|&other| {
                let differing = suspects[other].fingerprint ^ suspect.fingerprint;
                differing.count_ones() <= method.near_bits
            });
            match twin {
                Some(twin) => first_of[at] = first_of[at].min(first_of[twin]),
                None if others.len() < MAX_BAND => others.push(at),
                None => {}
            }
        }
    }
    let mut families: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
    for (at, first) in first_of.into_iter().enumerate() {
        families.entry(first).or_default().push(at);
    }
    families
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(minute: i64, fingerprint: u64, channel: Channel) -> Suspect {
        Suspect {
            channel,
            fingerprint,
            published_at: Some(Timestamp::from_second(minute * 60).unwrap()),
            long_enough: true,
            first_print: minute as usize,
        }
    }

    #[test]
    fn a_burst_of_one_text_is_suspected_but_reprints_are_not() {
        let method = RankMethod::default();
        let posts = (0..6)
            .map(|i| post(i, 0xabcd_0000_1111_2222 ^ (i as u64 & 1), Channel::Social))
            .collect::<Vec<_>>();
        let verdicts = judge(&method, &posts);
        assert!(verdicts.iter().all(|verdict| verdict.coordinated));
        assert!(!verdicts[0].copy && verdicts[1].copy);
        let press = (0..6)
            .map(|i| post(i, 0xabcd, Channel::Press))
            .collect::<Vec<_>>();
        let verdicts = judge(&method, &press);
        assert!(verdicts.iter().all(|verdict| !verdict.coordinated));
        assert_eq!(verdicts.iter().filter(|verdict| verdict.copy).count(), 5);
    }

    #[test]
    fn the_same_text_over_days_is_no_burst() {
        let posts = (0..6)
            .map(|i| Suspect {
                first_print: i as usize,
                ..post(i * 600, 0xabcd, Channel::Social)
            })
            .collect::<Vec<_>>();
        let verdicts = judge(&RankMethod::default(), &posts);
        assert!(verdicts.iter().all(|verdict| !verdict.coordinated));
    }
}
