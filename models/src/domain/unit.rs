//! Units (đơn vị) of the city and what stood in their place before. All are dated: units change by law.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use thiserror::Error;

use super::{AgencyId, Topic};

/// The official five-digit code of a ward, commune or special zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitCode(u32);

/// A text that is not a unit code.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("unit code must be five digits, got `{0}`")]
pub struct UnitCodeError(String);

impl UnitCode {
    /// The code as a number, for compact storage.
    pub fn number(self) -> u32 {
        self.0
    }

    /// From the stored number; `None` when it has more than five digits.
    pub fn from_number(number: u32) -> Option<Self> {
        (number <= 99_999).then_some(Self(number))
    }
}

impl FromStr for UnitCode {
    type Err = UnitCodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let five_digits = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if five_digits => Ok(Self(number)),
            _ => Err(UnitCodeError(text.to_owned())),
        }
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

/// What a unit is; units are compared only with their own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitKind {
    /// Phường.
    Ward,
    /// Xã.
    Commune,
    /// Đặc khu.
    SpecialZone,
}

impl UnitKind {
    /// All kinds.
    pub const ALL: [UnitKind; 3] = [Self::Ward, Self::Commune, Self::SpecialZone];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ward => "ward",
            Self::Commune => "commune",
            Self::SpecialZone => "special_zone",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The Vietnamese word, as it stands before the name.
    pub fn vietnamese(self) -> &'static str {
        match self {
            Self::Ward => "Phường",
            Self::Commune => "Xã",
            Self::SpecialZone => "Đặc khu",
        }
    }
}

/// A unit (đơn vị) as it is between two dates.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Official code.
    pub code: UnitCode,
    /// Ward, commune or special zone.
    pub kind: UnitKind,
    /// Name without the kind: `Bến Thành`.
    pub name: String,
    /// First day on which the unit exists.
    pub valid_from: Date,
    /// First day on which it no longer does.
    pub valid_to: Option<Date>,
    /// Names of the districts it was made from, most of its area first.
    pub former_districts: Vec<String>,
    /// Province before the merger of 1 July 2025.
    pub former_province: String,
    /// Published population; its source is named in `config/units/README.md`.
    pub population: Option<u32>,
    /// Published area in square kilometres.
    pub area_km2: Option<f64>,
    /// Row and column in the square tile grid of the map.
    pub grid_square: Option<(i16, i16)>,
    /// Row and column in the hexagonal grid (odd rows shifted right).
    pub grid_hex: Option<(i16, i16)>,
}

impl Unit {
    /// `Phường Bến Thành`.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind.vietnamese(), self.name)
    }

    /// Whether the unit exists on that day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }
}

/// How much of a former ward went to a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// All of it.
    Whole,
    /// A part named by the law.
    Part,
    /// What the named parts left.
    Rest,
    /// The unit is the former ward, untouched.
    Unchanged,
}

/// A ward or commune that existed before 1 July 2025, and the units that took it over.
#[derive(Clone, Debug, PartialEq)]
pub struct FormerWard {
    /// Name with its kind: `Phường 12`, `Thị trấn Củ Chi`.
    pub full_name: String,
    /// Its district at the time, as in [`FormerDistrict::name`].
    pub district: String,
    /// Units that took it over, the default one first.
    pub targets: Vec<(UnitCode, Relation)>,
    /// Last day on which the name was in force.
    pub valid_until: Date,
}

/// A district (quận, huyện, thành phố thuộc tỉnh) that existed before 1 July 2025.
#[derive(Clone, Debug, PartialEq)]
pub struct FormerDistrict {
    /// Name with its kind: `Quận 7`, `Thành phố Thủ Đức`.
    pub name: String,
    /// Short and unaccented forms people write: `Q.7`, `q7`.
    pub aliases: Vec<String>,
    /// Units with ground in it.
    pub units: Vec<UnitCode>,
    /// Units most of whose ground lies in it.
    pub main_units: Vec<UnitCode>,
}

/// A department (sở), utility or other body that answers for a field in the whole city or part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Agency {
    /// Stable identifier.
    pub id: AgencyId,
    /// Full name.
    pub name: String,
    /// Kind as published: `sở ngành`, `doanh nghiệp`.
    pub kind: String,
    /// Other names people use.
    pub aliases: Vec<String>,
    /// Fields it answers for.
    pub fields: Vec<String>,
    /// Topics whose concerns it answers for.
    pub topics: Vec<Topic>,
    /// Words of citizens that speak of its duties: `mất điện`.
    pub complaint_terms: Vec<String>,
    /// Names of the former districts it serves; empty when it serves the whole city.
    pub areas: Vec<String>,
    /// Whether its existence and fields were checked against a published source.
    pub verified: bool,
}
