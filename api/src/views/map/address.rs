//! Where a map stands in addresses: layer, day, drawing, unit and order of the table. Everything that can
//! be seen has an address of its own.

use jiff::civil::Date;
use models::domain::UnitCode;

use super::MapShape;
use crate::i18n::Lang;

/// The order of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MapSort {
    /// What needs attention first.
    #[default]
    Worst,
    /// By the alphabet without accents.
    Name,
    /// The largest value first.
    Value,
    /// The most cases first.
    Size,
}

impl MapSort {
    pub(crate) const ALL: [Self; 4] = [Self::Worst, Self::Name, Self::Value, Self::Size];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Worst => "can-chu-y",
            Self::Name => "ten",
            Self::Value => "gia-tri",
            Self::Size => "so-luong",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}

/// One state of the map page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MapAddress {
    /// Code of the layer; `None` for the usual one.
    pub(crate) layer: Option<String>,
    pub(crate) day: Date,
    pub(crate) shape: MapShape,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) sort: MapSort,
    /// Whether the table is open.
    pub(crate) table: bool,
}

/// A parameter that a form carries on.
pub(crate) struct Hidden {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

impl MapAddress {
    /// What differs from the usual map, and the day.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        found.extend(self.layer.clone().map(|code| ("lop", code)));
        found.push(("ngay", self.day.to_string()));
        if self.shape != MapShape::default() {
            found.push(("dang", self.shape.code().to_owned()));
        }
        found.extend(self.unit.map(|unit| ("don-vi", unit.to_string())));
        if self.sort != MapSort::default() {
            found.push(("sap", self.sort.code().to_owned()));
        }
        if self.table {
            found.push(("xem", "bang".to_owned()));
        }
        found
    }

    /// The address under a path: `/ban-do`, `/ban-do/nhung`, `/ban-do.svg`.
    pub(crate) fn under(&self, lang: Lang, path: &str) -> String {
        let pairs = self.parameters();
        let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}"));
        lang.href(&format!("{path}?{}", pairs.collect::<Vec<_>>().join("&")))
    }

    /// The page.
    pub(crate) fn href(&self, lang: Lang) -> String {
        self.under(lang, "/ban-do")
    }

    /// What a form that sets one parameter must carry on.
    pub(crate) fn carried(&self, but: &str) -> Vec<Hidden> {
        let pairs = self.parameters().into_iter();
        let kept = pairs.filter(|(name, _)| *name != but);
        kept.map(|(name, value)| Hidden { name, value }).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_address_says_no_more_than_it_must() {
        let mut address = MapAddress {
            layer: None,
            day: date(2026, 11, 12),
            shape: MapShape::Squares,
            unit: None,
            sort: MapSort::Worst,
            table: false,
        };
        assert_eq!(address.href(Lang::Vi), "/ban-do?ngay=2026-11-12");
        address.layer = Some("im-lang".to_owned());
        address.unit = Some("26740".parse().unwrap());
        address.shape = MapShape::Hexagons;
        assert_eq!(
            address.under(Lang::En, "/ban-do.svg"),
            "/ban-do.svg?lop=im-lang&ngay=2026-11-12&dang=luc-giac&don-vi=26740&lang=en"
        );
        let names = address.carried("lop").into_iter().map(|one| one.name);
        assert_eq!(names.collect::<Vec<_>>(), ["ngay", "dang", "don-vi"]);
    }
}
