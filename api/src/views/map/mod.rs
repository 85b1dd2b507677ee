//! The execution map: each unit by one layer at a time, as a square or hexagon of a grid or within its own
//! boundary, beside a table that says the same.

mod address;
mod cells;
mod drawing;
mod layer;
mod page;
mod panel;
mod picture;

use crate::i18n::Texts;

pub(crate) use address::{Hidden, MapAddress, MapSort};
pub(crate) use drawing::{Label, Tile, labels};
pub(crate) use layer::{Layer, LayerGroup};
pub(crate) use page::{MapEmbed, MapInput, MapPage, Searched};
pub(crate) use panel::{SLIDER_DAYS, UnitPast};
pub(crate) use picture::{DARK, LIGHT, Palette, picture};

/// What a layer is painted from.
pub(crate) enum LayerData {
    /// The signals of the day.
    Signals(Vec<models::domain::SatisfactionSignal>),
    /// The values of an indicator.
    Values(Vec<models::domain::IndicatorValue>),
    /// A silence map.
    Silence(Option<models::domain::SilenceMap>),
    /// The digests of the day.
    Digests(Vec<models::domain::Digest>),
}

/// How units are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MapShape {
    #[default]
    Squares,
    Hexagons,
    Boundaries,
}

impl MapShape {
    const ALL: [Self; 3] = [Self::Squares, Self::Hexagons, Self::Boundaries];

    fn code(self) -> &'static str {
        match self {
            Self::Squares => "o-vuong",
            Self::Hexagons => "luc-giac",
            Self::Boundaries => "ranh-gioi",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shape| shape.code() == code)
    }

    fn name(self, t: &Texts) -> &'static str {
        match self {
            Self::Squares => t.map_squares,
            Self::Hexagons => t.map_hexagons,
            Self::Boundaries => t.map_boundaries,
        }
    }
}
