//! Grades of digests, and leagues of units.

use crate::sql::{Connection, Result as Sql, Transaction, params};
use jiff::civil::Date;
use models::domain::{DigestScope, Grade, League, Period, UnitKind};

use super::fault::{Fault, unreadable};
use crate::shapes::{GradeShape, LeagueShape, from_json, league_text, scope_text, to_json};

/// See [`Archive::save_grades`](crate::Archive::save_grades).
pub(super) fn save_grades(tx: &Transaction<'_>, grades: &[Grade]) -> Result<usize, Fault> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO grades (scope, day, revision, after_days, graded_at, method_version, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
    )?;
    let mut n_new = 0;
    for grade in grades {
        n_new += insert.execute(params![
            scope_text(&grade.scope),
            grade.day.to_string(),
            grade.revision,
            grade.after_days,
            grade.graded_at.as_microsecond(),
            grade.method_version,
            to_json("grade", &GradeShape::from(grade))?,
        ])?;
    }
    Ok(n_new)
}

/// See [`Archive::grades`](crate::Archive::grades).
pub(super) fn grades(
    db: &Connection,
    scope: &DigestScope,
    from: Date,
    to: Date,
) -> Result<Vec<Grade>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT body FROM grades
         WHERE scope = ?1 AND day >= ?2 AND day <= ?3 ORDER BY day, after_days, revision",
    )?;
    let days = params![scope_text(scope), from.to_string(), to.to_string()];
    let found = statement.query_map(days, |row| {
        from_json::<GradeShape>(row.get_ref(0)?.as_str()?)
            .and_then(|shape| shape.into_grade(scope))
            .map_err(|why| unreadable(0, why))
    })?;
    Ok(found.collect::<Sql<_>>()?)
}

/// See [`Archive::leagues`](crate::Archive::leagues).
pub(super) fn leagues(db: &Connection, period: Period) -> Result<Vec<League>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT body, revision, erratum FROM leagues WHERE league = ?1 AND day = ?2
         ORDER BY revision DESC LIMIT 1",
    )?;
    let mut found = Vec::new();
    for kind in [UnitKind::Ward, UnitKind::Commune, UnitKind::SpecialZone] {
        let of = params![league_text(period.kind(), kind), period.last().to_string()];
        let league = statement.query_map(of, |row| {
            let (revision, erratum) = (row.get(1)?, row.get(2)?);
            from_json::<LeagueShape>(row.get_ref(0)?.as_str()?)
                .and_then(|shape| shape.into_league(revision, erratum))
                .map_err(|why| unreadable(0, why))
        })?;
        found.extend(league.collect::<Sql<Vec<_>>>()?);
    }
    Ok(found)
}
