//! Who answers: agencies by name, and by the duties a mention speaks of.

use rustc_hash::FxHashMap;

use super::Gazetteer;
use super::data::GazetteerData;
use super::site::Level;
use super::site::Reading;
use crate::domain::{Agency, AgencyId, Placement, Topic, UnitCode, WeightedUnit};

/// The units of each agency's area; empty for agencies of the whole city.
pub(super) fn areas(data: &GazetteerData) -> Vec<Vec<UnitCode>> {
    let districts: FxHashMap<&str, &Vec<UnitCode>> = data
        .former_districts
        .iter()
        .map(|district| (district.name.as_str(), &district.main_units))
        .collect();
    data.agencies
        .iter()
        .map(|agency| {
            let mut units = agency
                .areas
                .iter()
                .filter_map(|name| districts.get(name.as_str()))
                .flat_map(|units| units.iter().copied())
                .collect::<Vec<_>>();
            units.sort_unstable();
            units.dedup();
            units
        })
        .collect()
}

impl Gazetteer {
    /// Agencies that a mention names, then those whose duties it speaks of; a company with an area
    /// of its own answers only there, and its parent answers with it.
    pub(super) fn answering(&self, readings: &[&Reading], units: &[WeightedUnit]) -> Vec<AgencyId> {
        let mut chosen: Vec<u16> = Vec::new();
        let mut add = |agency: u16| {
            if !chosen.contains(&agency) {
                chosen.push(agency);
            }
        };
        for reading in readings {
            for site in &reading.sites {
                if let Level::Agency(agency) = site.level {
                    add(agency);
                }
            }
        }
        for &agency in readings.iter().flat_map(|reading| &reading.duties) {
            let area = &self.agency_areas[agency as usize];
            let here = |unit: &WeightedUnit| area.contains(&unit.code);
            if area.is_empty() || units.iter().any(here) {
                add(agency);
            }
        }
        let ids = chosen
            .iter()
            .map(|&i| self.data.agencies[i as usize].id.clone());
        ids.collect()
    }

    /// Who answers for a concern of this topic at this place: the agencies of the topic, then
    /// those that the mention names or speaks of and that no topic is filed under. A company with an
    /// area of its own answers only when it serves one of the units.
    pub fn answering_for(&self, topic: Topic, placement: &Placement) -> Vec<AgencyId> {
        let mut ids = Vec::new();
        for (i, agency) in self.data.agencies.iter().enumerate() {
            let area = &self.agency_areas[i];
            let here = |unit: &WeightedUnit| area.contains(&unit.code);
            let serves = area.is_empty() || placement.units.iter().any(here);
            if serves && agency.topics.contains(&topic) {
                ids.push(agency.id.clone());
            }
        }
        for named in &placement.agencies {
            let of_no_topic = |agency: &&Agency| agency.id == *named && agency.topics.is_empty();
            if self.data.agencies.iter().any(|agency| of_no_topic(&agency)) {
                ids.push(named.clone());
            }
        }
        ids
    }
}
