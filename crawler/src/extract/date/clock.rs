//! The time of day in a date, and its zone.

use jiff::ToSpan;

use super::calendar::{Span, month_of};
use super::token::Token;

/// A time of day and its zone.
#[derive(Default)]
pub(super) struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    /// Written with AM or PM.
    pub english_halves: bool,
    pub offset_minutes: Option<i32>,
    /// A word stands where the zone should, but nobody knows it.
    pub unknown_zone: bool,
}

impl Clock {
    pub fn after_midnight(&self) -> jiff::Span {
        i64::from(self.hour)
            .hours()
            .minutes(i64::from(self.minute))
            .seconds(i64::from(self.second.min(59)))
    }
}

/// The first time outside the date: `19:25`, `19:25:07.5`, `19h25`, `7.25 PM` is left alone.
pub(super) fn find_time(tokens: &[Token], date_at: &Span) -> Option<Clock> {
    use Token::{Mark, Number, Word};
    for at in 0..tokens.len() {
        if date_at.contains(&at) {
            continue;
        }
        let rest = &tokens[at..];
        let (hour, minute, mut len) = match rest {
            [Number(h, 1..=2), Mark(':'), Number(m, 1..=2), ..] => (*h, *m, 3),
            [Number(h, 1..=2), Word(w), Number(m, 1..=2), ..]
                if matches!(w.as_str(), "h" | "g" | "giờ") =>
            {
                (*h, *m, 3)
            }
            // ISO basic: `20261008T133800Z`.
            [Number(all, 6), ..] if at > 0 && is_word(&tokens[at - 1], "t") => {
                let clock = Clock {
                    hour: all / 10_000,
                    minute: all / 100 % 100,
                    second: all % 100,
                    ..Clock::default()
                };
                return finish_clock(clock, &rest[1..]);
            }
            [Number(h, 2), ..] if at > 0 && is_word(&tokens[at - 1], "t") => (*h, 0, 1),
            _ => continue,
        };
        let mut clock = Clock {
            hour: hour + korean_afternoon(&tokens[..at], hour),
            minute,
            ..Clock::default()
        };
        if let [Mark(':'), Number(s, 1..=2), ..] = rest[len..] {
            clock.second = s;
            len += 2;
            if let [Mark('.' | ','), Number(..), ..] = rest[len..] {
                len += 2;
            }
        }
        return finish_clock(clock, &rest[len..]);
    }
    None
}

/// Korean writes the half of the day before the hour.
fn korean_afternoon(before: &[Token], hour: u32) -> u32 {
    let is_afternoon = before.iter().any(|token| is_word(token, "오후"));
    if is_afternoon && hour < 12 { 12 } else { 0 }
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word == wanted)
}

/// Halves of the day and the zone behind a time; `None` when the time cannot be.
fn finish_clock(mut clock: Clock, rest: &[Token]) -> Option<Clock> {
    let rest = skip_gaps(rest);
    let mut behind = rest;
    if let Some(Token::Word(word)) = rest.first() {
        let (english, afternoon) = match word.as_str() {
            "am" => (true, Some(false)),
            "pm" => (true, Some(true)),
            "sa" | "sáng" => (false, Some(false)),
            "ch" | "chiều" | "tối" => (false, Some(true)),
            _ => (false, None),
        };
        if let Some(afternoon) = afternoon {
            behind = &rest[1..];
            clock.english_halves = english;
            if afternoon && clock.hour < 12 {
                clock.hour += 12;
            } else if !afternoon && clock.hour == 12 {
                clock.hour = 0;
            }
        }
    }
    let behind = skip_gaps(behind);
    clock.offset_minutes = zone_of(behind);
    clock.unknown_zone = clock.offset_minutes.is_none()
        && matches!(behind.first(), Some(Token::Word(word))
            if word.len() <= 5 && word.is_ascii() && month_of(word).is_none());
    let midnight = clock.hour == 24 && clock.minute == 0 && clock.second == 0;
    ((clock.hour < 24 || midnight) && clock.minute < 60 && clock.second <= 60).then_some(clock)
}

fn skip_gaps(tokens: &[Token]) -> &[Token] {
    let n = tokens
        .iter()
        .take_while(|token| matches!(token, Token::Gap | Token::Mark('(' | ',' | '|')))
        .count();
    &tokens[n..]
}

/// `Z`, `GMT`, `GMT+7`, `UTC+07:00`, `+07`, `+0700`, `+07:00`, `ICT`, `EST`.
fn zone_of(tokens: &[Token]) -> Option<i32> {
    use Token::{Gap, Mark, Number, Word};
    match tokens {
        [Word(word), rest @ ..] => {
            let named = named_zone(word)?;
            let rest = if rest.first() == Some(&Gap) {
                &rest[1..]
            } else {
                rest
            };
            let shift = if named == 0 { zone_of_sign(rest) } else { None };
            Some(shift.unwrap_or(named))
        }
        [Mark('+' | '-'), Number(..), ..] => zone_of_sign(tokens),
        _ => None,
    }
}

fn zone_of_sign(tokens: &[Token]) -> Option<i32> {
    use Token::{Mark, Number};
    let [Mark(sign @ ('+' | '-')), Number(value, n_digits), rest @ ..] = tokens else {
        return None;
    };
    let (hours, minutes) = match (n_digits, rest) {
        (1 | 2, [Mark(':'), Number(minutes, 2), ..]) => (*value, *minutes),
        (1 | 2, _) => (*value, 0),
        (3 | 4, _) => (value / 100, value % 100),
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    Some(if *sign == '-' { -total } else { total })
}

fn named_zone(word: &str) -> Option<i32> {
    Some(match word {
        "z" | "utc" | "gmt" | "ut" | "wet" => 0,
        "ict" | "vn" => 7 * 60,
        "sgt" | "cst8" | "hkt" => 8 * 60,
        "jst" | "kst" => 9 * 60,
        "adt" => -3 * 60,
        "edt" | "ast" | "at" => -4 * 60,
        "est" | "et" | "cdt" => -5 * 60,
        "cst" | "ct" | "mdt" => -6 * 60,
        "mst" | "mt" | "pdt" => -7 * 60,
        "pst" | "pt" => -8 * 60,
        "bst" | "cet" => 60,
        "cest" | "eet" => 2 * 60,
        "msk" => 3 * 60,
        _ => return None,
    })
}
