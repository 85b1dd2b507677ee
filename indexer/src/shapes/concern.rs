//! A concern as it stood at the end of a day.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    Concern, ConcernId, ConcernStatus, DayCount, MentionId, Sketch, Topic, WITHDRAWN,
};
use serde::{Deserialize, Serialize};

use super::numbers::Weight;
use super::{
    Complaint, UnitShape, agencies_of, agency_shapes, of_code, scope_code, scope_of, unit_shapes,
    units_of,
};

/// See [`Concern`]; moments are microseconds since 1970.
#[derive(Serialize, Deserialize)]
pub(crate) struct ConcernShape {
    id: String,
    topic: String,
    scope: String,
    units: Vec<UnitShape>,
    agencies: Vec<String>,
    title: String,
    title_from: String,
    status: String,
    first_seen: i64,
    last_seen: i64,
    daily: Vec<DayShape>,
    n_open_tickets: u32,
    sketch_terms: Vec<(u32, Weight)>,
    sketch_mentions: u32,
    /// Absent in what was written before concerns could be joined.
    #[serde(default)]
    part_of: Option<String>,
}

/// Day, mentions, tickets, sources, negative.
#[derive(Serialize, Deserialize)]
struct DayShape(String, u32, u32, u32, Weight);

impl ConcernShape {
    /// Takes the title out when it was taken from a mention, or says what that mention's title
    /// says; gives the title that stood there.
    pub(crate) fn withhold_title(&mut self, from: &MentionId, own: &str) -> Option<String> {
        let is_theirs = self.title_from == from.as_str() || self.title == own;
        (is_theirs && self.title != WITHDRAWN)
            .then(|| std::mem::replace(&mut self.title, WITHDRAWN.to_owned()))
    }
}

impl From<&Concern> for ConcernShape {
    fn from(concern: &Concern) -> Self {
        let terms = &concern.sketch.terms;
        Self {
            id: concern.id.to_string(),
            topic: concern.topic.code().to_owned(),
            scope: scope_code(concern.scope).to_owned(),
            units: unit_shapes(&concern.units),
            agencies: agency_shapes(&concern.agencies),
            title: concern.title.clone(),
            title_from: concern.title_from.to_string(),
            status: concern.status.code().to_owned(),
            first_seen: concern.first_seen.as_microsecond(),
            last_seen: concern.last_seen.as_microsecond(),
            daily: concern.daily.iter().map(DayShape::from).collect(),
            n_open_tickets: concern.n_open_tickets,
            sketch_terms: terms.iter().map(|(t, w)| (*t, Weight(*w))).collect(),
            sketch_mentions: concern.sketch.n_mentions,
            part_of: concern.part_of.as_ref().map(ToString::to_string),
        }
    }
}

impl TryFrom<ConcernShape> for Concern {
    type Error = Complaint;

    fn try_from(shape: ConcernShape) -> Result<Self, Complaint> {
        let daily = shape.daily.into_iter().map(DayCount::try_from);
        let terms = shape.sketch_terms.into_iter();
        Ok(Self {
            id: ConcernId::new(shape.id),
            topic: of_code("topic", &shape.topic, Topic::from_code)?,
            scope: scope_of(&shape.scope)?,
            units: units_of(shape.units)?,
            agencies: agencies_of(shape.agencies),
            title: shape.title,
            title_from: MentionId::new(shape.title_from),
            status: of_code("status", &shape.status, ConcernStatus::from_code)?,
            first_seen: moment(shape.first_seen)?,
            last_seen: moment(shape.last_seen)?,
            daily: daily.collect::<Result<_, _>>()?,
            n_open_tickets: shape.n_open_tickets,
            sketch: Sketch {
                terms: terms.map(|(term, weight)| (term, weight.0)).collect(),
                n_mentions: shape.sketch_mentions,
            },
            part_of: shape.part_of.map(ConcernId::new),
        })
    }
}

fn moment(micros: i64) -> Result<Timestamp, Complaint> {
    Timestamp::from_microsecond(micros).map_err(|why| why.to_string())
}

impl From<&DayCount> for DayShape {
    fn from(count: &DayCount) -> Self {
        Self(
            count.day.to_string(),
            count.n_mentions,
            count.n_tickets,
            count.n_sources,
            Weight(count.negative),
        )
    }
}

impl TryFrom<DayShape> for DayCount {
    type Error = Complaint;

    fn try_from(shape: DayShape) -> Result<Self, Complaint> {
        let DayShape(day, n_mentions, n_tickets, n_sources, negative) = shape;
        Ok(Self {
            day: day.parse::<Date>().map_err(|why| why.to_string())?,
            n_mentions,
            n_tickets,
            n_sources,
            negative: negative.0,
        })
    }
}
