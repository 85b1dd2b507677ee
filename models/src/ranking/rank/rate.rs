//! The present rate of a concern, from windows of 28, 7 and 1 days.
//!
//! The longest window starts from what the mix of the unit's kind leads to expect; what it gives is
//! worth at most [`RankMethod::prior_mentions`] mentions to the week after it, and that again to the
//! day. So a small count keeps all of its 28 days and the mix of the kind, which is all the evidence
//! there is, while a large one soon forgets what was said three weeks ago. More mentions never give
//! a lower rate, on whatever day they were made.

use super::context::WINDOW_DAYS;
use super::method::RankMethod;
use crate::ranking::stats::GammaPrior;

/// First day back of each window and the first day back that is no longer in it; oldest first.
const WINDOWS: [(usize, usize); 3] = [(7, WINDOW_DAYS), (1, 7), (0, 1)];

/// Distribution of the present rate in weighted mentions a day.
///
/// `prior` is what is expected without any mention; `counts` and `exposures` are weighted mentions
/// and lengths (1 = an average day) by days back, at least [`WINDOW_DAYS`] of them.
pub(super) fn present_rate(
    method: &RankMethod,
    prior: GammaPrior,
    counts: &[f64],
    exposures: &[f64],
) -> GammaPrior {
    let mut rate = prior;
    for (from, to) in WINDOWS {
        let sum = |values: &[f64]| values[from..to].iter().sum::<f64>();
        rate = at_most(rate, method.prior_mentions).posterior(sum(counts), sum(exposures));
    }
    rate
}

/// The same mean, with evidence of at most so many mentions behind it.
fn at_most(rate: GammaPrior, mentions: f64) -> GammaPrior {
    let share = (mentions / rate.shape).min(1.0);
    GammaPrior {
        shape: rate.shape * share,
        rate: rate.rate * share,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PRIOR: GammaPrior = GammaPrior {
        shape: 0.5,
        rate: 5.0,
    };

    fn rate_of(counts: &[f64]) -> f64 {
        let method = RankMethod::default();
        present_rate(&method, PRIOR, counts, &[1.0; WINDOW_DAYS]).mean()
    }

    #[test]
    fn a_small_count_keeps_its_month_and_a_large_one_forgets_it() {
        let mut counts = [0.0; WINDOW_DAYS];
        counts[20] = 2.0;
        let whole = PRIOR.posterior(2.0, WINDOW_DAYS as f64).mean();
        assert!((rate_of(&counts) - whole).abs() < 1e-12);
        let mut risen = [1.0; WINDOW_DAYS];
        risen[..7].fill(20.0);
        assert!(rate_of(&risen) > 15.0, "{}", rate_of(&risen));
        let mut fallen = [20.0; WINDOW_DAYS];
        fallen[..7].fill(1.0);
        assert!(rate_of(&fallen) < 5.0, "{}", rate_of(&fallen));
    }

    proptest! {
        #[test]
        fn another_mention_on_any_day_never_lowers_the_rate(
            counts in prop::collection::vec(0.0..30.0_f64, WINDOW_DAYS),
            day in 0..WINDOW_DAYS,
            more in 0.01..5.0_f64,
        ) {
            let mut grown = counts.clone();
            grown[day] += more;
            prop_assert!(rate_of(&grown) >= rate_of(&counts));
        }
    }
}
