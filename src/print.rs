//! Digests on paper, where the feature `pdf` is built in (`docs/adr/016`).

use std::fs;
use std::sync::Arc;

use anyhow::{Context, Result};
use api::paint::Painter;
use api::sheet::Printer;

use crate::cli::PrintDigest;
use crate::commands::Outcome;
use crate::commands::digests::period_or_newest;
use crate::pipeline::Pipeline;
use crate::serve::state_of;

/// Who prints; `None` without the feature.
#[cfg(feature = "pdf")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "there is none without the feature"
)]
pub fn printer() -> Option<Arc<dyn Printer>> {
    Some(Arc::new(pdf::TypstPrinter))
}

/// Who prints; `None` without the feature.
#[cfg(not(feature = "pdf"))]
pub fn printer() -> Option<Arc<dyn Printer>> {
    None
}

/// Who paints the map; `None` without the feature.
#[cfg(feature = "pdf")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "there is none without the feature"
)]
pub fn painter() -> Option<Arc<dyn Painter>> {
    Some(Arc::new(pdf::SvgPainter))
}

/// Who paints the map; `None` without the feature.
#[cfg(not(feature = "pdf"))]
pub fn painter() -> Option<Arc<dyn Painter>> {
    None
}

/// `langnghe digest print`
pub fn digest(pipeline: &Arc<Pipeline>, request: &PrintDigest) -> Result<Outcome> {
    let printer = printer().context(
        "bản này được dựng không có in PDF / built without printing: cargo build --features pdf",
    )?;
    let which = &request.which;
    let scope = pipeline.city.scope(&which.unit)?;
    let period = period_or_newest(&*pipeline.archive, &scope, which.period.into(), which.day)?;
    let sheet = state_of(pipeline)?.sheet(&request.lang, &scope, period, which.revision)?;
    let sheet = sheet.with_context(|| {
        let (unit, day) = (&which.unit, period.last());
        format!("chưa có bản tin {unit} kỳ {day} / no digest of that period")
    })?;
    fs::write(&request.out, printer.print(&sheet)?)
        .with_context(|| format!("không ghi được / cannot write {}", request.out.display()))?;
    Ok(Outcome::Done)
}
