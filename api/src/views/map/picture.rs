//! `/ban-do.svg`, `/ban-do.png`: the map as a picture that stands alone, with title, legend, date, source and method as
//! text in it. Colours are attributes, not styles, so that it looks alike under any policy and in any
//! program.

use std::fmt::Write;

use super::cells::LegendRow;
use super::drawing::{Drawing, MARKS, Tile, draw, mark};
use super::page::{MapInput, paint};
use crate::i18n::{Lang, fill};
use crate::state::AppState;

/// Colours of a scheme, those of the pages; a test compares.
pub(crate) struct Palette {
    ink: &'static str,
    muted: &'static str,
    ground: &'static str,
    surface: &'static str,
    hatch: &'static str,
    line: &'static str,
    edge: &'static str,
    accent: [&'static str; 2],
    soft: &'static str,
    /// Fill of a class, and text on it.
    classes: [(&'static str, &'static str, &'static str); 8],
}

/// Dark on light.
pub(crate) static LIGHT: Palette = Palette {
    ink: "#13202b",
    muted: "#4b5a67",
    ground: "#ffffff",
    surface: "#f4f7f9",
    hatch: "#76858f",
    line: "#d8e0e6",
    edge: "#73828f",
    accent: ["#0b5c7c", "#ffffff"],
    soft: "#e3f0f5",
    classes: [
        ("green", "#00795f", "#ffffff"),
        ("yellow", "#f5d866", "#2b2303"),
        ("orange", "#d97a26", "#2a1502"),
        ("red", "#9c1f1c", "#ffffff"),
        ("s1", "#eef7fa", "#13202b"),
        ("s2", "#94c4db", "#13202b"),
        ("s3", "#4d90b1", "#13202b"),
        ("s4", "#06405c", "#ffffff"),
    ],
};

/// Light on dark.
pub(crate) static DARK: Palette = Palette {
    ink: "#e9f0f4",
    muted: "#a9b8c3",
    ground: "#0f171d",
    surface: "#17222a",
    hatch: "#61727f",
    line: "#2a3842",
    edge: "#8395a3",
    accent: ["#7fc8e6", "#06202c"],
    soft: "#17323f",
    classes: [
        ("green", "#23a186", "#04150d"),
        ("yellow", "#f3da76", "#2b2303"),
        ("orange", "#d98232", "#2a1502"),
        ("red", "#c23a3a", "#ffffff"),
        ("s1", "#17323f", "#e9f0f4"),
        ("s2", "#2f6580", "#e9f0f4"),
        ("s3", "#5b9fbe", "#06202c"),
        ("s4", "#a5dcf5", "#06202c"),
    ],
};

impl Palette {
    /// Fill, text on it, and edge of a class of tiles.
    fn paint_of(&self, class: &str) -> (&'static str, &'static str, &'static str) {
        let known = self.classes.iter().find(|(name, ..)| *name == class);
        match (known, class) {
            (Some((_, fill, ink)), _) => (fill, ink, "none"),
            (None, "quiet") => (self.accent[0], self.accent[1], "none"),
            (None, "usual") => (self.soft, self.ink, "none"),
            (None, "ready") => (self.ground, self.ink, self.edge),
            (None, _) => (self.surface, self.muted, self.line),
        }
    }
}

/// Space around everything.
const MARGIN: i32 = 24;
/// Width of a column of the legend.
const LEGEND_WIDTH: i32 = 240;

/// The picture as an SVG document.
pub(crate) fn picture(
    app: &AppState,
    lang: Lang,
    input: &MapInput,
    palette: &'static Palette,
) -> String {
    let (ink, muted) = (palette.ink, palette.muted);
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
    let mut paper = Paper::new(width, palette);
    paper.lines(&title, 26, ink, 700, inner);
    paper.lines(&day, 17, muted, 400, inner);
    for line in values_on.iter().filter(|line| !line.is_empty()) {
        paper.lines(line, 14, muted, 400, inner);
    }
    paper.y += 12;
    paper.legend(lang, &painted.legend, inner);
    paper.y += 8;
    paper.map(&drawing);
    paper.y += 16;
    paper.lines(&input.layer.explanation(lang), 14, ink, 400, inner);
    paper.lines(t.map_note, 14, muted, 400, inner);
    let made = fill(t.map_made_by, &[&app.city, &painted.method]);
    paper.lines(&made, 14, muted, 400, inner);
    if !drawing.attribution.is_empty() {
        let from = format!("{} {}", t.map_source, drawing.attribution);
        paper.lines(&from, 14, muted, 400, inner);
    }
    paper.finish(
        lang,
        &title,
        &format!("{day}. {}", input.layer.explanation(lang)),
    )
}

/// What has been drawn so far, and where the next thing goes.
struct Paper {
    palette: &'static Palette,
    width: i32,
    y: i32,
    body: String,
}

// Writing to a string cannot fail, so the results of `write!` are let go below.
impl Paper {
    fn new(width: i32, palette: &'static Palette) -> Self {
        Self {
            palette,
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
        let (strong, muted) = (self.palette.ink, self.palette.muted);
        let columns = (inner / LEGEND_WIDTH).max(1);
        for (at, row) in rows.iter().enumerate() {
            let at = at as i32;
            let (x, y) = (
                MARGIN + at % columns * LEGEND_WIDTH,
                self.y + at / columns * ROW,
            );
            let (fill, ink, edge) = self.palette.paint_of(row.class);
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
                "<text x=\"{0}\" y=\"{1}\" font-size=\"15\" fill=\"{strong}\"><tspan \
                 font-weight=\"700\">{2}</tspan> ({n})</text><text x=\"{0}\" y=\"{3}\" \
                 font-size=\"13\" fill=\"{muted}\">{4}</text>",
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
        let Palette {
            ink, muted, line, ..
        } = self.palette;
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
                "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"{line}\"/>",
                frame.x, frame.y, frame.width, frame.height
            );
        }
        if !drawing.borders.is_empty() {
            let _ = write!(
                self.body,
                "<path d=\"{}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"3\" \
                 stroke-linecap=\"round\"/>",
                drawing.borders
            );
        }
        for label in &drawing.labels {
            let _ = write!(
                self.body,
                "<text x=\"{}\" y=\"{}\" font-size=\"15\" font-weight=\"400\" \
                 text-anchor=\"start\" fill=\"{muted}\">{}</text>",
                label.x,
                label.y,
                escaped(&label.text)
            );
        }
        self.body.push_str("</g>");
        self.y += drawing.height;
    }

    fn tile(&mut self, tile: &Tile) {
        let (fill, ink, edge) = self.palette.paint_of(tile.class);
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
                if edge == "none" {
                    self.palette.ground
                } else {
                    edge
                }
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
        let Palette {
            ground,
            surface,
            hatch,
            ..
        } = self.palette;
        let marks = MARKS.map(|(name, path)| format!("<path id=\"{name}\" d=\"{path}\"/>"));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title about\" \
             lang=\"{}\" font-family=\"'Noto Sans', 'Be Vietnam Pro', 'Segoe UI', Roboto, Arial, \
             sans-serif\"><title id=\"title\">{}</title><desc id=\"about\">{}</desc><defs>{}<pattern \
             id=\"hatched\" width=\"14\" height=\"14\" patternUnits=\"userSpaceOnUse\"><rect \
             width=\"14\" height=\"14\" fill=\"{surface}\"/><path d=\"M-2 2l4-4M0 14l14-14M12 \
             16l4-4\" stroke=\"{hatch}\" stroke-width=\"2\" \
             stroke-opacity=\"0.6\"/></pattern></defs><rect width=\"{width}\" height=\"{height}\" \
             fill=\"{ground}\"/>{}</svg>\n",
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
    fn colours_are_those_of_the_pages() {
        let (light, rest) = STYLE
            .split_once("@media (prefers-color-scheme: dark)")
            .unwrap();
        let dark = rest.split("/* Ground */").next().unwrap();
        for (scheme, palette) in [(light, &LIGHT), (dark, &DARK)] {
            let named = |name: &str| {
                let from = scheme.find(&format!("--{name}: ")).unwrap() + name.len() + 4;
                &scheme[from..from + 7]
            };
            for (class, fill, ink) in palette.classes {
                assert_eq!(fill, named(class), "{class}");
                assert_eq!(ink, named(&format!("on-{class}")), "on {class}");
            }
            for (name, own) in [
                ("ink", palette.ink),
                ("muted", palette.muted),
                ("ground", palette.ground),
                ("surface", palette.surface),
                ("hatch", palette.hatch),
                ("line", palette.line),
                ("edge", palette.edge),
                ("accent", palette.accent[0]),
                ("on-accent", palette.accent[1]),
                ("accent-soft", palette.soft),
            ] {
                assert_eq!(named(name), own, "{name}");
            }
        }
    }

    #[test]
    fn long_text_is_broken_and_strange_text_is_safe() {
        let lines = broken("một hai ba bốn năm", 60, 10);
        assert_eq!(lines, ["một hai ba", "bốn năm"]);
        assert_eq!(escaped("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
    }
}
