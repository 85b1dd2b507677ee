//! A neural model of the user's own: fitted by `train topic` and `train sentiment`, asked by the
//! pipeline about what the linear models are unsure of, measured by `eval`.
//!
//! The runtime is in the crate `neural` behind the feature of that name, which is off: without it,
//! every way in says so.

#[cfg(feature = "neural")]
mod budget;
#[cfg(feature = "neural")]
mod card;
#[cfg(feature = "neural")]
mod encoder;
#[cfg(feature = "neural")]
mod reader;
#[cfg(feature = "neural")]
mod train;

#[cfg(feature = "neural")]
pub use budget::Budget;
#[cfg(feature = "neural")]
pub use reader::{NeuralReader, ask_encoder};
#[cfg(feature = "neural")]
pub use train::train;

#[cfg(not(feature = "neural"))]
pub use without::{ask_encoder, compare, train};

use std::path::PathBuf;

/// What a head is fitted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadKind {
    /// What a concern is about.
    Topic,
    /// How it feels.
    Sentiment,
}

/// A wish for a head.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "neural"),
    expect(dead_code, reason = "read where the feature is on")
)]
pub struct HeadRequest {
    /// What it is for.
    pub kind: HeadKind,
    /// Folder of the encoder.
    pub encoder: PathBuf,
    /// Labelled files; none for those of the repository.
    pub examples: Vec<PathBuf>,
    /// Encoders that compute at once; none for one a core.
    pub workers: Option<usize>,
}

/// The folder of an encoder that `eval` was given, by the command line or `LANGNGHE_ENCODER`.
pub fn encoder_of_eval(given: Option<&PathBuf>) -> Option<PathBuf> {
    let from_environment = || std::env::var_os("LANGNGHE_ENCODER").map(PathBuf::from);
    given.cloned().or_else(from_environment)
}

/// What the sheet says without an encoder.
pub const NO_ENCODER: &str =
    "## Linear beside neural\n\nNo encoder given (`--encoder` or `LANGNGHE_ENCODER`): skipped.\n\n";

#[cfg(not(feature = "neural"))]
mod without {
    use std::path::Path;

    use anyhow::{Result, bail};
    use models::domain::Taxonomy;

    use super::HeadRequest;
    use crate::city::City;
    use crate::commands::Outcome;

    const LACKING: &str = "chương trình này được dựng không có tính năng `neural`: dựng lại bằng `cargo build --release --features neural` / this program was built without the feature `neural`: build it again with that command";

    #[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
    pub fn ask_encoder(city: City) -> Result<City> {
        // The configuration refuses `models.encoder` without the feature.
        Ok(city)
    }

    pub fn compare(_: &City, _: &Path, _: &Path) -> Result<String> {
        bail!(LACKING)
    }

    pub fn train(_: &HeadRequest, _: &Taxonomy) -> Result<Outcome> {
        bail!(LACKING)
    }
}
