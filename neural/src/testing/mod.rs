//! Random checkpoints that tests and the bench write themselves, and a float64 reference that computes
//! what an encoder must: for tests, never for use.

mod reference;
mod tiny;

pub use reference::Reference;
pub use tiny::{RandomModel, Shape, write_manifest};
