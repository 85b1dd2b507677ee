//! Geometry of charts and the map, as numbers and path data; templates draw them.

mod chart;
mod fan;
mod map;

pub(crate) use chart::{Bar, Columns, IntervalBar, Line, bar, columns, interval_bar, line};
pub(crate) use fan::{Fan, FanDay, fan};
pub(crate) use map::{HEX_ROW, TILE, borders, hexagon, rings};
