//! Statistics of small counts: gamma-Poisson and beta-binomial shrinkage, intervals, and the control
//! of false discoveries over many series.

/// Natural logarithm of the gamma function for `x > 0` (Lanczos, g = 7, nine terms; error below 1e-13).
///
/// ```
/// assert!((models::ranking::stats::ln_gamma(5.0) - 24.0_f64.ln()).abs() < 1e-10);
/// ```
pub fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    if x < 0.5 {
        let reflected = (std::f64::consts::PI * x).sin().abs();
        return std::f64::consts::PI.ln() - reflected.ln() - ln_gamma(1.0 - x);
    }
    let x = x - 1.0;
    let series = TERMS
        .iter()
        .enumerate()
        .fold(0.999_999_999_999_809_9, |sum, (i, term)| {
            sum + term / (x + i as f64 + 1.0)
        });
    let t = x + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + series.ln()
}

/// Regularised lower incomplete gamma function P(a, x), 0 to 1, for `a > 0`, `x >= 0`: series below
/// `a + 1`, continued fraction above (Press et al., Numerical Recipes, section 6.2).
pub fn gamma_cdf(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let mut term = 1.0 / a;
        let mut sum = term;
        let mut k = a;
        for _ in 0..500 {
            k += 1.0;
            term *= x / k;
            sum += term;
            if term < sum * 1e-15 {
                break;
            }
        }
        (sum * front).min(1.0)
    } else {
        (1.0 - front * upper_fraction(a, x)).clamp(0.0, 1.0)
    }
}

#[expect(clippy::many_single_char_names, reason = "the names of the literature")]
fn upper_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..500 {
        let an = -f64::from(i) * (f64::from(i) - a);
        b += 2.0;
        d = 1.0 / (an * d + b).abs().max(TINY).copysign(an * d + b);
        c = (b + an / c).abs().max(TINY).copysign(b + an / c);
        let delta = d * c;
        h *= delta;
        if (delta - 1.0).abs() < 1e-15 {
            break;
        }
    }
    h
}

/// Quantile of a gamma distribution with shape `a > 0` and rate `rate > 0`; `p` in (0, 1). Starts at
/// the Wilson-Hilferty guess and bisects on [`gamma_cdf`] to a relative 1e-9.
pub fn gamma_quantile(a: f64, rate: f64, p: f64) -> f64 {
    gamma_quantile_within(a, rate, p, 1e-9)
}

/// The same to another relative error: what is shown with two digits need not be known to nine.
pub fn gamma_quantile_within(a: f64, rate: f64, p: f64, error: f64) -> f64 {
    let z = normal_quantile(p);
    let third = 1.0 / (9.0 * a);
    let guess = a * (1.0 - third + z * third.sqrt()).max(0.05).powi(3);
    let (mut low, mut high) = (guess * 0.5, guess * 1.5 + 1e-12);
    while low > 1e-300 && gamma_cdf(a, low) > p {
        low *= 0.25;
    }
    while gamma_cdf(a, high) < p && high < 1e12 {
        high *= 2.0;
    }
    while high - low > high * error {
        let middle = f64::midpoint(low, high);
        if gamma_cdf(a, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
        if middle < 1e-290 {
            break;
        }
    }
    f64::midpoint(low, high) / rate
}

/// Quantile of the standard normal distribution for `p` in (0, 1) (Acklam's rational
/// approximation, relative error below 1.2e-9).
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_76,
        220.946_098_424_520_5,
        -275.928_510_446_968_7,
        138.357_751_867_269,
        -30.664_798_066_147_16,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -54.476_098_798_224_06,
        161.585_836_858_040_9,
        -155.698_979_859_886_6,
        66.801_311_887_719_72,
        -13.280_681_552_885_72,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_293,
        -0.322_396_458_041_136_5,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        0.007_784_695_709_041_462,
        0.322_467_129_070_039_8,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    let horner = |terms: &[f64], x: f64| terms.iter().fold(0.0, |sum, term| sum * x + term);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        horner(&C, q) / (horner(&D, q) * q + 1.0)
    };
    let p = p.clamp(1e-300, 1.0 - 1e-16);
    if p < 0.024_25 {
        tail(p)
    } else if p > 0.975_75 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        horner(&A, r) * q / (horner(&B, r) * r + 1.0)
    }
}

/// Regularised incomplete beta function I_x(a, b), 0 to 1 (continued fraction, Numerical Recipes,
/// section 6.4).
pub fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

#[expect(clippy::many_single_char_names, reason = "the names of the literature")]
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for i in 1..300 {
        let m = f64::from(i);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let delta = d * c;
        h *= delta;
        if (delta - 1.0).abs() < 1e-14 {
            break;
        }
    }
    h
}

/// Quantile of a beta distribution by bisection on [`beta_cdf`]; `a, b > 0`, `p` in (0, 1).
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if beta_cdf(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// A gamma prior of Poisson rates: mean `shape / rate`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GammaPrior {
    /// Shape, above 0.
    pub shape: f64,
    /// Rate (inverse scale), above 0, in the measure of exposure.
    pub rate: f64,
}

impl GammaPrior {
    /// Fits the prior to counts with their exposures by moments: the spread beyond Poisson noise is
    /// the spread of true rates. A spread of nothing gives a strong prior (`strength` capped at
    /// `max_rate`), so that noise is never taken for difference.
    ///
    /// `counts`: (count, exposure > 0) a series.
    pub fn fit(counts: &[(f64, f64)], max_rate: f64) -> Self {
        let exposure: f64 = counts.iter().map(|(_, e)| e).sum();
        let total: f64 = counts.iter().map(|(k, _)| k).sum();
        if exposure <= 0.0 {
            return Self {
                shape: 0.5,
                rate: 1.0,
            };
        }
        let mean = (total + 0.5) / (exposure + 0.5);
        // E[Σ (k - m e)²] = m Σ e + v Σ e², with v the variance of true rates.
        let squares: f64 = counts.iter().map(|(k, e)| (k - mean * e).powi(2)).sum();
        let exposure_squares: f64 = counts.iter().map(|(_, e)| e * e).sum();
        let variance = ((squares - mean * exposure) / exposure_squares).max(mean / max_rate);
        let rate = (mean / variance).clamp(1e-6, max_rate);
        Self {
            shape: (mean * rate).max(1e-6),
            rate,
        }
    }

    /// The prior with a given mean and weight of evidence (`rate`).
    pub fn with_mean(mean: f64, rate: f64) -> Self {
        Self {
            shape: (mean * rate).max(1e-6),
            rate: rate.max(1e-6),
        }
    }

    /// The posterior after `count` events in `exposure`.
    #[must_use]
    pub fn posterior(self, count: f64, exposure: f64) -> Self {
        Self {
            shape: self.shape + count,
            rate: self.rate + exposure,
        }
    }

    /// Mean of the rate.
    pub fn mean(self) -> f64 {
        self.shape / self.rate
    }

    /// Quantile of the rate, `p` in (0, 1).
    pub fn quantile(self, p: f64) -> f64 {
        gamma_quantile(self.shape, self.rate, p)
    }

    /// Probability of `count` or more events in `exposure` when the rate follows this distribution:
    /// the upper tail of the negative binomial, I_x(count, shape) with x = exposure / (rate +
    /// exposure).
    ///
    /// ```
    /// let prior = models::ranking::stats::GammaPrior { shape: 1.0, rate: 1.0 };
    /// assert!((prior.tail(2.0, 1.0) - 0.25).abs() < 1e-12); // geometric: (1/2)^2
    /// ```
    pub fn tail(self, count: f64, exposure: f64) -> f64 {
        if count <= 0.0 {
            return 1.0;
        }
        beta_cdf(count, self.shape, exposure / (self.rate + exposure))
    }
}

/// A beta prior of shares: mean `hits / (hits + misses)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaPrior {
    /// Pseudo-count of hits, above 0.
    pub hits: f64,
    /// Pseudo-count of misses, above 0.
    pub misses: f64,
}

impl BetaPrior {
    /// Fits the prior to shares by moments, (hits, trials) a series; the weight of the prior stays
    /// within `weights` (low, high), in trials.
    pub fn fit(counts: &[(f64, f64)], weights: (f64, f64)) -> Self {
        let trials: f64 = counts.iter().map(|(_, n)| n).sum();
        let hits: f64 = counts.iter().map(|(k, _)| k).sum();
        let mean = (hits + 0.5) / (trials + 1.0);
        let used = counts.iter().filter(|(_, n)| *n > 0.0).collect::<Vec<_>>();
        // E[Σ (k - m n)²] = Σ (n m (1-m) (1 + (n-1) ρ)), with ρ = 1 / (weight + 1).
        let squares: f64 = used.iter().map(|(k, n)| (k - mean * n).powi(2)).sum();
        let noise: f64 = used.iter().map(|(_, n)| n * mean * (1.0 - mean)).sum();
        let spread: f64 = used
            .iter()
            .map(|(_, n)| n * (n - 1.0).max(0.0) * mean * (1.0 - mean))
            .sum();
        let rho = if spread > 0.0 {
            ((squares - noise) / spread).clamp(1e-6, 1.0)
        } else {
            1e-6
        };
        let weight = (1.0 / rho - 1.0).clamp(weights.0, weights.1);
        Self {
            hits: (mean * weight).max(1e-6),
            misses: ((1.0 - mean) * weight).max(1e-6),
        }
    }

    /// The posterior after `hits` of `trials`; both may be fractional.
    #[must_use]
    pub fn posterior(self, hits: f64, trials: f64) -> Self {
        Self {
            hits: self.hits + hits.clamp(0.0, trials),
            misses: self.misses + (trials - hits).clamp(0.0, trials),
        }
    }

    /// Mean share, 0 to 1.
    pub fn mean(self) -> f64 {
        self.hits / (self.hits + self.misses)
    }

    /// Variance of the share.
    pub fn variance(self) -> f64 {
        let n = self.hits + self.misses;
        self.hits * self.misses / (n * n * (n + 1.0))
    }

    /// Quantile of the share, `p` in (0, 1).
    pub fn quantile(self, p: f64) -> f64 {
        beta_quantile(self.hits, self.misses, p)
    }
}

/// Adjusted p-values (q) by Benjamini and Hochberg (1995), in the order given: calling all series
/// with q at most 0.05 keeps the expected share of false calls at 5 %. `n_tests` counts the series
/// tested in all when only the smallest p-values are given (the others being larger).
pub fn benjamini_hochberg(p_values: &[f64], n_tests: usize) -> Vec<f64> {
    let mut order = (0..p_values.len()).collect::<Vec<_>>();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let n_tests = n_tests.max(p_values.len()) as f64;
    let mut adjusted = vec![1.0; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (place, &index) in order.iter().enumerate().rev() {
        smallest = smallest.min(p_values[index] * n_tests / (place as f64 + 1.0));
        adjusted[index] = smallest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-6 * (1.0 + b.abs())
    }

    #[test]
    fn distributions_match_known_values() {
        assert!(close(gamma_cdf(1.0, 2.0), 1.0 - (-2.0_f64).exp()));
        assert!(close(gamma_quantile(1.0, 1.0, 0.5), 2.0_f64.ln()));
        assert!(close(beta_cdf(2.0, 3.0, 0.5), 0.6875));
        assert!(close(beta_quantile(1.0, 1.0, 0.3), 0.3));
        assert!((normal_quantile(0.95) - 1.644_853_627).abs() < 1e-6);
    }

    #[test]
    fn quantiles_invert_the_distribution() {
        for shape in [0.01, 0.3, 1.0, 7.5, 400.0] {
            for p in [0.05, 0.5, 0.95] {
                let x = gamma_quantile(shape, 2.0, p) * 2.0;
                assert!((gamma_cdf(shape, x) - p).abs() < 1e-4, "{shape} {p}");
            }
        }
    }

    #[test]
    fn the_prior_finds_the_spread_of_rates() {
        // Rates 1 and 9 in equal numbers, without noise: mean 5, variance 16 - noise 5.
        let counts = (0..200)
            .map(|i| (if i % 2 == 0 { 1.0 } else { 9.0 }, 1.0))
            .collect::<Vec<_>>();
        let prior = GammaPrior::fit(&counts, 1e6);
        assert!((prior.mean() - 5.0).abs() < 0.05);
        assert!((prior.shape / prior.rate.powi(2) - 11.0).abs() < 0.2);
        let same = GammaPrior::fit(&vec![(5.0, 1.0); 50], 1e4);
        assert!(
            same.rate > 9_000.0,
            "no spread beyond noise: the prior is strong"
        );
    }

    #[test]
    fn false_discoveries_are_adjusted() {
        let q = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.5], 4);
        assert!(close(q[0], 0.04) && close(q[1], 0.04 * 4.0 / 3.0) && close(q[3], 0.5));
        assert!(close(q[2], 0.04 * 4.0 / 3.0));
        assert!(close(benjamini_hochberg(&[0.01], 100)[0], 1.0));
    }
}
