//! The map in pixels, by resvg, which typst brings along. Only fonts that are shipped are used, so that
//! the picture is the same on every machine.

use std::sync::{Arc, LazyLock};

use api::paint::{PaintError, Painter};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Options, Tree};

use crate::fonts::FILES;

/// Pixels down at most: a drawing that is taller is painted smaller.
const MAX_HEIGHT: f32 = 8000.0;

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    for file in FILES {
        fonts.load_font_data(file.to_vec());
    }
    Arc::new(fonts)
});

/// Paints by resvg.
#[derive(Clone, Copy, Debug, Default)]
pub struct SvgPainter;

impl Painter for SvgPainter {
    fn png(&self, svg: &str, width: u32) -> Result<Vec<u8>, PaintError> {
        let failed = |why: String| PaintError(why);
        let options = Options {
            font_family: "Noto Sans".to_owned(),
            fontdb: Arc::clone(&FONTS),
            ..Options::default()
        };
        let tree = Tree::from_str(svg, &options).map_err(|error| failed(error.to_string()))?;
        let size = tree.size();
        let scale = (width as f32 / size.width()).min(MAX_HEIGHT / size.height());
        let [across, down] =
            [size.width(), size.height()].map(|side| (side * scale).round() as u32);
        let mut pixels = Pixmap::new(across.max(1), down.max(1))
            .ok_or_else(|| failed(format!("{across} × {down} pixels")))?;
        resvg::render(
            &tree,
            Transform::from_scale(scale, scale),
            &mut pixels.as_mut(),
        );
        pixels
            .encode_png()
            .map_err(|error| failed(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Width and height of a PNG.
    fn size_of(png: &[u8]) -> (u32, u32) {
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }

    fn drawing(inner: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"300\" height=\"150\" \
             font-family=\"'Noto Sans', Arial\"><rect width=\"300\" height=\"150\" \
             fill=\"#ffffff\"/>{inner}</svg>"
        )
    }

    #[test]
    fn a_drawing_has_the_width_that_was_asked_for() {
        for width in [320, 1200, 2400] {
            let png = SvgPainter.png(&drawing(""), width).unwrap();
            assert_eq!(size_of(&png), (width, width / 2));
        }
    }

    #[test]
    fn vietnamese_is_set_with_the_fonts_that_are_shipped() {
        let text = |words: &str| {
            drawing(&format!(
                "<text x=\"10\" y=\"90\" font-size=\"40\">{words}</text>"
            ))
        };
        let blank = SvgPainter.png(&drawing(""), 600).unwrap();
        let plain = SvgPainter.png(&text("Ho Thi Ky"), 600).unwrap();
        let accented = SvgPainter.png(&text("Hồ Thị Kỷ"), 600).unwrap();
        assert!(plain != blank && accented != blank && accented != plain);
        assert_eq!(accented, SvgPainter.png(&text("Hồ Thị Kỷ"), 600).unwrap());
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        assert!(SvgPainter.png("<html/>", 600).is_err());
    }
}
