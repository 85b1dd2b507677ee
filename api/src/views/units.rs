//! All units with their listening signal.

use askama::Template;
use jiff::civil::Date;
use models::domain::{MapColour, SatisfactionSignal, UnitKind};

use super::{Layout, Picker};
use crate::i18n::fill;
use crate::lines::{colour_code, kind_code};
use crate::state::AppState;

pub(crate) struct UnitRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) class: &'static str,
    pub(crate) signal: String,
}

pub(crate) struct UnitGroup {
    pub(crate) anchor: &'static str,
    pub(crate) name: &'static str,
    pub(crate) units: Vec<UnitRow>,
}

/// An agency and what it answers for.
pub(crate) struct AgencyRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) kind: String,
}

/// `/don-vi`.
#[derive(Template)]
#[template(path = "units.html")]
pub(crate) struct UnitsPage {
    pub(crate) page: Layout,
    pub(crate) lede: String,
    pub(crate) picker: Picker,
    pub(crate) groups: Vec<UnitGroup>,
    pub(crate) agencies: Vec<AgencyRow>,
}

impl UnitsPage {
    pub(crate) fn new(
        app: &AppState,
        page: Layout,
        day: Date,
        signals: &[SatisfactionSignal],
    ) -> Self {
        let (t, lang) = (page.t, page.lang);
        let units = app.units_on(day);
        let row = |unit: &models::domain::Unit| {
            let signal = signals.iter().find(|signal| signal.unit == unit.code);
            let judged = signal.filter(|signal| signal.colour != MapColour::Hatched);
            UnitRow {
                name: unit.name.clone(),
                href: lang.unit_href(unit.code),
                class: colour_code(judged.map_or(MapColour::Hatched, |signal| signal.colour)),
                signal: judged.map_or_else(
                    || t.cannot_judge.to_owned(),
                    |signal| lang.decimal(signal.listening.value, 1),
                ),
            }
        };
        let kinds = [
            (UnitKind::Ward, t.kind_wards),
            (UnitKind::Commune, t.kind_communes),
            (UnitKind::SpecialZone, t.kind_zones),
        ];
        let groups = kinds.into_iter().map(|(kind, name)| UnitGroup {
            anchor: kind_code(kind),
            name,
            units: units
                .iter()
                .filter(|unit| unit.kind == kind)
                .map(|unit| row(unit))
                .collect(),
        });
        let agencies = app.agencies.iter().map(|agency| AgencyRow {
            name: agency.name.clone(),
            href: lang.href(&format!("/co-quan/{}", agency.id)),
            kind: agency.kind.clone(),
        });
        Self {
            lede: fill(
                t.units_lede,
                &[&units.len().to_string(), &lang.short_day(day)],
            ),
            picker: Picker::new(app, lang, day, None),
            agencies: agencies.collect(),
            groups: groups.filter(|group| !group.units.is_empty()).collect(),
            page,
        }
    }
}
