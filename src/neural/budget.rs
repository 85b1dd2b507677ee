//! How many mentions may be read again: so many at once, so many a day, so that cost is bounded
//! whatever comes in.

use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;

/// Bounds, and what is used up of the day's.
pub struct Budget {
    per_batch: usize,
    per_day: usize,
    used: Mutex<(Date, usize)>,
}

impl Budget {
    /// A budget that begins whole on the day given.
    pub fn new(per_batch: usize, per_day: usize, today: Date) -> Self {
        Self {
            per_batch,
            per_day,
            used: Mutex::new((today, 0)),
        }
    }

    /// Takes as many as are wanted and left, and says how many.
    pub fn take(&self, n_wanted: usize, today: Date) -> usize {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.0 != today {
            *used = (today, 0);
        }
        let left = self.per_day - used.1;
        let n_taken = n_wanted.min(self.per_batch).min(left);
        used.1 += n_taken;
        n_taken
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn batch_and_day_are_bounded_and_a_new_day_begins_whole() {
        let today = date(2026, 11, 22);
        let budget = Budget::new(4, 10, today);
        let taken = [9, 3, 4, 4].map(|wanted| budget.take(wanted, today));
        assert_eq!(taken, [4, 3, 3, 0]);
        assert_eq!(budget.take(9, date(2026, 11, 23)), 4);
    }
}
