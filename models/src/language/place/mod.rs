//! Where a mention belongs: one unit, weighted candidates, the whole city, outside, or unknown.
//!
//! One automaton over every form people write (units of today, wards and districts of the past,
//! streets and markets, provinces, agencies, with and without accents) finds the names; the words
//! around each say which of its meanings it has; then title, text, ticket address and thread are
//! weighed together. Nothing is looked up elsewhere.

mod agency;
mod cue;
mod data;
mod decide;
mod forms;
pub(crate) mod scan;
mod site;
mod spot;
mod surface;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::domain::{Channel, Placement, UnitCode};

pub use data::{Confidence, GazetteerData, GazetteerError, Landmark, LandmarkKind, Province};
use surface::Surfaces;

/// What a mention says about where it belongs.
#[derive(Clone, Copy, Debug)]
pub struct PlaceInput<'a> {
    /// Headline or subject.
    pub title: Option<&'a str>,
    /// Body.
    pub text: &'a str,
    /// Address of a hotline report.
    pub ticket_address: Option<&'a str>,
    /// Where the mention it replies to was placed.
    pub parent: Option<&'a Placement>,
    /// Where the voice was heard.
    pub channel: Channel,
    /// The day on which it spoke: units are dated.
    pub day: Date,
}

/// Everything known about places, ready for reading mentions.
pub struct Gazetteer {
    data: GazetteerData,
    surfaces: Surfaces,
    /// Former wards with a number, by district and number.
    numbered_wards: FxHashMap<(u16, u8), u16>,
    /// District of each former ward.
    ward_district: Vec<u16>,
    /// The district that took each district over: Quận 9 became a part of Thành phố Thủ Đức.
    district_within: Vec<Option<u16>>,
    /// Agencies with an area: its units, by agency.
    agency_areas: Vec<Vec<UnitCode>>,
}

impl Gazetteer {
    /// Checks the data and builds the automaton.
    pub fn new(data: GazetteerData) -> Result<Self, GazetteerError> {
        check(&data)?;
        let ward_district = ward_districts(&data)?;
        let mut numbered_wards = FxHashMap::default();
        for (i, ward) in data.former_wards.iter().enumerate() {
            if let Some(number) = forms::ward_number(&ward.full_name) {
                // Wards in force last come first in the file, so they win over older namesakes.
                numbered_wards
                    .entry((ward_district[i], number))
                    .or_insert(i as u16);
            }
        }
        let surfaces = Surfaces::new(&data)?;
        let agency_areas = agency::areas(&data);
        let district_within = enclosing_districts(&data);
        Ok(Self {
            data,
            surfaces,
            numbered_wards,
            ward_district,
            district_within,
            agency_areas,
        })
    }

    /// The data it was built from.
    pub fn data(&self) -> &GazetteerData {
        &self.data
    }

    /// How many distinct folded forms the automaton knows.
    pub fn n_forms(&self) -> usize {
        self.surfaces.len()
    }

    /// Places a mention.
    pub fn place(&self, input: &PlaceInput<'_>) -> Placement {
        decide::place(self, input)
    }
}

fn check(data: &GazetteerData) -> Result<(), GazetteerError> {
    if data.units.is_empty() {
        return Err(GazetteerError::NoUnits);
    }
    let known: FxHashMap<UnitCode, Date> = data
        .units
        .iter()
        .map(|unit| (unit.code, unit.valid_from))
        .collect();
    if known.len() < data.units.len() {
        check_duplicates(data)?;
    }
    let exists = |what: &dyn Fn() -> String, code: UnitCode| {
        if known.contains_key(&code) {
            Ok(())
        } else {
            Err(GazetteerError::UnknownUnit { what: what(), code })
        }
    };
    for ward in &data.former_wards {
        for &(code, _) in &ward.targets {
            exists(&|| format!("former ward `{}`", ward.full_name), code)?;
        }
    }
    for district in &data.former_districts {
        for &code in district.units.iter().chain(&district.main_units) {
            exists(&|| format!("former district `{}`", district.name), code)?;
        }
    }
    for landmark in &data.landmarks {
        for &(code, _) in &landmark.units {
            exists(&|| format!("landmark `{}`", landmark.name), code)?;
        }
        let weighs = |&(_, weight): &(UnitCode, f32)| weight > 0.0 && weight <= 1.0;
        if !landmark.units.iter().all(weighs) {
            return Err(GazetteerError::BadWeights(landmark.name.clone()));
        }
    }
    Ok(())
}

fn check_duplicates(data: &GazetteerData) -> Result<(), GazetteerError> {
    for (i, unit) in data.units.iter().enumerate() {
        let clash = data.units[..i]
            .iter()
            .any(|other| other.code == unit.code && other.is_valid_on(unit.valid_from));
        if clash {
            return Err(GazetteerError::DuplicateUnit(unit.code));
        }
    }
    Ok(())
}

fn ward_districts(data: &GazetteerData) -> Result<Vec<u16>, GazetteerError> {
    let index: FxHashMap<&str, u16> = data
        .former_districts
        .iter()
        .enumerate()
        .map(|(i, district)| (district.name.as_str(), i as u16))
        .collect();
    data.former_wards
        .iter()
        .map(|ward| {
            index.get(ward.district.as_str()).copied().ok_or_else(|| {
                GazetteerError::UnknownDistrict {
                    ward: ward.full_name.clone(),
                    district: ward.district.clone(),
                }
            })
        })
        .collect()
}

fn enclosing_districts(data: &GazetteerData) -> Vec<Option<u16>> {
    let districts = &data.former_districts;
    let encloses = |outer: usize, inner: usize| {
        let (outer, inner) = (&districts[outer].units, &districts[inner].units);
        outer.len() > inner.len() && inner.iter().all(|unit| outer.contains(unit))
    };
    (0..districts.len())
        .map(|inner| {
            let outer = (0..districts.len()).find(|&outer| encloses(outer, inner));
            outer.map(|outer| outer as u16)
        })
        .collect()
}
