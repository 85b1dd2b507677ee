//! Pictures in pixels, made by whoever is built in.

use thiserror::Error;

/// Turns drawings into pixels.
pub trait Painter: Send + Sync {
    /// A drawing (SVG) as a PNG of so many pixels across. May take a second; blocks.
    fn png(&self, svg: &str, width: u32) -> Result<Vec<u8>, PaintError>;
}

/// Why a drawing could not be painted: a defect of ours, since the drawing is ours.
#[derive(Debug, Error)]
#[error("a picture could not be painted: {0}")]
pub struct PaintError(pub String);
