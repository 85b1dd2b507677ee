//! From annotated mentions to concerns, digests and satisfaction signals.
