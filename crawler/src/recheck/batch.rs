//! Asking an interface about many items at once.
//!
//! Interfaces differ in what they do about an item that is gone: some leave it out, some refuse the
//! whole batch because of it. A refused batch is halved until the missing item stands alone; an item
//! left out is asked about once more before it counts as gone.

use rustc_hash::FxHashSet;

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Stands,
    Gone,
}

/// What an interface says of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Batch {
    /// The ids of those that stand.
    Standing(FxHashSet<String>),
    /// One of them at least is missing.
    SomeMissing,
    /// No answer: nothing is known of these, and the rest is not asked about now.
    Trouble,
}

/// Asks about items by their ids, at most so many in a batch and so many times in all. Those of whom
/// nothing was learned have no verdict.
pub(crate) async fn look<F>(
    items: &[(usize, String)],
    batch_max: usize,
    requests_max: usize,
    mut ask: F,
) -> Vec<(usize, Verdict)>
where
    F: AsyncFnMut(&[String]) -> Batch,
{
    let mut verdicts = Vec::new();
    // Last first; `true` says that an item left out is gone, because it was left out before.
    let mut waiting = items
        .chunks(batch_max.max(1))
        .map(|chunk| (chunk.to_vec(), false))
        .collect::<Vec<_>>();
    waiting.reverse();
    for _ in 0..requests_max {
        let Some((batch, is_second)) = waiting.pop() else {
            break;
        };
        let ids = batch.iter().map(|(_, id)| id.clone()).collect::<Vec<_>>();
        match ask(&ids).await {
            Batch::Standing(found) => {
                let (there, missing) = batch
                    .into_iter()
                    .partition::<Vec<_>, _>(|(_, id)| found.contains(id));
                verdicts.extend(there.into_iter().map(|(at, _)| (at, Verdict::Stands)));
                if is_second {
                    verdicts.extend(missing.into_iter().map(|(at, _)| (at, Verdict::Gone)));
                } else if !missing.is_empty() {
                    waiting.push((missing, true));
                }
            }
            Batch::SomeMissing => match batch.as_slice() {
                [(at, _)] => verdicts.push((*at, Verdict::Gone)),
                _ => {
                    let (one, other) = batch.split_at(batch.len() / 2);
                    waiting.push((other.to_vec(), is_second));
                    waiting.push((one.to_vec(), is_second));
                }
            },
            Batch::Trouble => break,
        }
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(n: usize) -> Vec<(usize, String)> {
        (0..n).map(|at| (at, at.to_string())).collect()
    }

    fn gone(verdicts: &[(usize, Verdict)]) -> Vec<usize> {
        let gone = verdicts.iter().filter(|(_, verdict)| *verdict == Verdict::Gone);
        let mut gone = gone.map(|(at, _)| *at).collect::<Vec<_>>();
        gone.sort_unstable();
        gone
    }

    #[tokio::test]
    async fn an_item_left_out_twice_is_gone() {
        let mut n_asked = 0;
        let verdicts = look(&items(7), 5, 10, async |ids: &[String]| {
            n_asked += 1;
            // The second is left out for once only, the fourth for good.
            let is_there = |id: &&String| *id != "3" && !(*id == "1" && n_asked == 1);
            Batch::Standing(ids.iter().filter(is_there).cloned().collect())
        })
        .await;
        assert_eq!(gone(&verdicts), [3]);
        assert_eq!((verdicts.len(), n_asked), (7, 3));
    }

    #[tokio::test]
    async fn a_refused_batch_is_halved_until_the_missing_stand_alone() {
        let mut n_asked = 0;
        let verdicts = look(&items(50), 50, 40, async |ids: &[String]| {
            n_asked += 1;
            if ids.iter().any(|id| id == "7" || id == "31") {
                return Batch::SomeMissing;
            }
            Batch::Standing(ids.iter().cloned().collect())
        })
        .await;
        assert_eq!(gone(&verdicts), [7, 31]);
        assert_eq!(verdicts.len(), 50);
        assert!(n_asked < 25, "{n_asked}");
    }

    #[tokio::test]
    async fn trouble_and_bounds_leave_the_rest_unknown() {
        let verdicts = look(&items(4), 2, 10, async |ids: &[String]| {
            if ids.contains(&"2".to_owned()) {
                return Batch::Trouble;
            }
            Batch::Standing(ids.iter().cloned().collect())
        })
        .await;
        assert_eq!((verdicts.len(), gone(&verdicts).len()), (2, 0));
        let refused = look(&items(8), 8, 2, async |_: &[String]| Batch::SomeMissing).await;
        assert!(refused.is_empty());
    }
}
