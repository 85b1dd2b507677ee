//! `/ban-do`, `/ban-do/nhung`, `/ban-do.svg`: the execution map as a page, for a frame, as a picture.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{DigestScope, Indicator, Period, PeriodKind, ScoreScope, Unit};
use models::language::text::fold;
use serde::Deserialize;

use super::html;
use super::unit::known_unit;
use crate::Error;
use crate::http::{Framed, Params, parse_day, parse_param};
use crate::state::{AppState, Shared};
use crate::views::{
    DARK, LIGHT, Layer, LayerData, Layout, MapAddress, MapEmbed, MapInput, MapPage, MapShape,
    MapSort, Nav, Palette, SLIDER_DAYS, Searched, UnitPast, Viewer, picture,
};

/// Days that are looked through for the last value of an indicator.
const DAYS_MAX: usize = 400;

/// Units of a name that are offered at most.
const CHOICES_MAX: usize = 20;

/// Which map.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    lop: Option<String>,
    ngay: Option<String>,
    dang: Option<String>,
    #[serde(rename = "don-vi")]
    unit: Option<String>,
    sap: Option<String>,
    xem: Option<String>,
    /// Words to find a unit by.
    ten: Option<String>,
    /// Step of the slider, and the day of its last one.
    buoc: Option<String>,
    cuoi: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let mut map = Asked::read(app, &wanted)?;
            let searched = searched(app, wanted.ten.as_deref(), map.address.day);
            if let Some([unit]) = searched.as_ref().map(|s| s.found.as_slice()) {
                map.address.unit = Some(unit.code);
            }
            // One address for one state: what a form asked in its own way is led there.
            let found_one = searched.as_ref().is_some_and(|s| s.found.len() == 1);
            if map.slid || found_one {
                return Ok(Redirect::to(&map.address.href(viewer.lang)).into_response());
            }
            let input = map.input(app, searched)?;
            let title = viewer.lang.texts().nav_map;
            let layout = Layout::new(&viewer, &app.city, Nav::Map, title).with_map_script();
            html(&MapPage::new(app, layout, &input))
        })
        .await
}

pub(super) async fn embed(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let framed = Framed(shared.frame_ancestors.clone());
    let mut response = shared
        .read(move |app| {
            let input = Asked::read(app, &wanted)?.input(app, None)?;
            let title = viewer.lang.texts().map_title;
            let layout = Layout::new(&viewer, &app.city, Nav::Map, title);
            html(&MapEmbed::new(app, layout, &input))
        })
        .await?;
    response.extensions_mut().insert(framed);
    Ok(response)
}

pub(super) async fn svg(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let body = shared
        .read(move |app| {
            let input = Asked::read(app, &wanted)?.input(app, None)?;
            Ok(picture(app, viewer.lang, &input, &LIGHT))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], body).into_response())
}

/// Pixels across, when nothing is said, and the bounds.
const WIDTH: u32 = 1200;
const WIDTHS: std::ops::RangeInclusive<u32> = 320..=2400;

/// How the picture in pixels is wanted.
#[derive(Deserialize)]
pub(super) struct Pixels {
    /// How many across.
    rong: Option<String>,
    /// On which ground.
    nen: Option<String>,
}

pub(super) async fn png(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(wanted): Params<Wanted>,
    Params(Pixels { rong, nen }): Params<Pixels>,
) -> Result<Response, Error> {
    let Some(painter) = shared.open.painter.clone() else {
        return Err(Error::Refused(
            StatusCode::NOT_FOUND,
            "this server paints no PNG (built without the feature `pdf`); /ban-do.svg is the same picture",
        ));
    };
    let widths = "use a number of pixels from 320 to 2400";
    let width = parse_param("rong", rong.as_deref(), widths, |text| {
        text.parse().ok().filter(|width| WIDTHS.contains(width))
    })?;
    let grounds = "use sang (light) or toi (dark)";
    let palette: Option<&'static Palette> =
        parse_param("nen", nen.as_deref(), grounds, |text| match text {
            "sang" => Some(&LIGHT),
            "toi" => Some(&DARK),
            _ => None,
        })?;
    let svg = shared
        .read(move |app| {
            let input = Asked::read(app, &wanted)?.input(app, None)?;
            let palette = palette.unwrap_or(&LIGHT);
            Ok(picture(app, viewer.lang, &input, palette))
        })
        .await?;
    let png = shared.paint(painter, svg, width.unwrap_or(WIDTH)).await?;
    let headers = [(header::CONTENT_TYPE, "image/png")];
    Ok((headers, axum::body::Bytes::from_owner(png)).into_response())
}

/// What an address asks for.
struct Asked {
    address: MapAddress,
    layer: Layer,
    published: Vec<Date>,
    last: Date,
    /// Whether the day came from the slider.
    slid: bool,
}

impl Asked {
    fn read(app: &AppState, wanted: &Wanted) -> Result<Self, Error> {
        let shapes = "use o-vuong, luc-giac or ranh-gioi";
        let shape = parse_param("dang", wanted.dang.as_deref(), shapes, MapShape::from_code)?;
        let sorts = "use can-chu-y, ten, gia-tri or so-luong";
        let sort = parse_param("sap", wanted.sap.as_deref(), sorts, MapSort::from_code)?;
        let views = "use bang or leave it out";
        let table = parse_param("xem", wanted.xem.as_deref(), views, |text| {
            (text == "bang").then_some(true)
        })?;
        let layers = "use a layer of the picker, such as lang-nghe-28, y-kien, tieu-cuc, im-lang or \
                      chi-so.ID";
        let layer = parse_param("lop", wanted.lop.as_deref(), layers, |code| {
            Layer::from_code(app, code)
        })?;
        let usual = Layer::usual(app);
        let layer = layer.unwrap_or_else(|| usual.clone());
        let unit = wanted.unit.as_deref().map(str::trim);
        let unit = unit.filter(|code| !code.is_empty());
        let unit = unit.map(|code| known_unit(app, code)).transpose()?;
        let published = app.archive.digest_days(&DigestScope::City)?;
        let last = published.first().copied().unwrap_or_else(|| app.today());
        let slid = slid_to(wanted, last)?;
        let day = slid.or(parse_day("ngay", wanted.ngay.as_deref())?);
        Ok(Self {
            address: MapAddress {
                layer: (layer != usual).then(|| layer.code()),
                day: day.unwrap_or(last),
                shape: shape.unwrap_or_default(),
                unit: unit.map(|unit| unit.code),
                sort: sort.unwrap_or_default(),
                table: table.unwrap_or_default(),
            },
            layer,
            published,
            last,
            slid: slid.is_some(),
        })
    }

    fn input(self, app: &AppState, searched: Option<Searched>) -> Result<MapInput, Error> {
        let day = self.address.day;
        let (data, values_on) = values(app, &self.layer, day)?;
        let past = past(app, &self.layer, &self.address)?;
        let boundaries = app.atlas.boundaries()?;
        Ok(MapInput {
            values_on: values_on.filter(|on| *on != day),
            data,
            past,
            boundaries,
            searched,
            address: self.address,
            layer: self.layer,
            published: self.published,
            last: self.last,
        })
    }
}

/// The day of a step of the slider.
fn slid_to(wanted: &Wanted, last: Date) -> Result<Option<Date>, Error> {
    let steps = "use a number from 0 (oldest) to 89 (newest)";
    let step = parse_param("buoc", wanted.buoc.as_deref(), steps, |text| {
        let step = text.parse::<i64>().ok()?;
        (0..SLIDER_DAYS).contains(&step).then_some(step)
    })?;
    let last = parse_day("cuoi", wanted.cuoi.as_deref())?.unwrap_or(last);
    Ok(step.map(|step| last.saturating_sub((SLIDER_DAYS - 1 - step).days())))
}

/// What a layer knows of a day, and the day of which its values speak.
fn values(app: &AppState, layer: &Layer, day: Date) -> Result<(LayerData, Option<Date>), Error> {
    Ok(match layer {
        Layer::Listening(_) | Layer::Voices => {
            (LayerData::Signals(app.archive.signals(day)?), None)
        }
        Layer::Feeling => (LayerData::Digests(app.archive.digests_of_day(day)?), None),
        Layer::Silence => {
            let month = Period::of(PeriodKind::Month, day);
            let before = Period::of(PeriodKind::Month, month.first().saturating_sub(1.days()));
            let map = app.archive.silence_map(month)?;
            let map = map.map_or_else(|| app.archive.silence_map(before), |map| Ok(Some(map)))?;
            let on = map.as_ref().map(|map| map.day);
            (LayerData::Silence(map), on)
        }
        Layer::Indicator(indicator) => {
            let values = indicator_values(app, indicator, day)?;
            let on = values.first().map(|value| value.day);
            (LayerData::Values(values), on)
        }
    })
}

/// The values of a day, of its period, or the last before it.
fn indicator_values(
    app: &AppState,
    indicator: &Indicator,
    day: Date,
) -> Result<Vec<models::domain::IndicatorValue>, Error> {
    let values = app.indicator_values(indicator, Some(day))?;
    if !values.is_empty() {
        return Ok(values);
    }
    let days = app
        .archive
        .indicator_days(&indicator.id, indicator.period, DAYS_MAX)?;
    match days.into_iter().find(|known| *known < day) {
        Some(known) => app.indicator_values(indicator, Some(known)),
        None => Ok(Vec::new()),
    }
}

fn past(app: &AppState, layer: &Layer, address: &MapAddress) -> Result<UnitPast, Error> {
    let Some(unit) = address.unit else {
        return Ok(UnitPast::Unknown);
    };
    let to = address.day;
    let from = to.saturating_sub((SLIDER_DAYS - 1).days());
    Ok(match layer {
        Layer::Listening(_) | Layer::Voices => {
            UnitPast::Signals(app.archive.signal_history(unit, from, to)?)
        }
        Layer::Indicator(indicator) => {
            let values = app.archive.values_of(ScoreScope::Unit(unit), from, to)?;
            let own = values.into_iter().filter(|value| {
                value.indicator == indicator.id && value.period == indicator.period
            });
            UnitPast::Values(own.collect())
        }
        Layer::Silence | Layer::Feeling => UnitPast::Unknown,
    })
}

/// Units by what somebody typed, with or without accents and the word of their kind.
fn searched(app: &AppState, words: Option<&str>, day: Date) -> Option<Searched> {
    let words = words.map(str::trim).filter(|words| !words.is_empty())?;
    let typed = fold(words);
    let wanted = ["phuong ", "xa ", "dac khu ", "p. ", "p."]
        .iter()
        .find_map(|kind| typed.strip_prefix(kind))
        .unwrap_or(&typed)
        .trim();
    let units = app.units_on(day);
    let name = |unit: &Unit| fold(&unit.name);
    let of = |is: &dyn Fn(&Unit) -> bool| {
        let found = units.iter().filter(|unit| is(unit));
        let found = found.map(|unit| (*unit).clone());
        found.take(CHOICES_MAX).collect::<Vec<_>>()
    };
    let accented = words.to_lowercase();
    // The more exact reading wins: "Bình Thạnh" is one unit, though "binh" begins many.
    let readings: [&dyn Fn(&Unit) -> bool; 5] = [
        &|unit| unit.code.to_string() == wanted,
        &|unit| unit.full_name().to_lowercase() == accented || unit.name.to_lowercase() == accented,
        &|unit| fold(&unit.full_name()) == typed || name(unit) == wanted,
        &|unit| name(unit).starts_with(wanted),
        &|unit| name(unit).contains(wanted),
    ];
    let found = readings
        .into_iter()
        .map(of)
        .find(|found| !found.is_empty())
        .unwrap_or_default();
    Some(Searched {
        words: words.chars().take(60).collect(),
        found,
    })
}
