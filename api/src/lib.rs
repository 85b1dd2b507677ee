//! Pages, JSON, exports and alerts.
