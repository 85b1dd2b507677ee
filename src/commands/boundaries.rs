//! `import boundaries`: the city's own boundaries, checked, simplified and kept.

use std::collections::BTreeSet;

use anyhow::Result;
use models::boundary::{BoundaryWarning, check, check_outline};

use super::lines::{Outcome, Output, read_whole};
use crate::boundaries::{n_points, read, reduced};
use crate::city::City;
use crate::cli::ImportBoundaries;
use crate::clock;
use crate::pipeline::Pipeline;

/// Largest file.
const FILE_BYTES_MAX: u64 = 256_000_000;
/// More problems are counted, not told.
const TOLD_MAX: usize = 50;

/// `langnghe import boundaries FILE`
#[expect(clippy::print_stderr, reason = "complaints about input go to stderr")]
pub fn import(
    request: &ImportBoundaries,
    city: &City,
    pipeline: impl FnOnce() -> Result<Pipeline>,
) -> Result<Outcome> {
    let bytes = read_whole(&request.file, FILE_BYTES_MAX)?;
    let found = read(&String::from_utf8_lossy(&bytes), request.key.as_deref())?;
    let today = clock::today();
    let units = city.units().iter().filter(|unit| unit.is_valid_on(today));
    let units = units.map(|unit| unit.code).collect::<BTreeSet<_>>();
    let (mut problems, warnings) = check(&found.units, &units);
    if let Some(outline) = &found.outline {
        problems.extend(check_outline(outline));
    }
    for problem in problems.iter().take(TOLD_MAX) {
        eprintln!("{problem}");
    }
    if problems.len() > TOLD_MAX {
        let n = problems.len() - TOLD_MAX;
        eprintln!("và {n} lỗi nữa / and {n} problems more");
    }
    for BoundaryWarning::Crosses(unit, point) in warnings.iter().take(TOLD_MAX) {
        let (lon, lat) = point.to_degrees();
        eprintln!(
            "đơn vị {unit}: đường bao tự cắt gần ({lon}, {lat}), vẫn dùng / its ring crosses itself, taken all the same"
        );
    }
    let mut output = Output::stdout();
    if !problems.is_empty() {
        output.text(&format!(
            "chưa ghi gì: {} lỗi / nothing written",
            problems.len()
        ))?;
        output.finish()?;
        return Ok(Outcome::SomeBad);
    }
    let simple = reduced(&found.units, request.points as usize);
    let told = format!(
        "{} đơn vị, {} điểm còn {} / units, points left",
        simple.len(),
        found.n_points,
        n_points(&simple)
    );
    if request.dry_run {
        output.text(&format!("{told}; chưa ghi gì / nothing written"))?;
    } else {
        let atlas = pipeline()?.atlas;
        let version = atlas.save_boundaries(&simple, &request.attribution, clock::now())?;
        output.text(&format!("{told}; bản / version {version}"))?;
    }
    output.finish()?;
    Ok(Outcome::Done)
}
