//! `/ban-do.svg`: the map as a picture that stands alone, with title, legend, date, source and method as
//! text in it. Colours are attributes, not styles, so that it looks alike under any policy and in any
//! program.

use std::fmt::Write;

use super::cells::LegendRow;
use super::drawing::{Drawing, MARKS, Tile, draw, mark};
use super::page::{MapInput, paint};
use crate::i18n::{Lang, fill};
use crate::state::AppState;

/// Ink, quiet ink, ground, hatch, lines: the light scheme of the pages; a test compares.
const INK: &str = "#13202b";
const MUTED: &str = "#4b5a67";
const GROUND: &str = "#ffffff";
const SURFACE: &str = "#f4f7f9";
const HATCH: &str = "#76858f";
const LINE: &str = "#d8e0e6";

/// Space around everything.
const MARGIN: i32 = 24;
/// Width of a column of the legend.
const LEGEND_WIDTH: i32 = 240;

/// Fill, text on it, and edge of a class of tiles.
pub(super) fn paint_of(class: &str) -> (&'static str, &'static str, &'static str) {
    match class {
        "green" => ("#00795f", "#ffffff", "none"),
        "yellow" => ("#f5d866", "#2b2303", "none"),
        "orange" => ("#d97a26", "#2a1502", "none"),
        "red" => ("#9c1f1c", "#ffffff", "none"),
        "quiet" => ("#0b5c7c", "#ffffff", "none"),
        "s4" => ("#06405c", "#ffffff", "none"),
        "usual" => ("#e3f0f5", INK, "none"),
        "s1" => ("#eef7fa", INK, "none"),
        "s2" => ("#94c4db", INK, "none"),
        "s3" => ("#4d90b1", INK, "none"),
        "ready" => (GROUND, INK, "#73828f"),
        _ => (SURFACE, MUTED, LINE),
    }
}

/// The picture as an SVG document.
pub(crate) fn picture(app: &AppState, lang: Lang, input: &MapInput) -> String {
    let t = lang.texts();
    let units = app.units_on(input.address.day);
    let painted = paint(app, lang, input);
    let drawing = draw(
        lang,
        &input.address,
        &units,
        &painted,
        input.boundaries.as_ref(),
    );
    let width = (drawing.width + 2 * MARGIN).max(480);
    let inner = width - 2 * MARGIN;
    let title = format!("{}: {}", t.map_title, input.layer.name(lang));
    let day = format!("{}, {}", app.city, lang.long_day(input.address.day));
    let values_on = input.values_on.map(|day| {
        let day = lang.long_day(day);
        fill(t.map_values_on, &[&day])
    });
    let mut paper = Paper::new(width);
    paper.lines(&title, 26, INK, 700, inner);
    paper.lines(&day, 17, MUTED, 400, inner);
    for line in values_on.iter().filter(|line| !line.is_empty()) {
        paper.lines(line, 14, MUTED, 400, inner);
    }
    paper.y += 12;
    paper.legend(lang, &painted.legend, inner);
    paper.y += 8;
    paper.map(&drawing);
    paper.y += 16;
    paper.lines(&input.layer.explanation(lang), 14, INK, 400, inner);
    paper.lines(t.map_note, 14, MUTED, 400, inner);
    let made = fill(t.map_made_by, &[&app.city, &painted.method]);
    paper.lines(&made, 14, MUTED, 400, inner);
    if !drawing.attribution.is_empty() {
        let from = format!("{} {}", t.map_source, drawing.attribution);
        paper.lines(&from, 14, MUTED, 400, inner);
    }
    paper.finish(
        lang,
        &title,
        &format!("{day}. {}", input.layer.explanation(lang)),
    )
}

/// What has been drawn so far, and where the next thing goes.
struct Paper {
    width: i32,
    y: i32,
    body: String,
}

// Writing to a string cannot fail, so the results of `write!` are let go below.
impl Paper {
    fn new(width: i32) -> Self {
        Self {
            width,
            y: MARGIN,
            body: String::new(),
        }
    }

    /// Text, broken into lines that fit.
    fn lines(&mut self, text: &str, size: i32, ink: &str, weight: i32, width: i32) {
        for line in broken(text, width, size) {
            self.y += size + size / 3;
            let _ = write!(
                self.body,
                "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"{size}\" font-weight=\"{weight}\" \
                 fill=\"{ink}\">{}</text>",
                self.y - size / 3,
                escaped(&line)
            );
        }
    }

    fn legend(&mut self, lang: Lang, rows: &[LegendRow], inner: i32) {
        const ROW: i32 = 40;
        let columns = (inner / LEGEND_WIDTH).max(1);
        for (at, row) in rows.iter().enumerate() {
            let at = at as i32;
            let (x, y) = (
                MARGIN + at % columns * LEGEND_WIDTH,
                self.y + at / columns * ROW,
            );
            let (fill, ink, edge) = paint_of(row.class);
            let is_hatched = row.class == "hatched";
            let ground = if is_hatched { "url(#hatched)" } else { fill };
            let _ = write!(
                self.body,
                "<rect x=\"{x}\" y=\"{y}\" width=\"28\" height=\"28\" rx=\"4\" fill=\"{ground}\" \
                 stroke=\"{edge}\"/>"
            );
            if let Some(mark) = mark(row.class) {
                let (x, y) = (x + 14, y + 14);
                let _ = write!(
                    self.body,
                    "<use href=\"#{mark}\" x=\"{x}\" y=\"{y}\" fill=\"{ink}\"/>"
                );
            }
            let n = lang.count(row.n as u64);
            let _ = write!(
                self.body,
                "<text x=\"{0}\" y=\"{1}\" font-size=\"15\" fill=\"{INK}\"><tspan \
                 font-weight=\"700\">{2}</tspan> ({n})</text><text x=\"{0}\" y=\"{3}\" \
                 font-size=\"13\" fill=\"{MUTED}\">{4}</text>",
                x + 36,
                y + 12,
                escaped(&row.name),
                y + 28,
                escaped(&row.meaning)
            );
        }
        self.y += (rows.len() as i32 + columns - 1) / columns * ROW;
    }

    fn map(&mut self, drawing: &Drawing) {
        let left = (self.width - drawing.width) / 2;
        let _ = write!(
            self.body,
            "<g transform=\"translate({left} {})\" text-anchor=\"middle\" font-weight=\"700\">",
            self.y + 2
        );
        for tile in &drawing.tiles {
            self.tile(tile);
        }
        for frame in &drawing.frames {
            let _ = write!(
                self.body,
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{LINE}\"/>",
                frame.x, frame.y, frame.width, frame.height
            );
        }
        if !drawing.borders.is_empty() {
            let _ = write!(
                self.body,
                "<path d=\"{}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"3\" \
                 stroke-linecap=\"round\"/>",
                drawing.borders
            );
        }
        for label in &drawing.labels {
            let _ = write!(
                self.body,
                "<text x=\"{}\" y=\"{}\" font-size=\"15\" font-weight=\"400\" \
                 text-anchor=\"start\" fill=\"{MUTED}\">{}</text>",
                label.x,
                label.y,
                escaped(&label.text)
            );
        }
        self.body.push_str("</g>");
        self.y += drawing.height;
    }

    fn tile(&mut self, tile: &Tile) {
        let (fill, ink, edge) = paint_of(tile.class);
        let ground = if tile.class == "hatched" {
            "url(#hatched)"
        } else {
            fill
        };
        let _ = write!(self.body, "<g><title>{}</title>", escaped(&tile.title));
        let _ = match &tile.path {
            Some(path) => write!(
                self.body,
                "<path d=\"{path}\" fill=\"{ground}\" stroke=\"{}\"/>",
                if edge == "none" { GROUND } else { edge }
            ),
            None => write!(
                self.body,
                "<rect x=\"{}\" y=\"{}\" width=\"42\" height=\"42\" rx=\"6\" fill=\"{ground}\" \
                 stroke=\"{edge}\"/>",
                tile.x, tile.y
            ),
        };
        if !tile.label.is_empty() {
            let _ = write!(
                self.body,
                "<text x=\"{}\" y=\"{}\" font-size=\"18\" fill=\"{ink}\">{}</text>",
                tile.x + 21,
                tile.y + 30,
                escaped(&tile.label)
            );
        }
        if let Some(mark) = tile.mark() {
            let (x, y) = tile.mark_at();
            let _ = write!(
                self.body,
                "<use href=\"#{mark}\" x=\"{x}\" y=\"{y}\" fill=\"{ink}\"/>"
            );
        }
        self.body.push_str("</g>");
    }

    fn finish(self, lang: Lang, title: &str, description: &str) -> String {
        let (width, height) = (self.width, self.y + MARGIN);
        let marks = MARKS.map(|(name, path)| format!("<path id=\"{name}\" d=\"{path}\"/>"));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title about\" \
             lang=\"{}\" font-family=\"'Noto Sans', 'Be Vietnam Pro', 'Segoe UI', Roboto, Arial, \
             sans-serif\"><title id=\"title\">{}</title><desc id=\"about\">{}</desc><defs>{}<pattern \
             id=\"hatched\" width=\"14\" height=\"14\" patternUnits=\"userSpaceOnUse\"><rect \
             width=\"14\" height=\"14\" fill=\"{SURFACE}\"/><path d=\"M-2 2l4-4M0 14l14-14M12 \
             16l4-4\" stroke=\"{HATCH}\" stroke-width=\"2\" \
             stroke-opacity=\"0.6\"/></pattern></defs><rect width=\"{width}\" height=\"{height}\" \
             fill=\"{GROUND}\"/>{}</svg>\n",
            lang.code(),
            escaped(title),
            escaped(description),
            marks.concat(),
            self.body
        )
    }
}

/// Breaks text at spaces into lines of about that width; letters are on average .56 of their size wide.
fn broken(text: &str, width: i32, size: i32) -> Vec<String> {
    let room = (f64::from(width) / (f64::from(size) * 0.56)) as usize;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().filter(|line| {
            line.is_empty() || line.chars().count() + 1 + word.chars().count() <= room
        });
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: &str = include_str!("../../web/app.css");

    #[test]
    fn colours_are_those_of_the_light_pages() {
        let light = STYLE
            .split("@media (prefers-color-scheme: dark)")
            .next()
            .unwrap();
        let named = |name: &str| {
            let from = light.find(&format!("--{name}: ")).unwrap() + name.len() + 4;
            &light[from..from + 7]
        };
        for class in ["green", "yellow", "orange", "red", "s1", "s2", "s3", "s4"] {
            let (fill, ink, _) = paint_of(class);
            assert_eq!(fill, named(class), "{class}");
            assert_eq!(ink, named(&format!("on-{class}")), "on {class}");
        }
        for (name, own) in [
            ("ink", INK),
            ("muted", MUTED),
            ("ground", GROUND),
            ("surface", SURFACE),
            ("hatch", HATCH),
            ("line", LINE),
        ] {
            assert_eq!(named(name), own, "{name}");
        }
    }

    #[test]
    fn long_text_is_broken_and_strange_text_is_safe() {
        let lines = broken("một hai ba bốn năm", 60, 10);
        assert_eq!(lines, ["một hai ba", "bốn năm"]);
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }
}
