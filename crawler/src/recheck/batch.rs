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
pub(crate) enum Heard {
    /// The ids of those that stand.
    Standing(FxHashSet<String>),
    /// One of them at least is missing.
    SomeMissing,
    /// No answer: nothing is known of these, and the rest is not asked about now.
    Trouble,
}

/// An item: its place among the mentions, and its id at the interface.
pub(crate) type Item = (usize, String);

/// Items that are asked about, a batch at a time: take [`next`](Self::next), ask, and say what was
/// [heard](Self::hear).
pub(crate) struct Batches {
    /// Last first; `true` says that an item left out is gone, because it was left out before.
    waiting: Vec<(Vec<Item>, bool)>,
    asked: (Vec<Item>, bool),
    n_left: usize,
    verdicts: Vec<(usize, Verdict)>,
}

impl Batches {
    /// At most so many items in a batch, and so many batches in all.
    pub(crate) fn new(items: &[Item], batch_max: usize, requests_max: usize) -> Self {
        let chunks = items.chunks(batch_max.max(1)).rev();
        Self {
            waiting: chunks.map(|chunk| (chunk.to_vec(), false)).collect(),
            asked: (Vec::new(), false),
            n_left: requests_max,
            verdicts: Vec::new(),
        }
    }

    /// The ids to ask about next; `None` when all were asked about or no more may be.
    pub(crate) fn next(&mut self) -> Option<Vec<String>> {
        self.n_left = self.n_left.checked_sub(1)?;
        self.asked = self.waiting.pop()?;
        Some(self.asked.0.iter().map(|(_, id)| id.clone()).collect())
    }

    /// Enters what the interface said of the batch taken last.
    pub(crate) fn hear(&mut self, heard: Heard) {
        let (batch, is_second) = std::mem::take(&mut self.asked);
        match heard {
            Heard::Standing(found) => {
                let (there, missing) = batch
                    .into_iter()
                    .partition::<Vec<_>, _>(|(_, id)| found.contains(id));
                self.judge(&there, Verdict::Stands);
                if is_second {
                    self.judge(&missing, Verdict::Gone);
                } else if !missing.is_empty() {
                    self.waiting.push((missing, true));
                }
            }
            Heard::SomeMissing if batch.len() == 1 => self.judge(&batch, Verdict::Gone),
            Heard::SomeMissing => {
                let (one, other) = batch.split_at(batch.len() / 2);
                self.waiting.push((other.to_vec(), is_second));
                self.waiting.push((one.to_vec(), is_second));
            }
            Heard::Trouble => self.waiting.clear(),
        }
    }

    /// What was found out; items nothing was learned of have no verdict.
    pub(crate) fn verdicts(self) -> Vec<(usize, Verdict)> {
        self.verdicts
    }

    fn judge(&mut self, batch: &[Item], verdict: Verdict) {
        let judged = batch.iter().map(|(at, _)| (*at, verdict));
        self.verdicts.extend(judged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(
        n: usize,
        batch_max: usize,
        mut answer: impl FnMut(&[String]) -> Heard,
    ) -> (Vec<usize>, usize, usize) {
        let items = (0..n).map(|at| (at, at.to_string())).collect::<Vec<_>>();
        let mut batches = Batches::new(&items, batch_max, 40);
        let mut n_asked = 0;
        while let Some(ids) = batches.next() {
            n_asked += 1;
            batches.hear(answer(&ids));
        }
        let verdicts = batches.verdicts();
        let gone = verdicts
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Gone);
        let mut gone = gone.map(|(at, _)| *at).collect::<Vec<_>>();
        gone.sort_unstable();
        (gone, verdicts.len(), n_asked)
    }

    fn all(ids: &[String]) -> Heard {
        Heard::Standing(ids.iter().cloned().collect())
    }

    #[test]
    fn an_item_left_out_twice_is_gone() {
        let mut n_asked = 0;
        let found = run(7, 5, |ids| {
            n_asked += 1;
            // The second is left out for once only, the fourth for good.
            let is_there = |id: &&String| *id != "3" && !(*id == "1" && n_asked == 1);
            Heard::Standing(ids.iter().filter(is_there).cloned().collect())
        });
        assert_eq!(found, (vec![3], 7, 3));
    }

    #[test]
    fn a_refused_batch_is_halved_until_the_missing_stand_alone() {
        let (gone, n_judged, n_asked) = run(50, 50, |ids| {
            if ids.iter().any(|id| id == "7" || id == "31") {
                return Heard::SomeMissing;
            }
            all(ids)
        });
        assert_eq!((gone, n_judged), (vec![7, 31], 50));
        assert!(n_asked < 25, "{n_asked}");
    }

    #[test]
    fn trouble_and_bounds_leave_the_rest_unknown() {
        let troubled = run(4, 2, |ids| {
            if ids.contains(&"2".to_owned()) {
                return Heard::Trouble;
            }
            all(ids)
        });
        assert_eq!(troubled, (vec![], 2, 2));
        let bounded = run(1000, 10, all);
        assert_eq!(bounded, (vec![], 400, 40));
    }
}
