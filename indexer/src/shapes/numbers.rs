//! Numbers as JSON can hold them: finite, or refused; JSON would turn the others into `null`.

use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};

/// A measure.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct Real(pub f64);

/// A weight, probability or share.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(crate) struct Weight(pub f32);

impl Serialize for Real {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f64(self.0)
        } else {
            Err(S::Error::custom(format!(
                "{} is not a finite number",
                self.0
            )))
        }
    }
}

impl Serialize for Weight {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_finite() {
            serializer.serialize_f32(self.0)
        } else {
            Err(S::Error::custom(format!(
                "{} is not a finite number",
                self.0
            )))
        }
    }
}
