//! The unit picker.

use jiff::civil::Date;
use models::domain::{UnitCode, UnitKind};

use crate::i18n::Lang;
use crate::state::AppState;

pub(crate) struct PickerUnit {
    pub(crate) code: UnitCode,
    pub(crate) name: String,
    pub(crate) selected: bool,
}

pub(crate) struct PickerGroup {
    pub(crate) label: &'static str,
    pub(crate) units: Vec<PickerUnit>,
}

/// All units that exist on a day, by kind.
pub(crate) struct Picker {
    pub(crate) groups: Vec<PickerGroup>,
}

impl Picker {
    pub(crate) fn new(app: &AppState, lang: Lang, day: Date, selected: Option<UnitCode>) -> Self {
        let t = lang.texts();
        let kinds = [
            (UnitKind::Ward, t.kind_wards),
            (UnitKind::Commune, t.kind_communes),
            (UnitKind::SpecialZone, t.kind_zones),
        ];
        let groups = kinds.into_iter().map(|(kind, label)| {
            let of_kind = app
                .units_on(day)
                .into_iter()
                .filter(|unit| unit.kind == kind);
            let units = of_kind.map(|unit| PickerUnit {
                code: unit.code,
                name: unit.name.clone(),
                selected: selected == Some(unit.code),
            });
            PickerGroup {
                label,
                units: units.collect(),
            }
        });
        Self {
            groups: groups.filter(|group| !group.units.is_empty()).collect(),
        }
    }
}
