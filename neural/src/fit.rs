//! Fitting a head: softmax regression on vectors, its ridge and temperature chosen by how likely it
//! makes labels it was not fitted on.
//!
//! Pure and repeatable: the same rows in the same order give the same bytes.

mod descent;

use crate::encoder::softmax;
use crate::error::NeuralError;
use crate::head::Head;
use descent::{Problem, minimise};

/// A labelled vector.
#[derive(Clone, Copy, Debug)]
pub struct LabelledRow<'a> {
    /// What is read; as long as every other row.
    pub features: &'a [f32],
    /// Which label is right.
    pub label: usize,
    /// How much say it has, above 0; 1 is usual.
    pub weight: f32,
    /// Rows of one group are held out together.
    pub group: u64,
    /// Whether it says how sure to be; rows that were chosen for being hard do not.
    pub calibrates: bool,
}

/// Choices of fitting.
#[derive(Clone, Debug, PartialEq)]
pub struct FitParameters {
    /// Ridges that are tried: pull of the weights towards zero per row.
    pub ridges: Vec<f64>,
    /// Parts of the cross-validation; at least 2.
    pub n_folds: usize,
    /// Steps of the descent at most.
    pub n_steps_max: usize,
}

impl Default for FitParameters {
    fn default() -> Self {
        Self {
            ridges: vec![0.3, 0.03, 0.003],
            n_folds: 5,
            n_steps_max: 150,
        }
    }
}

/// A row judged by a head that had not seen its group.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut {
    /// Which label is right.
    pub label: usize,
    /// Calibrated probabilities of the labels.
    pub probabilities: Vec<f32>,
}

/// How fitting went.
#[derive(Clone, Debug, PartialEq)]
pub struct FitReport {
    /// Every row, in the order given.
    pub held_out: Vec<HeldOut>,
    /// The ridge that was taken.
    pub ridge: f64,
    /// Mean negative log-probability of the right label of held-out rows, after calibration.
    pub loss: f64,
}

/// Fits a head for `labels` on the vectors of the encoder with this fingerprint.
///
/// Rows are divided by the spread of each column, the cross-validation takes ridge and temperature by
/// the likelihood of held-out labels (both are chosen on the same rows, so the report flatters by as
/// much as one ridge and one temperature can), and all rows are fitted once more.
///
/// # Errors
/// [`NeuralError::TooFew`] when there are fewer rows than folds, fewer than two labels occur, or rows
/// differ in length.
pub fn fit(
    rows: &[LabelledRow<'_>],
    labels: &[String],
    encoder: &str,
    parameters: &FitParameters,
) -> Result<(Head, FitReport), NeuralError> {
    check(rows, labels, parameters)?;
    let scaled = Scaled::new(rows);
    let everybody = vec![true; rows.len()];
    let mut best: Option<(f64, f64, f32, Vec<Vec<f32>>)> = None;
    for &ridge in &parameters.ridges {
        let scores = scaled.held_out_scores(rows, labels.len(), ridge, parameters);
        let (temperature, loss) = best_temperature(rows, &scores);
        if best.as_ref().is_none_or(|(least, ..)| loss < *least) {
            best = Some((loss, ridge, temperature, scores));
        }
    }
    let Some((loss, ridge, temperature, scores)) = best else {
        return Err(too_few("no ridge to try".to_owned()));
    };
    let weights = scaled.fit(rows, &everybody, labels.len(), ridge, parameters);
    let held_out = rows.iter().zip(&scores).map(|(row, scores)| HeldOut {
        label: row.label,
        probabilities: softmax(scores, temperature),
    });
    let report = FitReport {
        held_out: held_out.collect(),
        ridge,
        loss,
    };
    let head = Head {
        labels: labels.to_vec(),
        cols: scaled.cols,
        weights: scaled.unscaled(&weights),
        temperature,
        encoder: encoder.to_owned(),
    };
    Ok((head, report))
}

fn check(
    rows: &[LabelledRow<'_>],
    labels: &[String],
    parameters: &FitParameters,
) -> Result<(), NeuralError> {
    let cols = rows.first().map_or(0, |row| row.features.len());
    if rows.len() < parameters.n_folds.max(2) || cols == 0 {
        return Err(too_few(format!("{} rows", rows.len())));
    }
    if rows
        .iter()
        .any(|row| row.features.len() != cols || row.label >= labels.len())
    {
        return Err(too_few(
            "rows of different lengths or unknown labels".to_owned(),
        ));
    }
    let n_folds = parameters.n_folds.max(2) as u64;
    if rows
        .iter()
        .all(|row| row.group % n_folds == rows[0].group % n_folds)
    {
        return Err(too_few("all are of one hand or thread".to_owned()));
    }
    if rows.iter().all(|row| row.label == rows[0].label) {
        return Err(too_few("all have one label".to_owned()));
    }
    Ok(())
}

fn too_few(reason: String) -> NeuralError {
    NeuralError::TooFew { reason }
}

/// Rows with columns of mean 0 and spread 1.
struct Scaled {
    values: Vec<f32>,
    cols: usize,
    means: Vec<f32>,
    /// 1 / spread; 0 for a column that never changes.
    factors: Vec<f32>,
}

impl Scaled {
    fn new(rows: &[LabelledRow<'_>]) -> Self {
        let cols = rows[0].features.len();
        let n_rows = rows.len() as f64;
        let mut sums = vec![0.0_f64; cols];
        for row in rows {
            for (sum, &value) in sums.iter_mut().zip(row.features) {
                *sum += f64::from(value);
            }
        }
        let means = sums
            .iter()
            .map(|sum| (sum / n_rows) as f32)
            .collect::<Vec<_>>();
        let mut squares = vec![0.0_f64; cols];
        for row in rows {
            for ((square, &value), &mean) in squares.iter_mut().zip(row.features).zip(&means) {
                *square += f64::from(value - mean).powi(2);
            }
        }
        let factor = |square: &f64| {
            let spread = (square / n_rows).sqrt();
            if spread > 1e-9 {
                (1.0 / spread) as f32
            } else {
                0.0
            }
        };
        let factors = squares.iter().map(factor).collect::<Vec<_>>();
        let mut values = Vec::with_capacity(rows.len() * cols);
        for row in rows {
            let columns = row.features.iter().zip(&means).zip(&factors);
            values.extend(columns.map(|((value, mean), factor)| (value - mean) * factor));
        }
        Self {
            values,
            cols,
            means,
            factors,
        }
    }

    fn row(&self, index: usize) -> &[f32] {
        &self.values[index * self.cols..(index + 1) * self.cols]
    }

    fn fit(
        &self,
        rows: &[LabelledRow<'_>],
        takes_part: &[bool],
        n_labels: usize,
        ridge: f64,
        parameters: &FitParameters,
    ) -> Vec<f32> {
        let members = (0..rows.len()).filter(|&index| takes_part[index]);
        let problem = Problem {
            rows: members
                .map(|index| (self.row(index), rows[index].label, rows[index].weight))
                .collect(),
            cols: self.cols,
            n_labels,
            ridge,
        };
        minimise(&problem, parameters.n_steps_max)
    }

    /// Scores of each row by weights that were fitted without its group.
    fn held_out_scores(
        &self,
        rows: &[LabelledRow<'_>],
        n_labels: usize,
        ridge: f64,
        parameters: &FitParameters,
    ) -> Vec<Vec<f32>> {
        let n_folds = parameters.n_folds.max(2) as u64;
        let mut scores = vec![Vec::new(); rows.len()];
        for fold in 0..n_folds {
            let takes_part = rows.iter().map(|row| row.group % n_folds != fold);
            let takes_part = takes_part.collect::<Vec<_>>();
            if takes_part.iter().all(|&part| part) {
                continue;
            }
            let weights = self.fit(rows, &takes_part, n_labels, ridge, parameters);
            for index in (0..rows.len()).filter(|&index| !takes_part[index]) {
                scores[index] = descent::scores(&weights, self.row(index), self.cols);
            }
        }
        scores
    }

    /// The same weights for rows as they came.
    fn unscaled(&self, weights: &[f32]) -> Vec<f32> {
        let mut unscaled = Vec::with_capacity(weights.len());
        for row in weights.chunks_exact(self.cols + 1) {
            let mut offset = f64::from(row[self.cols]);
            for ((weight, factor), mean) in row.iter().zip(&self.factors).zip(&self.means) {
                unscaled.push(weight * factor);
                offset -= f64::from(weight * factor) * f64::from(*mean);
            }
            unscaled.push(offset as f32);
        }
        unscaled
    }
}

/// The temperature that makes held-out labels most likely, by golden section over its logarithm, and
/// the loss with it.
fn best_temperature(rows: &[LabelledRow<'_>], scores: &[Vec<f32>]) -> (f32, f64) {
    let say = |row: &LabelledRow<'_>| f64::from(row.weight) * f64::from(u8::from(row.calibrates));
    let total = rows.iter().map(say).sum::<f64>().max(1e-9);
    let loss = |log_temperature: f64| {
        let temperature = log_temperature.exp() as f32;
        let losses = rows.iter().zip(scores).map(|(row, scores)| {
            let right = softmax(scores, temperature)[row.label].max(1e-12);
            -say(row) * f64::from(right).ln()
        });
        losses.sum::<f64>() / total
    };
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-3.0, 3.0);
    for _ in 0..40 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if loss(left) <= loss(right) {
            high = right;
        } else {
            low = left;
        }
    }
    let middle = f64::midpoint(low, high);
    (middle.exp() as f32, loss(middle))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between -0.5 and 0.5 (Knuth's linear congruential generator).
    fn random() -> impl FnMut() -> f32 {
        let mut state = 7_u64;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        }
    }

    /// Points around three corners.
    fn points() -> Vec<(Vec<f32>, usize)> {
        let mut next = random();
        let corners = [[0.0, 0.0], [4.0, 0.0], [0.0, 400.0]];
        let point = |n: usize| {
            let [x, y] = corners[n % 3];
            (vec![x + 2.4 * next(), y + 240.0 * next(), 9.0], n % 3)
        };
        (0..300).map(point).collect()
    }

    fn rows<'a>(points: &'a [(Vec<f32>, usize)]) -> Vec<LabelledRow<'a>> {
        let row = |(at, point): (usize, &'a (Vec<f32>, usize))| LabelledRow {
            features: &point.0,
            label: point.1,
            weight: 1.0,
            group: at as u64,
            calibrates: true,
        };
        points.iter().enumerate().map(row).collect()
    }

    fn labels() -> Vec<String> {
        ["a", "b", "c"].map(str::to_owned).to_vec()
    }

    #[test]
    fn learns_corners_whatever_their_scale() {
        let points = points();
        let (head, report) =
            fit(&rows(&points), &labels(), "e", &FitParameters::default()).unwrap();
        for (features, label) in &points {
            let probabilities = head.probabilities(features);
            assert!(probabilities[*label] > 0.5, "{probabilities:?}");
        }
        assert!(report.loss < 0.1, "{}", report.loss);
        assert_eq!((head.cols, head.weights.len()), (3, 12));
    }

    #[test]
    fn an_overfitted_head_is_made_honest() {
        // One column says how likely the label is, sixty say nothing: with hardly a ridge they are
        // believed too.
        let mut next = random();
        let point = |_| {
            let features = (0..61).map(|_| 2.0 * next()).collect::<Vec<f32>>();
            let likely = 1.0 / (1.0 + (-3.0 * features[0]).exp());
            let label = usize::from(next() + 0.5 < likely);
            (features, label)
        };
        let points = (0..600).map(point).collect::<Vec<_>>();
        let parameters = FitParameters {
            ridges: vec![1e-4],
            ..FitParameters::default()
        };
        let (head, report) = fit(&rows(&points), &labels()[..2], "e", &parameters).unwrap();
        assert!(head.temperature > 1.1, "{}", head.temperature);
        let sure = |held_out: &HeldOut| held_out.probabilities.iter().copied().fold(0.0, f32::max);
        let is_right =
            |held_out: &HeldOut| held_out.probabilities[held_out.label] >= sure(held_out);
        let n = report.held_out.len() as f32;
        let accuracy = report.held_out.iter().filter(|h| is_right(h)).count() as f32 / n;
        let confidence = report.held_out.iter().map(sure).sum::<f32>() / n;
        assert!((0.6..0.9).contains(&accuracy), "{accuracy}");
        assert!(
            (accuracy - confidence).abs() < 0.04,
            "{accuracy} {confidence}"
        );
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        let points = points();
        let bytes = || {
            let (head, _) = fit(&rows(&points), &labels(), "e", &FitParameters::default()).unwrap();
            head.to_bytes()
        };
        assert_eq!(bytes(), bytes());
    }

    #[test]
    fn too_little_is_refused() {
        let points = points();
        let all = rows(&points);
        let refused = |rows: &[LabelledRow<'_>]| {
            fit(rows, &labels(), "e", &FitParameters::default()).is_err()
        };
        assert!(refused(&all[..3]));
        let of_one = all.iter().filter(|row| row.label == 0).copied();
        assert!(refused(&of_one.collect::<Vec<_>>()));
        let by_one = all.iter().map(|row| LabelledRow { group: 7, ..*row });
        assert!(refused(&by_one.collect::<Vec<_>>()));
    }
}
