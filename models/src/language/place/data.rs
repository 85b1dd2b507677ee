//! What a gazetteer is built from: values that `src/config/units.rs` reads from `config/`.

use jiff::civil::Date;

use crate::domain::{Agency, FormerDistrict, FormerWard, Unit, UnitCode};

/// Everything the gazetteer knows.
#[derive(Clone, Debug, Default)]
pub struct GazetteerData {
    /// Units of the city, of all dates.
    pub units: Vec<Unit>,
    /// Wards and communes that units took over, and the wards that had vanished into those before.
    pub former_wards: Vec<FormerWard>,
    /// Districts that no longer exist.
    pub former_districts: Vec<FormerDistrict>,
    /// Departments, utilities and other bodies.
    pub agencies: Vec<Agency>,
    /// Provinces and centrally-run cities of the country, this one among them.
    pub provinces: Vec<Province>,
    /// Streets, markets, bridges and other places people name instead of a unit.
    pub landmarks: Vec<Landmark>,
    /// Well-known places outside the city that are no provinces: `Đà Lạt`, `Nhơn Trạch`.
    pub elsewhere: Vec<String>,
}

/// A province or centrally-run city as it is between two dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Province {
    /// Official code.
    pub code: String,
    /// Name without the kind: `Đồng Nai`.
    pub name: String,
    /// Kind: `tỉnh`, `thành phố trực thuộc trung ương`.
    pub kind: String,
    /// Names of the provinces merged into it, with their kinds.
    pub predecessors: Vec<String>,
    /// First day of this state.
    pub valid_from: Date,
    /// First day after this state.
    pub valid_to: Option<Date>,
}

/// A place people name instead of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// The name, with its kind where people say it: `chợ Bà Chiểu`, but `Lê Lợi` for a street.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// What it is.
    pub kind: LandmarkKind,
    /// Units it lies in, with the share of mentions expected to mean each; the shares of an area that
    /// is spoken of as a whole sum to more than 1. Empty for a trap.
    pub units: Vec<(UnitCode, f32)>,
    /// How sure whoever wrote the line is.
    pub confidence: Confidence,
}

/// What a landmark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LandmarkKind {
    /// A street, whose name is also the name of a person or place.
    Street,
    /// A bridge, ferry or tunnel: it lies in the units of both banks.
    Crossing,
    /// Something that is named like a place but says nothing about where: it hides the name.
    Trap,
    /// Anything else, named together with its kind or by a name of its own.
    Site,
    /// A hamlet, neighbourhood or housing area.
    Area,
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// From memory, or long and hard to pin down.
    Low,
    /// Probably right.
    Medium,
    /// Commonly known.
    High,
}

/// Why a gazetteer cannot be built.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GazetteerError {
    /// There is nothing to place into.
    #[error("no units given: check config/units/units.csv")]
    NoUnits,
    /// Two units of the same days share a code.
    #[error("unit {0} is listed twice for the same days")]
    DuplicateUnit(UnitCode),
    /// Something points at a unit that is not listed.
    #[error("{what} names unit {code}, which is not listed in units.csv")]
    UnknownUnit {
        /// What points at it.
        what: String,
        /// The code.
        code: UnitCode,
    },
    /// A former ward lies in a district that is not listed.
    #[error(
        "former ward `{ward}` lies in `{district}`, which is not listed in former_districts.csv"
    )]
    UnknownDistrict {
        /// The ward.
        ward: String,
        /// The district.
        district: String,
    },
    /// The weights of a landmark are not probabilities.
    #[error("weights of landmark `{0}` must be above 0 and at most 1")]
    BadWeights(String),
    /// The automaton would be too large.
    #[error("too many names for one automaton: {0}")]
    TooManyNames(String),
}
