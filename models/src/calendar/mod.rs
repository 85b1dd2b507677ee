//! The days of Vietnam: the lunar calendar (âm lịch), public holidays, and the seasons that people
//! complain by. Everything is computed, nothing is looked up in a table of years.

mod holidays;
mod lunar;
mod moon;
mod seasons;

pub use holidays::{PublicHoliday, days_from_tet, is_day_off, public_holiday, tet};
pub use lunar::{LunarDate, lunar_date, lunar_new_year, solar_date};
pub use seasons::{is_rainy_season, is_school_term, spring_tide};
