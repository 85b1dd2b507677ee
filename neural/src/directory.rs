//! The folder of a model: `config.json`, weights, tokenizer files, and our `model.toml`.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::config::EncoderConfig;
use crate::error::NeuralError;
use crate::manifest::Manifest;
use crate::tokenize::{PhobertBpe, TOKENS_MAX, Tokenize};

const CONFIG: &str = "config.json";
const MANIFEST: &str = "model.toml";
const SAFETENSORS: &str = "model.safetensors";
const LIBTORCH: &str = "rust_model.ot";
const TOKENIZER: &str = "tokenizer.json";
const VOCAB: &str = "vocab.txt";
const CODES: &str = "bpe.codes";

/// Weights larger than this are of no encoder that a CPU can run.
const WEIGHTS_BYTES_MAX: u64 = 4 << 30;
/// Largest tokenizer file.
const TOKENIZER_BYTES_MAX: u64 = 64 << 20;
/// Largest `config.json` and `model.toml`.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// Which file the weights stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// `model.safetensors`, as transformers writes it.
    Safetensors,
    /// `rust_model.ot`, which libtorch alone reads.
    Libtorch,
}

impl Weights {
    fn file(self) -> &'static str {
        match self {
            Self::Safetensors => SAFETENSORS,
            Self::Libtorch => LIBTORCH,
        }
    }
}

/// A model's folder, its texts read and every file in it that is used checked against `model.toml`.
#[derive(Clone, Debug)]
pub struct ModelDirectory {
    path: PathBuf,
    config: EncoderConfig,
    manifest: Manifest,
    weights: Weights,
    fingerprint: String,
}

impl ModelDirectory {
    /// Opens a folder. Reads all of the weights once for their checksum.
    ///
    /// # Errors
    /// Any [`NeuralError`] about files: missing, changed, contradictory, or pickles.
    pub fn open(path: &Path) -> Result<Self, NeuralError> {
        let weights = find_weights(path)?;
        let tokenizer = tokenizer_files(path)?;
        let config_path = path.join(CONFIG);
        let config = EncoderConfig::parse(&config_path, &read_text(&config_path, TEXT_BYTES_MAX)?)?;
        let mut used = vec![CONFIG, weights.file()];
        used.extend(tokenizer);
        let manifest_path = path.join(MANIFEST);
        if !is_file(&manifest_path)? {
            return Err(NeuralError::NoManifest {
                template: template(path, &used)?,
                path: manifest_path,
            });
        }
        let manifest_text = read_text(&manifest_path, TEXT_BYTES_MAX)?;
        let manifest = Manifest::parse(&manifest_path, &manifest_text)?;
        check_labels(&manifest_path, &manifest, &config)?;
        let mut whole = Sha256::new();
        for name in used {
            let found = checksum(&path.join(name))?;
            let expected = manifest.sha256.get(name).ok_or_else(|| {
                NeuralError::wrong(
                    &manifest_path,
                    format!("bảng [sha256] thiếu dòng: \"{name}\" = \"{found}\""),
                    "the table [sha256] lacks this line",
                )
            })?;
            if *expected != found {
                return Err(NeuralError::Changed {
                    path: path.join(name),
                    found,
                    expected: expected.clone(),
                });
            }
            whole.update(found);
        }
        whole.update([u8::from(manifest.needs_word_segmentation)]);
        Ok(Self {
            path: path.to_owned(),
            config,
            manifest,
            weights,
            fingerprint: hexadecimal(&whole.finalize()),
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Shape of the encoder.
    pub fn config(&self) -> &EncoderConfig {
        &self.config
    }

    /// What is said about it.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Which file the weights stand in.
    pub fn weights(&self) -> Weights {
        self.weights
    }

    /// That file.
    pub fn weights_path(&self) -> PathBuf {
        self.path.join(self.weights.file())
    }

    /// Hash over shape, weights and tokenizer: two folders that embed alike have the same.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Makes the tokenizer. PhoBERT's two files come before a `tokenizer.json`, which cannot say what
    /// PhoBERT does with merged pieces outside the vocabulary.
    ///
    /// # Errors
    /// [`NeuralError`] when a file does not parse, or knows ids that the weights do not.
    pub fn tokenizer(&self) -> Result<Box<dyn Tokenize>, NeuralError> {
        let tokens_max = self.config.tokens_max().min(TOKENS_MAX);
        let (vocab, codes) = (self.path.join(VOCAB), self.path.join(CODES));
        if is_file(&vocab)? && is_file(&codes)? {
            let vocab_text = read_text(&vocab, TOKENIZER_BYTES_MAX)?;
            let codes_text = read_text(&codes, TOKENIZER_BYTES_MAX)?;
            let tokenizer =
                PhobertBpe::new((&vocab, &vocab_text), (&codes, &codes_text), tokens_max)?;
            self.check_ids(&vocab, tokenizer.n_ids())?;
            return Ok(Box::new(tokenizer));
        }
        self.json_tokenizer(tokens_max)
    }

    #[cfg(feature = "hf-json")]
    fn json_tokenizer(&self, tokens_max: usize) -> Result<Box<dyn Tokenize>, NeuralError> {
        let path = self.path.join(TOKENIZER);
        let bytes = read_bytes(&path, TOKENIZER_BYTES_MAX)?;
        let tokenizer = crate::tokenize::HfJson::new(&path, &bytes, tokens_max)?;
        self.check_ids(&path, tokenizer.n_ids())?;
        Ok(Box::new(tokenizer))
    }

    #[cfg(not(feature = "hf-json"))]
    fn json_tokenizer(&self, _tokens_max: usize) -> Result<Box<dyn Tokenize>, NeuralError> {
        Err(NeuralError::wrong(
            self.path.join(TOKENIZER),
            "chương trình này được dựng không có tính năng hf-json",
            "this program was built without the feature hf-json",
        ))
    }

    fn check_ids(&self, path: &Path, n_ids: usize) -> Result<(), NeuralError> {
        let vocab_size = self.config.vocab_size;
        if n_ids <= vocab_size {
            return Ok(());
        }
        Err(NeuralError::wrong(
            path,
            format!(
                "có {n_ids} mã, mô hình chỉ biết {vocab_size}: hai tệp của hai mô hình khác nhau"
            ),
            format!("has {n_ids} ids where the model knows {vocab_size}: files of two models"),
        ))
    }

    /// Bytes of `model.safetensors`.
    ///
    /// # Errors
    /// [`NeuralError::Wrong`] when the weights are `rust_model.ot`, which libtorch reads by itself.
    pub fn safetensors(&self) -> Result<Vec<u8>, NeuralError> {
        match self.weights {
            Weights::Safetensors => read_bytes(&self.weights_path(), WEIGHTS_BYTES_MAX),
            Weights::Libtorch => Err(NeuralError::wrong(
                self.weights_path(),
                "chỉ libtorch đọc được: dựng với tính năng rust-bert, hoặc đặt model.safetensors",
                "only libtorch reads this: build with the feature rust-bert, or put model.safetensors beside it",
            )),
        }
    }
}

fn find_weights(path: &Path) -> Result<Weights, NeuralError> {
    for weights in [Weights::Safetensors, Weights::Libtorch] {
        if is_file(&path.join(weights.file()))? {
            return Ok(weights);
        }
    }
    let entries = std::fs::read_dir(path).map_err(|reason| unreadable(path, reason))?;
    let mut names = entries.filter_map(Result::ok).map(|entry| entry.path());
    let is_pickle = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("bin" | "pt" | "pth" | "ckpt" | "pkl"))
    };
    match names.find(is_pickle) {
        Some(path) => Err(NeuralError::Pickle { path }),
        None => Err(NeuralError::wrong(
            path,
            format!("không có {SAFETENSORS} (hoặc {LIBTORCH}): chép trọng số vào thư mục này"),
            format!("has neither {SAFETENSORS} nor {LIBTORCH}: copy the weights into this folder"),
        )),
    }
}

fn tokenizer_files(path: &Path) -> Result<&'static [&'static str], NeuralError> {
    let is_there = |name: &str| is_file(&path.join(name));
    match (is_there(VOCAB)? && is_there(CODES)?, is_there(TOKENIZER)?) {
        (true, _) => Ok(&[VOCAB, CODES]),
        (false, true) => Ok(&[TOKENIZER]),
        (false, false) => Err(NeuralError::wrong(
            path,
            format!("thiếu bộ tách từ: {TOKENIZER}, hoặc {VOCAB} cùng {CODES} của PhoBERT"),
            format!("the tokenizer is missing: {TOKENIZER}, or {VOCAB} with {CODES} for PhoBERT"),
        )),
    }
}

/// The labels that `model.toml` maps must be the checkpoint's.
fn check_labels(
    path: &Path,
    manifest: &Manifest,
    config: &EncoderConfig,
) -> Result<(), NeuralError> {
    if manifest.task == crate::Task::Embedding {
        return Ok(());
    }
    let missing = config
        .labels
        .iter()
        .find(|label| !manifest.labels.contains_key(*label));
    let complaint = match missing {
        Some(label) => format!("[labels] thiếu nhãn `{label}` của config.json"),
        None if config.labels.len() != manifest.labels.len() => format!(
            "[labels] có {} nhãn, id2label của config.json có {}",
            manifest.labels.len(),
            config.labels.len()
        ),
        None => return Ok(()),
    };
    Err(NeuralError::wrong(
        path,
        complaint,
        "the labels must be those of id2label in config.json",
    ))
}

/// A `model.toml` that fits the folder.
fn template(path: &Path, used: &[&str]) -> Result<String, NeuralError> {
    let is_phobert = used.contains(&CODES);
    let mut text = format!(
        "task = \"embedding\"\nneeds_word_segmentation = {is_phobert}\nlicence = \"?\"\nsource = \"?\"\n\n[sha256]\n"
    );
    for name in used {
        let sum = checksum(&path.join(name))?;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\"{name}\" = \"{sum}\"");
    }
    Ok(text)
}

fn is_file(path: &Path) -> Result<bool, NeuralError> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(found.is_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unreadable(path, error)),
    }
}

fn checksum(path: &Path) -> Result<String, NeuralError> {
    let mut file = open(path, WEIGHTS_BYTES_MAX)?;
    let mut hasher = Sha256::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let n_read = file
            .read(&mut block)
            .map_err(|reason| unreadable(path, reason))?;
        if n_read == 0 {
            return Ok(hexadecimal(&hasher.finalize()));
        }
        hasher.update(&block[..n_read]);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn open(path: &Path, bytes_max: u64) -> Result<File, NeuralError> {
    let file = File::open(path).map_err(|reason| unreadable(path, reason))?;
    let found = file.metadata().map_err(|reason| unreadable(path, reason))?;
    if found.len() > bytes_max {
        return Err(NeuralError::TooLarge {
            path: path.to_owned(),
            bytes_max,
        });
    }
    Ok(file)
}

fn read_bytes(path: &Path, bytes_max: u64) -> Result<Vec<u8>, NeuralError> {
    let mut bytes = Vec::new();
    let mut file = open(path, bytes_max)?.take(bytes_max);
    file.read_to_end(&mut bytes)
        .map_err(|reason| unreadable(path, reason))?;
    Ok(bytes)
}

fn read_text(path: &Path, bytes_max: u64) -> Result<String, NeuralError> {
    String::from_utf8(read_bytes(path, bytes_max)?)
        .map_err(|_| NeuralError::wrong(path, "không phải văn bản UTF-8", "this is no UTF-8 text"))
}

fn unreadable(path: &Path, reason: std::io::Error) -> NeuralError {
    NeuralError::Unreadable {
        path: path.to_owned(),
        reason,
    }
}
