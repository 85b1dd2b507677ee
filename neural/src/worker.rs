//! One encoder with its tokenizer: texts in, vectors or scores out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::batch::{Batch, Matrix, TokenBatch, batches};
use crate::encoder::{Encoder, pool_mean};
use crate::error::NeuralError;
use crate::tokenize::Tokenize;

/// An encoder that one thread owns, with the tokenizer that all share.
pub struct Worker {
    encoder: Box<dyn Encoder>,
    tokenizer: Arc<dyn Tokenize>,
    pad_id: u32,
}

impl Worker {
    /// Puts both together; `pad_id` is [`crate::EncoderConfig::pad_token_id`].
    pub fn new(encoder: Box<dyn Encoder>, tokenizer: Arc<dyn Tokenize>, pad_id: u32) -> Self {
        Self {
            encoder,
            tokenizer,
            pad_id,
        }
    }

    /// Name of the backend.
    pub fn backend(&self) -> &'static str {
        self.encoder.backend()
    }

    /// One vector a text: `texts × hidden`, in the order given.
    ///
    /// # Errors
    /// [`NeuralError::Backend`] when tokenizer or encoder fail.
    pub fn embed(&mut self, texts: &[&str]) -> Result<Matrix, NeuralError> {
        Self::embed_all(std::slice::from_mut(self), texts, &|_| ())
    }

    /// The same by several workers at once. The vectors do not depend on how many they are: which
    /// texts share a batch is settled before. `done` is told how many texts are.
    ///
    /// # Errors
    /// [`NeuralError::Backend`] when tokenizer or encoder fail.
    pub fn embed_all(
        workers: &mut [Self],
        texts: &[&str],
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Matrix, NeuralError> {
        Self::run(workers, texts, done, &|encoder, tokens| {
            Ok(pool_mean(&encoder.embed(tokens)?, tokens))
        })
    }

    /// Scores of the checkpoint's own classifier, `texts × labels`, in the order given.
    ///
    /// # Errors
    /// [`NeuralError::NoClassifier`] when it has none, [`NeuralError::Backend`] when something fails.
    pub fn logits(&mut self, texts: &[&str]) -> Result<Matrix, NeuralError> {
        Self::run(
            std::slice::from_mut(self),
            texts,
            &|_| (),
            &|encoder, tokens| encoder.logits(tokens),
        )
    }

    fn run(
        workers: &mut [Self],
        texts: &[&str],
        done: &(dyn Fn(usize) + Sync),
        compute: &(dyn Fn(&mut dyn Encoder, &TokenBatch<'_>) -> Result<Matrix, NeuralError> + Sync),
    ) -> Result<Matrix, NeuralError> {
        let Some(first) = workers.first() else {
            return Err(NeuralError::Backend {
                backend: "none",
                reason: "no worker was given".to_owned(),
            });
        };
        let sequences = first.sequences(texts)?;
        let batches = batches(&sequences, first.pad_id);
        let (next, n_done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let take = |worker: &mut Self| -> Result<Vec<(&Batch, Matrix)>, NeuralError> {
            let mut found = Vec::new();
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                found.push((batch, compute(worker.encoder.as_mut(), &batch.tokens())?));
                done(
                    n_done.fetch_add(batch.members.len(), Ordering::Relaxed) + batch.members.len(),
                );
            }
            Ok(found)
        };
        let found = match workers {
            [only] => vec![take(only)],
            several => std::thread::scope(|scope| {
                let threads = several
                    .iter_mut()
                    .map(|worker| scope.spawn(|| take(worker)));
                let threads = threads.collect::<Vec<_>>();
                let ended = threads.into_iter().map(|thread| {
                    thread.join().unwrap_or_else(|_| {
                        Err(NeuralError::Backend {
                            backend: "worker",
                            reason: "a worker panicked".to_owned(),
                        })
                    })
                });
                ended.collect()
            }),
        };
        let mut parts = Vec::with_capacity(batches.len());
        for part in found {
            parts.extend(part?);
        }
        Ok(in_order(texts.len(), &parts))
    }

    fn sequences(&self, texts: &[&str]) -> Result<Vec<Vec<u32>>, NeuralError> {
        let encode = |text: &&str| {
            let mut ids = Vec::new();
            self.tokenizer.encode(text, &mut ids).map(|()| ids)
        };
        texts.iter().map(encode).collect()
    }
}

/// Rows of batches in the order of their texts.
fn in_order(n_texts: usize, parts: &[(&Batch, Matrix)]) -> Matrix {
    let cols = parts.first().map_or(0, |(_, matrix)| matrix.cols);
    let mut values = vec![0.0; n_texts * cols];
    for (batch, matrix) in parts {
        for (&member, row) in batch.members.iter().zip(matrix.rows()) {
            values[member * cols..(member + 1) * cols].copy_from_slice(row);
        }
    }
    Matrix { values, cols }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says of each token its id; its classifier says how long a text is.
    struct Echo;

    impl Encoder for Echo {
        fn backend(&self) -> &'static str {
            "echo"
        }

        fn logits(&mut self, batch: &TokenBatch<'_>) -> Result<Matrix, NeuralError> {
            let lengths = batch.mask.chunks(batch.len);
            let lengths = lengths.map(|mask| mask.iter().map(|&m| f32::from(m)).sum());
            Ok(Matrix {
                values: lengths.collect(),
                cols: 1,
            })
        }

        fn embed(&mut self, batch: &TokenBatch<'_>) -> Result<Matrix, NeuralError> {
            Ok(Matrix {
                values: batch.ids.iter().map(|&id| id as f32).collect(),
                cols: 1,
            })
        }
    }

    /// One token a character, its code.
    struct Characters;

    impl Tokenize for Characters {
        fn encode(&self, text: &str, out: &mut Vec<u32>) -> Result<(), NeuralError> {
            out.clear();
            out.extend(text.chars().map(u32::from));
            Ok(())
        }
    }

    fn worker() -> Worker {
        Worker::new(Box::new(Echo), Arc::new(Characters), 0)
    }

    #[test]
    fn rows_come_back_in_the_order_of_their_texts_by_one_or_many() {
        let texts = (0..100)
            .map(|n: usize| "ab".repeat(n * 7 % 13 + 1))
            .collect::<Vec<_>>();
        let texts = texts.iter().map(String::as_str).collect::<Vec<_>>();
        let lengths = worker().logits(&texts).unwrap();
        let expected = texts.iter().map(|text| text.len() as f32);
        assert_eq!(lengths.values, expected.collect::<Vec<_>>());
        let alone = worker().embed(&texts).unwrap();
        let mut many = [worker(), worker(), worker()];
        let counted = AtomicUsize::new(0);
        let done = |n_done: usize| {
            counted.fetch_max(n_done, Ordering::Relaxed);
        };
        assert_eq!(Worker::embed_all(&mut many, &texts, &done).unwrap(), alone);
        assert_eq!(counted.into_inner(), 100);
        assert_eq!(alone.row(0), [97.5]);
    }
}
