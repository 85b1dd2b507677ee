//! What can be wrong with a model, said so that whoever plugged it in can mend it.

use std::path::PathBuf;

/// Why a model cannot be used. Messages are Vietnamese, then English, and name file and way out.
#[derive(Debug, thiserror::Error)]
pub enum NeuralError {
    /// A file is missing or cannot be read.
    #[error("không đọc được {path}: {reason} / cannot read this file of the model")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// A file is larger than any sound one.
    #[error(
        "{path} lớn hơn {bytes_max} byte nên không được đọc / this file is larger than a model needs, so it is not read"
    )]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Largest size read.
        bytes_max: u64,
    },
    /// There is no `model.toml`.
    #[error(
        "thiếu {path}; tạo tệp này với nội dung dưới đây, sửa cho đúng giấy phép và nguồn / this file is missing; make it with the content below, and put in the true licence and source:\n{template}"
    )]
    NoManifest {
        /// Where it should be.
        path: PathBuf,
        /// A file that fits the folder, checksums included.
        template: String,
    },
    /// A file is not what its name promises.
    #[error("{path}: {vietnamese} / {english}")]
    Wrong {
        /// Which file or folder.
        path: PathBuf,
        /// For people in the city.
        vietnamese: String,
        /// For everybody else.
        english: String,
    },
    /// Weights or vocabulary differ from what `model.toml` says.
    #[error(
        "{path} không khớp model.toml: sha256 là {found}, cần {expected}; tải lại tệp, hoặc sửa model.toml nếu cố ý đổi / this file does not match model.toml: fetch it again, or change model.toml if you meant to change it"
    )]
    Changed {
        /// Which file.
        path: PathBuf,
        /// Of the file as it is.
        found: String,
        /// Of `model.toml`.
        expected: String,
    },
    /// Pickle runs code of whoever made the file.
    #[error(
        "{path} là pickle: chạy được mã lạ nên không bao giờ được đọc; đổi sang model.safetensors trên máy khác bằng transformers: model.save_pretrained(FOLDER, safe_serialization=True) / this file is a pickle, which can run foreign code and is never read; convert it elsewhere with that call of transformers"
    )]
    Pickle {
        /// Which file.
        path: PathBuf,
    },
    /// The checkpoint has no classifier, and none was fitted.
    #[error(
        "mô hình không có bộ phân loại: huấn luyện bằng `langnghe train topic --encoder THƯ_MỤC` (hoặc sentiment) / the checkpoint has no classifier: fit one with that command"
    )]
    NoClassifier,
    /// The backend failed.
    #[error("{backend}: {reason}")]
    Backend {
        /// Which backend.
        backend: &'static str,
        /// What it said.
        reason: String,
    },
    /// Too little to learn from.
    #[error("không đủ ví dụ để huấn luyện / too few examples to learn from: {reason}")]
    TooFew {
        /// What lacks.
        reason: String,
    },
}

impl NeuralError {
    pub(crate) fn wrong(
        path: impl Into<PathBuf>,
        vietnamese: impl Into<String>,
        english: impl Into<String>,
    ) -> Self {
        Self::Wrong {
            path: path.into(),
            vietnamese: vietnamese.into(),
            english: english.into(),
        }
    }
}
