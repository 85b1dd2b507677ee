//! The encoder of Liu et al. 2019 in plain float64, one sequence at a time and without padding: slow,
//! short, and sharing no code with any backend.

use super::RandomModel;

/// Rows of numbers.
type Rows = Vec<Vec<f64>>;

/// Computes what an encoder of a random checkpoint must.
pub struct Reference<'a> {
    model: &'a RandomModel,
    /// Instead of the checkpoint's own, for backends that ignore it.
    pub layer_norm_eps: f64,
}

impl<'a> Reference<'a> {
    /// Of a checkpoint, with its own `layer_norm_eps`.
    pub fn new(model: &'a RandomModel) -> Self {
        Self {
            model,
            layer_norm_eps: model.shape.layer_norm_eps,
        }
    }

    /// Last hidden states of a sequence, `tokens × hidden`.
    pub fn hidden(&self, ids: &[u32]) -> Rows {
        let embeddings = "roberta.embeddings";
        let table = |name: &str, row: usize| {
            let (sizes, values) = &self.model.tensors[&format!("{embeddings}.{name}.weight")];
            let row = &values[row * sizes[1]..(row + 1) * sizes[1]];
            row.iter()
                .map(|&value| f64::from(value))
                .collect::<Vec<_>>()
        };
        let embed = |(place, &id): (usize, &u32)| {
            let word = table("word_embeddings", id as usize);
            // Padding has the id 1, so the first token's position is 2.
            let position = table("position_embeddings", place + 2);
            plus(&plus(&word, &position), &table("token_type_embeddings", 0))
        };
        let summed = ids.iter().enumerate().map(embed).collect::<Rows>();
        let mut hidden = self.norm(&summed, &format!("{embeddings}.LayerNorm"));
        for layer in 0..self.model.shape.n_layers {
            hidden = self.layer(&hidden, &format!("roberta.encoder.layer.{layer}"));
        }
        hidden
    }

    /// Mean of the hidden states.
    pub fn pooled(&self, ids: &[u32]) -> Vec<f64> {
        let hidden = self.hidden(ids);
        let sum = hidden
            .iter()
            .skip(1)
            .fold(hidden[0].clone(), |sum, row| plus(&sum, row));
        sum.into_iter()
            .map(|value| value / ids.len() as f64)
            .collect()
    }

    /// Scores of the classifier.
    pub fn logits(&self, ids: &[u32]) -> Vec<f64> {
        let first = self.hidden(ids).swap_remove(0);
        let mut dense = self.linear(&[first], "classifier.dense").swap_remove(0);
        for value in &mut dense {
            *value = value.tanh();
        }
        self.linear(&[dense], "classifier.out_proj").swap_remove(0)
    }

    fn layer(&self, hidden: &Rows, name: &str) -> Rows {
        let heard = self.attention(hidden, &format!("{name}.attention.self"));
        let heard = self.linear(&heard, &format!("{name}.attention.output.dense"));
        let attended = add(&heard, hidden);
        let attended = self.norm(&attended, &format!("{name}.attention.output.LayerNorm"));
        let mut wide = self.linear(&attended, &format!("{name}.intermediate.dense"));
        for value in wide.iter_mut().flatten() {
            *value *= 0.5 * (1.0 + erf(*value / 2.0_f64.sqrt()));
        }
        let narrow = self.linear(&wide, &format!("{name}.output.dense"));
        self.norm(
            &add(&narrow, &attended),
            &format!("{name}.output.LayerNorm"),
        )
    }

    fn attention(&self, hidden: &Rows, name: &str) -> Rows {
        let [query, key, value] =
            ["query", "key", "value"].map(|part| self.linear(hidden, &format!("{name}.{part}")));
        let size = self.model.shape.hidden_size / self.model.shape.n_heads;
        let mut heard = vec![vec![0.0; self.model.shape.hidden_size]; hidden.len()];
        for head in 0..self.model.shape.n_heads {
            let part = head * size..(head + 1) * size;
            for (place, heard) in heard.iter_mut().enumerate() {
                let query = &query[place][part.clone()];
                let scores = key.iter().map(|key| {
                    let product = query.iter().zip(&key[part.clone()]).map(|(q, k)| q * k);
                    (product.sum::<f64>() / (size as f64).sqrt()).exp()
                });
                let scores = scores.collect::<Vec<_>>();
                let sum = scores.iter().sum::<f64>();
                for (score, value) in scores.iter().zip(&value) {
                    for (heard, value) in heard[part.clone()].iter_mut().zip(&value[part.clone()]) {
                        *heard += score / sum * value;
                    }
                }
            }
        }
        heard
    }

    fn linear(&self, rows: &[Vec<f64>], name: &str) -> Rows {
        let (sizes, weights) = &self.model.tensors[&format!("{name}.weight")];
        let (_, biases) = &self.model.tensors[&format!("{name}.bias")];
        let of_row = |row: &Vec<f64>| {
            let outputs = weights.chunks(sizes[1]).zip(biases);
            let outputs = outputs.map(|(weights, &bias)| {
                let products = weights.iter().zip(row).map(|(&w, x)| f64::from(w) * x);
                products.sum::<f64>() + f64::from(bias)
            });
            outputs.collect()
        };
        rows.iter().map(of_row).collect()
    }

    fn norm(&self, rows: &Rows, name: &str) -> Rows {
        let (_, weights) = &self.model.tensors[&format!("{name}.weight")];
        let (_, biases) = &self.model.tensors[&format!("{name}.bias")];
        let of_row = |row: &Vec<f64>| {
            let n = row.len() as f64;
            let mean = row.iter().sum::<f64>() / n;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
            let spread = (variance + self.layer_norm_eps).sqrt();
            let scaled = row.iter().zip(weights).zip(biases);
            let scaled =
                scaled.map(|((x, &w), &b)| (x - mean) / spread * f64::from(w) + f64::from(b));
            scaled.collect()
        };
        rows.iter().map(of_row).collect()
    }
}

fn plus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn add(a: &Rows, b: &Rows) -> Rows {
    a.iter().zip(b).map(|(a, b)| plus(a, b)).collect()
}

/// Error function by the series of Abramowitz and Stegun 7.1.6, whose terms are all of one sign.
fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let mut term = x;
    let mut sum = 0.0;
    let mut n = 0.0;
    while term.abs() > 1e-18 {
        sum += term;
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_function_has_its_known_values() {
        for (x, value) in [
            (0.0, 0.0),
            (0.5, 0.520_499_877_813_046_5),
            (1.0, 0.842_700_792_949_714_9),
            (-2.0, -0.995_322_265_018_952_7),
            (3.5, 0.999_999_256_901_627_7),
        ] {
            assert!((erf(x) - value).abs() < 1e-14, "{x}: {}", erf(x));
        }
    }
}
