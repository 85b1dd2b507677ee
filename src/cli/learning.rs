//! Arguments of `eval` and `train`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to score.
#[derive(Debug, Args)]
pub struct Eval {
    /// Một tệp dạng vàng / only this file in the gold format
    #[arg(long, value_name = "FILE")]
    pub gold: Option<PathBuf>,
    /// Ghi bảng điểm vào / write the sheet here
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Chỉ mô phỏng / only the simulated cities, all of them or one part
    #[arg(long, value_enum, value_name = "PART", num_args = 0..=1, default_missing_value = "all")]
    pub simulate: Option<SimulatedPart>,
    /// Thư mục mô hình nơ-ron để so với mô hình tuyến tính (hoặc LANGNGHE_ENCODER) / folder of a
    /// neural model to set beside the linear ones
    #[arg(long, value_name = "DIR")]
    pub encoder: Option<PathBuf>,
}

/// What is measured in simulated cities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SimulatedPart {
    /// Tất cả / everything
    All,
    /// Xếp hạng, cảnh báo / ranking and alerts
    Ranking,
    /// Tín hiệu lắng nghe, bản đồ im lặng / listening signal and silence map
    Satisfaction,
    /// Dự báo / forecasts
    Forecasts,
}

/// What to train.
#[derive(Debug, Args)]
pub struct Train {
    /// Mô hình nào / which model
    #[command(subcommand)]
    pub model: TrainModel,
}

/// Trainable models.
#[derive(Debug, Subcommand)]
pub enum TrainModel {
    /// Tách từ / word segmenter, from a UD treebank
    Segmenter {
        /// Thư mục chứa các tệp .conllu / folder of .conllu files
        #[arg(long)]
        treebank: PathBuf,
        /// Danh sách từ, mỗi dòng một từ / headwords, one a line
        #[arg(long, required = true, num_args = 1..)]
        words: Vec<PathBuf>,
        /// Danh mục chỉ lấy tên riêng / word lists of which only the names are taken
        #[arg(long, num_args = 1..)]
        names: Vec<PathBuf>,
        /// Phản ánh để tự huấn luyện (.tsv) / training mentions for self-training
        #[arg(long, num_args = 1..)]
        mentions: Vec<PathBuf>,
        /// Tệp mô hình / model file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Thêm dấu / diacritic restoration, from a UD treebank, words and mentions
    Restorer {
        /// Thư mục chứa các tệp .conllu / folder of .conllu files
        #[arg(long)]
        treebank: PathBuf,
        /// Danh sách từ, mỗi dòng một từ / checked words, one a line
        #[arg(long, required = true, num_args = 1..)]
        words: Vec<PathBuf>,
        /// Danh mục có cả cụm từ và tên / word lists where phrases and names stand too
        #[arg(long, num_args = 1..)]
        headwords: Vec<PathBuf>,
        /// Tiếng và số lần trong một triệu (.tsv) / syllables with occurrences in a million
        #[arg(long)]
        frequencies: PathBuf,
        /// Phản ánh có dấu (.tsv) / training mentions
        #[arg(long, num_args = 1..)]
        mentions: Vec<PathBuf>,
        /// Tệp mô hình / model file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Độ phổ biến của từ, dùng khi gom vấn đề / how common terms are, for grouping
    Background {
        /// Tệp .tsv hoặc .jsonl / training mentions, .tsv or gold .jsonl files
        #[arg(long, required = true, num_args = 1..)]
        mentions: Vec<PathBuf>,
        /// Tệp mô hình / model file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Lĩnh vực, trên mô hình nơ-ron của bạn / topic, on a neural model of your own
    Topic(TrainHead),
    /// Cảm xúc, trên mô hình nơ-ron của bạn / sentiment, on a neural model of your own
    Sentiment(TrainHead),
    /// Vấn đề hay nhiễu, lĩnh vực, cảm xúc / concern, topic and sentiment classifiers
    Classifier {
        /// Tệp .tsv hoặc .jsonl có nhãn / labelled .tsv or gold .jsonl files
        #[arg(long, required = true, num_args = 1..)]
        examples: Vec<PathBuf>,
        /// Tệp mô hình / model file to write
        #[arg(long)]
        out: PathBuf,
    },
}

/// A head on the vectors of an encoder.
#[derive(Clone, Debug, Args)]
pub struct TrainHead {
    /// Thư mục mô hình; kết quả ghi vào đó / folder of the model; head and card are written into it
    #[arg(long, value_name = "DIR")]
    pub encoder: PathBuf,
    /// Tệp .tsv hoặc .jsonl có nhãn (mặc định models/data/train/*.tsv) / labelled files
    #[arg(long, num_args = 1..)]
    pub examples: Vec<PathBuf>,
    /// Số luồng mã hóa cùng lúc / encoders at work at once (default: one a core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,
}
