//! Reads `config/units/` and `config/places/`: facts about units, agencies and places, as CSV that
//! people edit. The shipped files are built in, so that the binary starts with no file at all.

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, anyhow, bail};
use models::domain::{
    Agency, AgencyId, FormerDistrict, FormerWard, Relation, Topic, Unit, UnitCode, UnitKind,
};
use models::language::place::{Confidence, GazetteerData, Landmark, LandmarkKind, Province};

/// A file with its shipped text.
struct Shipped {
    name: &'static str,
    text: &'static str,
}

macro_rules! shipped {
    ($name:literal) => {
        Shipped {
            name: $name,
            text: include_str!(concat!("../../config/", $name)),
        }
    };
}

const UNITS: Shipped = shipped!("units/units.csv");
const GRID: Shipped = shipped!("units/grid.csv");
const PREDECESSORS: Shipped = shipped!("units/predecessors.csv");
const OLDER_WARDS: Shipped = shipped!("units/older_wards.csv");
const FORMER_DISTRICTS: Shipped = shipped!("units/former_districts.csv");
const AGENCIES: Shipped = shipped!("units/agencies.csv");
const PROVINCES: Shipped = shipped!("units/provinces.csv");
const ADJACENCY: Shipped = shipped!("units/adjacency.csv");
const LANDMARKS: Shipped = shipped!("places/landmarks.csv");
const ELSEWHERE: Shipped = shipped!("places/elsewhere.csv");

/// Reads everything the gazetteer needs. Files in `config_dir` replace the shipped ones of the same
/// name; those that are not there stay as shipped.
pub fn load_units(config_dir: Option<&Path>) -> Result<GazetteerData> {
    let units = read_units(config_dir)?;
    let former_districts = read_former_districts(config_dir)?;
    // Wards in force last come before older namesakes: the gazetteer takes the first it meets.
    let mut former_wards = read_former_wards(&PREDECESSORS, config_dir)?;
    former_wards.extend(read_former_wards(&OLDER_WARDS, config_dir)?);
    Ok(GazetteerData {
        units,
        former_wards,
        former_districts,
        agencies: read_agencies(config_dir)?,
        provinces: read_provinces(config_dir)?,
        landmarks: read_landmarks(config_dir)?,
        elsewhere: read_elsewhere(config_dir)?,
    })
}

/// Pairs of units that share a border, with its length in metres.
pub fn load_adjacency(config_dir: Option<&Path>) -> Result<Vec<(UnitCode, UnitCode, u32)>> {
    let table = Table::open(&ADJACENCY, config_dir)?;
    table
        .rows()
        .map(|row| {
            Ok((
                row.parse("code_a")?,
                row.parse("code_b")?,
                row.parse("shared_border_m")?,
            ))
        })
        .collect()
}

fn read_units(config_dir: Option<&Path>) -> Result<Vec<Unit>> {
    let grid = Table::open(&GRID, config_dir)?;
    let mut cells = HashMap::new();
    for row in grid.rows() {
        let code: UnitCode = row.parse("code")?;
        let square: (i16, i16) = (row.parse("square_row")?, row.parse("square_col")?);
        let hex: (i16, i16) = (row.parse("hex_row")?, row.parse("hex_col")?);
        cells.insert(code, (square, hex));
    }
    let table = Table::open(&UNITS, config_dir)?;
    table
        .rows()
        .map(|row| {
            let code: UnitCode = row.parse("code")?;
            let cell = cells.get(&code);
            Ok(Unit {
                code,
                kind: row.one_of(
                    "kind",
                    &[
                        ("ward", UnitKind::Ward),
                        ("commune", UnitKind::Commune),
                        ("special_zone", UnitKind::SpecialZone),
                    ],
                )?,
                name: row.required("name")?.to_owned(),
                valid_from: row.parse("valid_from")?,
                valid_to: row.optional("valid_to")?,
                former_districts: row.list("former_districts")?,
                former_province: row.text("former_province")?.to_owned(),
                population: row.optional("population")?,
                area_km2: row.optional("area_km2")?,
                grid_square: cell.map(|(square, _)| *square),
                grid_hex: cell.map(|(_, hex)| *hex),
            })
        })
        .collect()
}

/// One row a target; rows of one ward stand together or apart, the default target is moved first.
fn read_former_wards(file: &Shipped, config_dir: Option<&Path>) -> Result<Vec<FormerWard>> {
    let table = Table::open(file, config_dir)?;
    let mut wards: Vec<FormerWard> = Vec::new();
    let mut index: HashMap<(String, String), usize> = HashMap::new();
    for row in table.rows() {
        let full_name = row.required("former_ward")?.to_owned();
        let district = row.required("district")?.to_owned();
        let relation = row.one_of(
            "relation",
            &[
                ("whole", Relation::Whole),
                ("part", Relation::Part),
                ("rest", Relation::Rest),
                ("unchanged", Relation::Unchanged),
            ],
        )?;
        let target = (row.parse("unit_code")?, relation);
        let is_default = row.one_of("is_default", &[("0", false), ("1", true)])?;
        let slot = *index
            .entry((full_name.clone(), district.clone()))
            .or_insert(wards.len());
        if slot == wards.len() {
            wards.push(FormerWard {
                full_name,
                district,
                targets: Vec::new(),
                valid_until: row.parse("valid_until")?,
            });
        }
        let targets = &mut wards[slot].targets;
        let place = if is_default { 0 } else { targets.len() };
        targets.insert(place, target);
    }
    Ok(wards)
}

fn read_former_districts(config_dir: Option<&Path>) -> Result<Vec<FormerDistrict>> {
    let table = Table::open(&FORMER_DISTRICTS, config_dir)?;
    table
        .rows()
        .map(|row| {
            Ok(FormerDistrict {
                name: row.required("district")?.to_owned(),
                aliases: row.list("aliases")?,
                units: row.parsed_list("unit_codes")?,
                main_units: row.parsed_list("main_unit_codes")?,
            })
        })
        .collect()
}

fn read_agencies(config_dir: Option<&Path>) -> Result<Vec<Agency>> {
    let table = Table::open(&AGENCIES, config_dir)?;
    table
        .rows()
        .map(|row| {
            Ok(Agency {
                id: AgencyId::new(row.required("id")?),
                name: row.required("name")?.to_owned(),
                kind: row.text("kind")?.to_owned(),
                aliases: row.list("aliases")?,
                fields: row.list("fields")?,
                topics: row.topics("topics")?,
                complaint_terms: row.list("complaint_terms")?,
                areas: row.list("areas")?,
                verified: row.one_of(
                    "verified",
                    &[("yes", true), ("exists", false), ("no", false)],
                )?,
            })
        })
        .collect()
}

fn read_provinces(config_dir: Option<&Path>) -> Result<Vec<Province>> {
    let table = Table::open(&PROVINCES, config_dir)?;
    table
        .rows()
        .map(|row| {
            Ok(Province {
                code: row.required("code")?.to_owned(),
                name: row.required("name")?.to_owned(),
                kind: row.required("kind")?.to_owned(),
                predecessors: row.list("predecessors")?,
                valid_from: row.parse("valid_from")?,
                valid_to: row.optional("valid_to")?,
            })
        })
        .collect()
}

fn read_landmarks(config_dir: Option<&Path>) -> Result<Vec<Landmark>> {
    let table = Table::open(&LANDMARKS, config_dir)?;
    table.rows().map(|row| read_landmark(&row)).collect()
}

fn read_landmark(row: &Row<'_>) -> Result<Landmark> {
    let kind = match row.required("kind")? {
        "street" => LandmarkKind::Street,
        "hamlet" | "area" | "residential" => LandmarkKind::Area,
        "bridge" | "ferry" | "tunnel" => LandmarkKind::Crossing,
        "trap" => LandmarkKind::Trap,
        _ => LandmarkKind::Site,
    };
    let units = row
        .list("units")?
        .iter()
        .map(|part| {
            let (code, weight) = part.split_once(':').unwrap_or((part, "1"));
            let read = || -> Result<(UnitCode, f32)> { Ok((code.parse()?, weight.parse()?)) };
            read().with_context(|| row.place("units", "expected `code:weight`, joined by `|`"))
        })
        .collect::<Result<Vec<_>>>()?;
    if units.is_empty() && kind != LandmarkKind::Trap {
        bail!(
            "{}",
            row.place("units", "a landmark needs at least one unit")
        );
    }
    Ok(Landmark {
        name: row.required("name")?.to_owned(),
        aliases: row.list("aliases")?,
        kind,
        units,
        confidence: row.one_of(
            "confidence",
            &[
                ("low", Confidence::Low),
                ("medium", Confidence::Medium),
                ("high", Confidence::High),
            ],
        )?,
    })
}

fn read_elsewhere(config_dir: Option<&Path>) -> Result<Vec<String>> {
    let table = Table::open(&ELSEWHERE, config_dir)?;
    table
        .rows()
        .map(|row| Ok(row.required("name")?.to_owned()))
        .collect()
}

/// A CSV file in memory, its columns found by name.
struct Table {
    name: String,
    columns: HashMap<String, usize>,
    records: Vec<csv::StringRecord>,
}

impl Table {
    fn open(file: &Shipped, config_dir: Option<&Path>) -> Result<Self> {
        let Some(dir) = config_dir else {
            return Self::parse(format!("(shipped) {}", file.name), file.text);
        };
        let path = dir.join(file.name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(path.display().to_string(), &text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Self::parse(format!("(shipped) {}", file.name), file.text)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    fn parse(name: String, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let header = reader
            .headers()
            .with_context(|| format!("{name}: no header line"))?;
        let columns = header
            .iter()
            .enumerate()
            .map(|(i, column)| (column.to_owned(), i))
            .collect();
        let records = reader
            .records()
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| anyhow!("{name}: {error}"))?;
        Ok(Self {
            name,
            columns,
            records,
        })
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|record| Row {
            table: self,
            record,
        })
    }
}

/// One line; every complaint names file, line and column.
struct Row<'a> {
    table: &'a Table,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn place(&self, column: &str, problem: &str) -> String {
        let line = self.record.position().map_or(0, csv::Position::line);
        format!("{}:{line}: column `{column}`: {problem}", self.table.name)
    }

    fn text(&self, column: &str) -> Result<&str> {
        let index = self.table.columns.get(column).copied();
        let index = index.ok_or_else(|| anyhow!("{}: no column `{column}`", self.table.name))?;
        Ok(self.record.get(index).unwrap_or_default())
    }

    fn required(&self, column: &str) -> Result<&str> {
        let text = self.text(column)?;
        if text.is_empty() {
            bail!("{}", self.place(column, "must not be empty"));
        }
        Ok(text)
    }

    fn parse<T: FromStr>(&self, column: &str) -> Result<T>
    where
        T::Err: std::fmt::Display,
    {
        self.required(column)?
            .parse()
            .map_err(|error: T::Err| anyhow!("{}", self.place(column, &error.to_string())))
    }

    fn optional<T: FromStr>(&self, column: &str) -> Result<Option<T>>
    where
        T::Err: std::fmt::Display,
    {
        if self.text(column)?.is_empty() {
            return Ok(None);
        }
        self.parse(column).map(Some)
    }

    fn list(&self, column: &str) -> Result<Vec<String>> {
        let parts = self.text(column)?.split('|').map(str::trim);
        Ok(parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect())
    }

    fn parsed_list<T: FromStr>(&self, column: &str) -> Result<Vec<T>>
    where
        T::Err: std::fmt::Display,
    {
        self.list(column)?
            .iter()
            .map(|part| {
                part.parse()
                    .map_err(|error: T::Err| anyhow!("{}", self.place(column, &error.to_string())))
            })
            .collect()
    }

    fn topics(&self, column: &str) -> Result<Vec<Topic>> {
        let known = |code: &String| {
            Topic::from_code(code)
                .ok_or_else(|| anyhow!("{}", self.place(column, &format!("no topic `{code}`"))))
        };
        self.list(column)?.iter().map(known).collect()
    }

    fn one_of<T: Copy>(&self, column: &str, choices: &[(&str, T)]) -> Result<T> {
        let text = self.required(column)?;
        let chosen = choices.iter().find(|(name, _)| *name == text);
        chosen.map(|(_, value)| *value).ok_or_else(|| {
            let names = choices.iter().map(|(name, _)| *name).collect::<Vec<_>>();
            let problem = format!("`{text}` is none of: {}", names.join(", "));
            anyhow!("{}", self.place(column, &problem))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;

    fn complaint(text: &str) -> String {
        let table = Table::parse("units.csv".to_owned(), text).unwrap();
        let row = table.rows().next().unwrap();
        row.parse::<UnitCode>("code").unwrap_err().to_string()
    }

    #[test]
    fn shipped_files_hold_the_whole_city() {
        let data = load_units(None).unwrap();
        assert_eq!(data.units.len(), 168);
        assert_eq!(data.former_districts.len(), 41);
        assert!(data.landmarks.len() >= 500, "{}", data.landmarks.len());
        assert!(data.units.iter().all(|unit| unit.grid_square.is_some()));
        assert_eq!(load_adjacency(None).unwrap().len(), 435);
    }

    #[test]
    fn complaints_name_file_line_and_column() {
        assert_eq!(
            complaint("code,name\n2674,Bến Thành\n"),
            "units.csv:2: column `code`: unit code must be five digits, got `2674`"
        );
        assert_eq!(
            complaint("name\nBến Thành\n"),
            "units.csv: no column `code`"
        );
        assert_eq!(
            complaint("code,name\n,Bến Thành\n"),
            "units.csv:2: column `code`: must not be empty"
        );
    }

    #[test]
    fn a_date_is_checked() {
        let table = Table::parse("u.csv".to_owned(), "valid_from\n2025-13-01\n").unwrap();
        let row = table.rows().next().unwrap();
        let error = row.parse::<Date>("valid_from").unwrap_err().to_string();
        assert!(error.starts_with("u.csv:2: column `valid_from`"), "{error}");
    }
}
