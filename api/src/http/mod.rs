//! What every answer shares: layers, parameters, problems, revalidation.

mod crowd;
mod etag;
mod headers;
mod params;
mod problem;

pub(crate) use crowd::{Classes, admit};
pub use crowd::{Crowd, Crowded, Places, TurnedAway};
pub(crate) use etag::revalidate;
pub(crate) use headers::{Framed, guard};
pub(crate) use params::{Params, parse_day, parse_list, parse_param, parse_period, parse_unit};
pub use problem::Problem;
pub(crate) use problem::{Dressed, dress_failures};
