//! A random checkpoint as transformers would write it, with a small PhoBERT vocabulary.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Shape of a random checkpoint.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Numbers in a hidden state.
    pub hidden_size: usize,
    /// Layers.
    pub n_layers: usize,
    /// Attention heads.
    pub n_heads: usize,
    /// Numbers in the middle of the feed-forward part.
    pub intermediate_size: usize,
    /// Token ids; at least those of the small vocabulary.
    pub vocab_size: usize,
    /// Added to variances.
    pub layer_norm_eps: f64,
    /// Outputs of the classifier.
    pub labels: Vec<String>,
}

impl Shape {
    /// Small enough for a test: two layers of 32.
    pub fn tiny() -> Self {
        Self {
            hidden_size: 32,
            n_layers: 2,
            n_heads: 4,
            intermediate_size: 64,
            vocab_size: 400,
            layer_norm_eps: 1e-5,
            labels: ["NEG", "POS", "NEU"].map(str::to_owned).to_vec(),
        }
    }

    /// Four layers of 256, as small encoders have.
    pub fn small() -> Self {
        Self {
            hidden_size: 256,
            n_layers: 4,
            n_heads: 4,
            intermediate_size: 1024,
            vocab_size: 64_001,
            ..Self::tiny()
        }
    }

    /// PhoBERT-base.
    pub fn base() -> Self {
        Self {
            hidden_size: 768,
            n_layers: 12,
            n_heads: 12,
            intermediate_size: 3072,
            vocab_size: 64_001,
            ..Self::tiny()
        }
    }
}

/// Positions of a random checkpoint, as PhoBERT has.
const POSITIONS: usize = 258;

/// A random checkpoint in memory.
#[derive(Clone, Debug)]
pub struct RandomModel {
    /// Its shape.
    pub shape: Shape,
    /// Sizes and values by name.
    pub tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

impl RandomModel {
    /// The same seed gives the same weights. They are large enough that a slip in any of them shows in
    /// the logits.
    pub fn new(shape: Shape, seed: u64) -> Self {
        let (size, wide) = (shape.hidden_size, shape.intermediate_size);
        let mut random = Random(seed);
        let mut tensors = BTreeMap::new();
        let mut add = |name: String, sizes: &[usize], middle: f32, spread: f32| {
            let n_values = sizes.iter().product::<usize>();
            let values = (0..n_values).map(|_| middle + spread * random.next());
            tensors.insert(name, (sizes.to_vec(), values.collect()));
        };
        let steep = 1.5 / (size as f32).sqrt();
        let mut linear = |name: &str, from: usize, to: usize| {
            add(format!("{name}.weight"), &[to, from], 0.0, steep);
            add(format!("{name}.bias"), &[to], 0.0, 0.2);
        };
        linear("classifier.dense", size, size);
        linear("classifier.out_proj", size, shape.labels.len());
        for layer in 0..shape.n_layers {
            let layer = format!("roberta.encoder.layer.{layer}");
            for name in ["query", "key", "value"] {
                linear(&format!("{layer}.attention.self.{name}"), size, size);
            }
            linear(&format!("{layer}.attention.output.dense"), size, size);
            linear(&format!("{layer}.intermediate.dense"), size, wide);
            linear(&format!("{layer}.output.dense"), wide, size);
        }
        let embeddings = "roberta.embeddings";
        let tables = [
            ("word_embeddings", shape.vocab_size),
            ("position_embeddings", POSITIONS),
            ("token_type_embeddings", 1),
        ];
        for (name, rows) in tables {
            add(
                format!("{embeddings}.{name}.weight"),
                &[rows, size],
                0.0,
                0.5,
            );
        }
        let mut norms = vec![format!("{embeddings}.LayerNorm")];
        for layer in 0..shape.n_layers {
            let layer = format!("roberta.encoder.layer.{layer}");
            norms.push(format!("{layer}.attention.output.LayerNorm"));
            norms.push(format!("{layer}.output.LayerNorm"));
        }
        for norm in norms {
            add(format!("{norm}.weight"), &[size], 1.0, 0.3);
            add(format!("{norm}.bias"), &[size], 0.0, 0.2);
        }
        Self { shape, tensors }
    }

    /// Writes the whole folder: weights, `config.json`, vocabulary, and a `model.toml` of the task
    /// `embedding`.
    ///
    /// # Errors
    /// Of writing.
    pub fn write_to(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("model.safetensors"), self.safetensors())?;
        fs::write(folder.join("config.json"), self.config())?;
        let (vocab, codes) = vocabulary(self.shape.vocab_size);
        fs::write(folder.join("vocab.txt"), vocab)?;
        fs::write(folder.join("bpe.codes"), codes)?;
        write_manifest(folder, "task = \"embedding\"\n", "")
    }

    /// The weights as a safetensors file.
    fn safetensors(&self) -> Vec<u8> {
        let mut header = serde_json::Map::new();
        let mut end = 0;
        for (name, (sizes, values)) in &self.tensors {
            let begin = end;
            end += values.len() * 4;
            let entry = serde_json::json!({
                "dtype": "F32", "shape": sizes, "data_offsets": [begin, end],
            });
            header.insert(name.clone(), entry);
        }
        let header = serde_json::Value::Object(header).to_string();
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        for (_, values) in self.tensors.values() {
            bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        }
        bytes
    }

    fn config(&self) -> String {
        let labels = self.shape.labels.iter().enumerate();
        let labels = labels.map(|(id, label)| (id.to_string(), label.clone()));
        serde_json::json!({
            "model_type": "roberta",
            "hidden_act": "gelu",
            "hidden_size": self.shape.hidden_size,
            "num_hidden_layers": self.shape.n_layers,
            "num_attention_heads": self.shape.n_heads,
            "intermediate_size": self.shape.intermediate_size,
            "vocab_size": self.shape.vocab_size,
            "max_position_embeddings": POSITIONS,
            "type_vocab_size": 1,
            "layer_norm_eps": self.shape.layer_norm_eps,
            "pad_token_id": 1,
            "id2label": labels.collect::<BTreeMap<_, _>>(),
        })
        .to_string()
    }
}

/// Writes a `model.toml` that fits the files of a folder; `before` are its first lines, `after` its last.
///
/// # Errors
/// Of reading the files and of writing.
pub fn write_manifest(folder: &Path, before: &str, after: &str) -> io::Result<()> {
    let mut text = format!(
        "{before}needs_word_segmentation = false\nlicence = \"none: random numbers\"\nsource = \"a test\"\n\n[sha256]\n"
    );
    for name in ["model.safetensors", "config.json", "vocab.txt", "bpe.codes"] {
        let sum = Sha256::digest(fs::read(folder.join(name))?);
        let sum = sum.iter().fold(String::new(), |mut sum, byte| {
            let _ = write!(sum, "{byte:02x}");
            sum
        });
        let _ = writeln!(text, "\"{name}\" = \"{sum}\"");
    }
    fs::write(folder.join("model.toml"), text + after)
}

/// Letters alone and at the end of a word, and some merges, filled up to the number of ids.
fn vocabulary(vocab_size: usize) -> (String, String) {
    const LETTERS: &str = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwzàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ0123456789.,!?_-";
    const MERGES: [&str; 16] = [
        "n g</w>",
        "n h</w>",
        "t h",
        "n g",
        "n h",
        "c h",
        "k h",
        "t r",
        "ư ờ",
        "ư ơ",
        "ư ớ",
        "i ê",
        "ô n",
        "ậ p</w>",
        "ng h",
        "à n",
    ];
    let mut tokens = Vec::new();
    for letter in LETTERS.chars() {
        tokens.push(format!("{letter}@@"));
        tokens.push(letter.to_string());
    }
    for merge in MERGES {
        let joined = merge.replace(' ', "");
        let is_last = joined.strip_suffix("</w>").map(str::to_owned);
        tokens.push(is_last.unwrap_or(format!("{joined}@@")));
    }
    // Four specials before, the mask behind.
    let n_wanted = vocab_size.saturating_sub(5);
    let fill = (tokens.len()..n_wanted).map(|n| format!("fill{n}"));
    let tokens = tokens.clone().into_iter().chain(fill);
    let vocab = tokens.fold(String::new(), |vocab, token| vocab + &token + " 1\n");
    let codes = MERGES.map(|merge| format!("{merge} 9\n")).concat();
    (vocab, codes)
}

/// `SplitMix64` (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    /// Between -1 and 1.
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mixed = mixed ^ (mixed >> 31);
        (mixed >> 40) as f32 / (1 << 23) as f32 - 1.0
    }
}
