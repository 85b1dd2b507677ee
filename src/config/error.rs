//! Configuration errors: file, line, caret, and what to do, in Vietnamese and English.

use std::io;
use std::path::Path;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// Why a configuration cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("không đọc được tệp cấu hình {path}: {reason} / cannot read this configuration file")]
    #[diagnostic(help("kiểm tra đường dẫn và quyền đọc / check the path and its permissions"))]
    Unreadable {
        /// Which file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The file says something we do not understand.
    #[error("{vietnamese} / {english}")]
    Wrong {
        /// For people in the city.
        vietnamese: String,
        /// For everybody else.
        english: String,
        /// The file.
        #[source_code]
        file: NamedSource<String>,
        /// Where in it.
        #[label("ở đây / here")]
        place: Option<SourceSpan>,
        /// The way out.
        #[help]
        help: String,
    },
    /// An environment variable says something we do not understand.
    #[error("biến môi trường {name} sai: {reason} / wrong environment variable")]
    #[diagnostic(help(
        "các khóa có trong config/langnghe.toml / keys are in config/langnghe.toml"
    ))]
    Environment {
        /// Which variable.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// A data file whose content contradicts itself.
    #[error("{path}: {reason}")]
    Data {
        /// Which file.
        path: String,
        /// What is wrong and how to mend it.
        reason: String,
    },
}

impl ConfigError {
    /// The file could not be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        Self::Unreadable {
            path: path.display().to_string(),
            reason: error.to_string(),
        }
    }

    /// The file does not parse, or a key or type is wrong.
    pub fn syntax(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let english = error.message().trim().to_owned();
        let vietnamese = vietnamese_reason(&english);
        let help = match english.split_once("expected one of ") {
            Some((_, keys)) => format!("các khóa dùng được / known keys: {keys}"),
            None => "xem config/langnghe.toml / see config/langnghe.toml".to_owned(),
        };
        Self::Wrong {
            vietnamese: vietnamese.to_owned(),
            english,
            file: NamedSource::new(path.display().to_string(), text.to_owned()),
            place: error.span().map(SourceSpan::from),
            help,
        }
    }

    /// A value that parses but cannot be used.
    pub fn value(path: &Path, text: &str, key: &str, vietnamese: &str, english: &str) -> Self {
        Self::Wrong {
            vietnamese: format!("giá trị `{key}` không dùng được: {vietnamese}"),
            english: english.to_owned(),
            file: NamedSource::new(path.display().to_string(), text.to_owned()),
            place: text.find(key).map(|start| (start, key.len()).into()),
            help: "xem config/langnghe.toml / see config/langnghe.toml".to_owned(),
        }
    }

    /// A data file that contradicts itself.
    pub fn data(path: &Path, reason: impl Into<String>) -> Self {
        Self::Data {
            path: path.display().to_string(),
            reason: reason.into(),
        }
    }
}

fn vietnamese_reason(english: &str) -> &'static str {
    if english.starts_with("unknown field") {
        "khóa không được biết"
    } else if english.starts_with("missing field") {
        "thiếu khóa bắt buộc"
    } else if english.starts_with("invalid type") {
        "giá trị sai kiểu"
    } else if english.contains("no longer read") {
        "cài đặt này không còn được đọc"
    } else if english.starts_with("duplicate key") {
        "khóa lặp lại"
    } else {
        "giá trị không hiểu được"
    }
}
