//! Deliveries that were pushed to us, so that none counts twice.

use crate::sql::{OptionalExtension, Transaction, params};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::fault::Fault;
use crate::archive::{DELIVERIES_KEPT_DAYS, Delivery, Repeated};

/// Remembers a delivery; says when it had been remembered before, and then changes nothing.
pub(super) fn take(
    tx: &Transaction<'_>,
    delivery: &Delivery,
    at: Timestamp,
) -> Result<Option<Repeated>, Fault> {
    let message: [u8; 32] = Sha256::digest(delivery.message.as_bytes()).into();
    let source = delivery.source.as_str();
    let known: Option<Vec<u8>> = tx
        .prepare_cached("SELECT body FROM deliveries WHERE source = ?1 AND message = ?2")?
        .query_row(params![source, message], |row| row.get(0))
        .optional()?;
    if let Some(body) = known {
        let is_same = body == delivery.body.0;
        return Ok(Some(if is_same {
            Repeated::Same
        } else {
            Repeated::Different
        }));
    }
    forget(tx, at)?;
    tx.prepare_cached(
        "INSERT INTO deliveries (source, message, body, at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        source,
        message,
        delivery.body.0,
        at.as_microsecond()
    ])?;
    Ok(None)
}

/// See [`Archive::forget_deliveries`](crate::Archive::forget_deliveries).
pub(super) fn forget(tx: &Transaction<'_>, now: Timestamp) -> Result<usize, Fault> {
    let kept = SignedDuration::from_hours(24 * DELIVERIES_KEPT_DAYS);
    let before = now.saturating_sub(kept).unwrap_or(Timestamp::MIN);
    Ok(tx
        .prepare_cached("DELETE FROM deliveries WHERE at < ?1")?
        .execute([before.as_microsecond()])?)
}
