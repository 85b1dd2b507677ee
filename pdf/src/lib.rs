//! Digests on paper: PDF/UA-1 by typst, with Vietnamese fonts that are shipped.
//!
//! A crate of its own, because typst takes minutes to build and megabytes to ship. The template sees one
//! file, the sheet as JSON, and no other: nothing is read from the disk or the network.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail loudly"))]

mod fonts;
mod picture;
mod world;

use std::sync::LazyLock;

use api::sheet::{PrintError, Printer, Sheet};
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use fonts::Fonts;
pub use picture::SvgPainter;
use world::{Desk, SheetWorld};

/// Results of typst older than this many prints are forgotten; without it memory grows with each sheet.
const REMEMBERED: usize = 8;

static DESK: LazyLock<Desk> = LazyLock::new(|| Desk::new(Fonts::shipped()));

/// Prints by typst.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypstPrinter;

impl Printer for TypstPrinter {
    fn print(&self, sheet: &Sheet) -> Result<Vec<u8>, PrintError> {
        let pdf = print(sheet);
        typst::comemo::evict(REMEMBERED);
        pdf
    }
}

fn print(sheet: &Sheet) -> Result<Vec<u8>, PrintError> {
    let json = serde_json::to_string(sheet).map_err(|error| PrintError(error.to_string()))?;
    // Emoji and other scripts have no shape in our fonts, and PDF/UA allows no empty one.
    let world = SheetWorld::new(&DESK, DESK.fonts.printable(&json));
    let document = typst::compile::<PagedDocument>(&world)
        .output
        .map_err(|problems| complaint(&problems))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|hinted| PrintError(hinted.message().to_string()))?;
    let options = PdfOptions {
        creator: Smart::Custom(Some("Lắng Nghe".to_owned())),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|problems| complaint(&problems))
}

fn complaint(problems: &[typst::diag::SourceDiagnostic]) -> PrintError {
    let all = problems.iter().map(|problem| problem.message.as_str());
    PrintError(all.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests;
