//! Random draws of the distributions that simulations are made of.

use crate::measure::SplitMix;

/// Draws from a source of random numbers.
pub(crate) trait Draws {
    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64;
    /// Poisson of a mean: Knuth's product for small means, a rounded normal for large ones.
    fn poisson(&mut self, mean: f64) -> usize;
    /// Gamma of a shape above 0 and scale 1 (Marsaglia and Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64;

    /// Beta of a mean in (0, 1) and a weight above 0: the sum of its parameters.
    fn beta(&mut self, mean: f64, weight: f64) -> f64 {
        let hits = self.gamma(mean * weight);
        let misses = self.gamma((1.0 - mean) * weight);
        hits / (hits + misses).max(1e-300)
    }

    /// Exponential of a mean.
    fn exponential(&mut self, mean: f64) -> f64 {
        self.gamma(1.0) * mean
    }
}

impl Draws for SplitMix {
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn poisson(&mut self, mean: f64) -> usize {
        if mean > 50.0 {
            return (mean + self.normal() * mean.sqrt()).round().max(0.0) as usize;
        }
        let limit = (-mean).exp();
        let mut product = self.unit();
        let mut n = 0;
        while product > limit {
            product *= self.unit();
            n += 1;
        }
        n
    }

    #[expect(clippy::many_single_char_names, reason = "the names of the paper")]
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = (1.0 - self.unit()).powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            let u = 1.0 - self.unit();
            if v > 0.0 && u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_their_means_and_spreads() {
        let mut random = SplitMix(7);
        let n = 20_000;
        let mut of = |draw: &mut dyn FnMut(&mut SplitMix) -> f64| {
            let draws = (0..n).map(|_| draw(&mut random)).collect::<Vec<_>>();
            let mean = draws.iter().sum::<f64>() / f64::from(n);
            let squares = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
            (mean, squares / f64::from(n))
        };
        let close = |(mean, variance): (f64, f64), m: f64, v: f64| {
            (mean - m).abs() < 0.04 * (1.0 + m) && (variance - v).abs() < 0.05 * (1.0 + v)
        };
        assert!(close(of(&mut |r| r.normal()), 0.0, 1.0));
        assert!(close(of(&mut |r| r.poisson(3.0) as f64), 3.0, 3.0));
        assert!(close(of(&mut |r| r.gamma(0.5)), 0.5, 0.5));
        assert!(close(of(&mut |r| r.gamma(4.0)), 4.0, 4.0));
        assert!(close(of(&mut |r| 10.0 * r.beta(0.3, 9.0)), 3.0, 2.1));
        assert!(close(of(&mut |r| r.exponential(2.0)), 2.0, 4.0));
    }
}
