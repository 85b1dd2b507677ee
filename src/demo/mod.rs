//! placeholder until the sample city lands
