use super::simulate::{Habit, watch, watch_tet};
use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// An entry every two hours from 6 to 22 o'clock in Vietnam for so many days up to midnight.
fn daytime(days: i64, until: Timestamp) -> Vec<Timestamp> {
    let day = |n: i64| until - hours(24 * n);
    let entries = (1..=days).flat_map(|n| (3..=11).map(move |hour| day(n) + hours(2 * hour)));
    entries.collect()
}

const MIDNIGHT: &str = "2026-11-15T17:00:00Z";

#[test]
fn too_few_entries_show_no_rhythm() {
    let now = at(MIDNIGHT);
    let few = (0..5).map(|n| now - hours(100 * n)).collect::<Vec<_>>();
    assert_eq!(Rhythm::learn(&[], now), None);
    assert_eq!(Rhythm::learn(&few, now), None, "four gaps");
    assert_eq!(Rhythm::learn(&daytime(12, now), now), None, "twelve days");
    assert!(Rhythm::learn(&daytime(15, now), now).is_some());
}

#[test]
fn nights_are_no_silence() {
    let now = at(MIDNIGHT);
    let entries = daytime(28, now);
    let rhythm = Rhythm::learn(&entries, now).unwrap();
    let newest = *entries.iter().max().unwrap();
    let silent_at = |later: i64| {
        rhythm
            .silence(newest, now + hours(later))
            .is_unusual(now + hours(later))
    };
    assert!(!silent_at(6), "6 in the morning");
    assert!(silent_at(16), "4 in the afternoon");
}

#[test]
fn an_outage_in_the_past_does_not_make_the_next_one_usual() {
    let now = at(MIDNIGHT);
    let whole = daytime(42, now);
    let gone = (now - hours(24 * 20))..(now - hours(24 * 14));
    let with_outage = whole
        .iter()
        .copied()
        .filter(|at| !gone.contains(at))
        .collect::<Vec<_>>();
    let newest = *whole.iter().max().unwrap();
    let lasts = |entries: &[Timestamp]| {
        let rhythm = Rhythm::learn(entries, now).unwrap();
        rhythm
            .silence(newest, now)
            .unusual_from
            .duration_since(newest)
            .as_hours()
    };
    assert!(
        lasts(&with_outage) < 36,
        "{} h, {} h without it",
        lasts(&with_outage),
        lasts(&whole)
    );
}

#[test]
fn days_are_expected_as_they_were() {
    let now = at(MIDNIGHT);
    let rhythm = Rhythm::learn(&daytime(28, now), now).unwrap();
    let expected = rhythm.expected_on(jiff::civil::date(2026, 11, 16));
    assert!((8.0..10.0).contains(&expected), "{expected}");
}

#[test]
fn weekdays_are_expected_as_they_were() {
    let day = |n: i8| jiff::civil::date(2026, 11, n);
    let counts = (2..=29).map(|n| (day(n), if matches!(n % 7, 0 | 1) { 0 } else { 40 }));
    let expected = expected_by_weekday(&counts.collect::<Vec<_>>());
    assert!(
        expected[0] > 35.0 && expected[5] < 5.0,
        "Monday and Saturday: {expected:?}"
    );
    assert!(expected_by_weekday(&[]).iter().all(|n| *n == 0.0));
}

#[test]
fn the_order_of_entries_and_repeats_do_not_matter() {
    let now = at(MIDNIGHT);
    let mut entries = daytime(28, now);
    let sorted = Rhythm::learn(&entries, now);
    entries.extend(entries.clone());
    entries.reverse();
    assert_eq!(Rhythm::learn(&entries, now), sorted);
}

#[test]
fn moments_at_the_end_of_time_do_no_harm() {
    let entries = [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH];
    assert_eq!(Rhythm::learn(&entries, Timestamp::MAX), None);
    assert_eq!(Rhythm::learn(&entries, Timestamp::MIN), None);
}

/// The stated rate is one false alarm a year; so few simulated years only show that it is of that
/// order for every habit, the figures are in the module's documentation.
#[test]
fn healthy_sources_are_seldom_accused_and_dead_ones_are_found() {
    let (mut years, mut n_alarms) = (0.0, 0.0);
    for habit in Habit::ALL {
        let seen = watch(habit, 2, 28, 60, 7);
        years += seen.years;
        n_alarms += f64::from(seen.n_false_alarms);
        assert!(seen.n_false_alarms <= 3, "{habit:?}: {seen:?}");
        assert_eq!(seen.delays_hours.len(), 2, "{habit:?}");
    }
    let rate = n_alarms / years;
    assert!(rate < 2.5, "{rate} false alarms a year");
    let newsroom = watch(Habit::Newsroom, 3, 28, 7, 7);
    assert!(newsroom.delay_hours(1.0) < 24.0, "{newsroom:?}");
}

/// A newsroom and a hotline that pause over Tết by law are not called dead for it, and one that falls
/// silent for good on the new year's morning is still found within some days of work.
#[test]
fn tet_is_no_outage() {
    for habit in [Habit::Newsroom, Habit::OfficeHours, Habit::Daily] {
        let blind = watch_tet(habit, 4, false, 7);
        let beside = watch_tet(habit, 4, true, 7);
        assert!(blind.n_false_alarms >= 3, "{habit:?}: {blind:?}");
        assert!(
            beside.n_false_alarms * 3 <= blind.n_false_alarms,
            "{habit:?}: {beside:?} {blind:?}"
        );
        assert!(
            beside.delay_hours(1.0) < 9.0 * 24.0,
            "{habit:?}: {beside:?}"
        );
    }
}
