//! Codes of six digits that change every half minute (RFC 6238), asked for beside the password.

use std::fmt::Write;

use jiff::Timestamp;
use qrcode::{Color, QrCode};
use totp_rs::{Builder, Secret, Totp};

/// Whose the codes are, as the app of the phone shows it.
const ISSUER: &str = "Lang Nghe";

/// The step of a code, if it is right now, was half a minute ago, or will be in half a minute.
pub(crate) fn step_of(secret: &[u8], code: &str, now: Timestamp) -> Option<u64> {
    let seconds = u64::try_from(now.as_second()).ok()?;
    let digits = code
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>();
    codes(secret, "")?.check(&digits, seconds)
}

fn codes(secret: &[u8], login: &str) -> Option<Totp> {
    Builder::new()
        .with_secret(Secret::new(secret.into()))
        .with_skew(1)
        .with_issuer(Some(ISSUER))
        .with_account_name(login)
        .build()
        .ok()
}

/// What the app of the phone needs: to be scanned, and to be typed where there is no camera.
pub(crate) struct Enrolment {
    /// Width of the drawing in modules, its margin too.
    pub(crate) width: usize,
    /// The dark modules as one path.
    pub(crate) path: String,
    /// The secret in letters and digits, in groups of four.
    pub(crate) typed: String,
}

/// Modules of white around the drawing (ISO/IEC 18004 asks for four).
const MARGIN: usize = 4;

impl Enrolment {
    /// Of a secret and a login name; `None` for a secret that is none of ours.
    pub(crate) fn new(secret: &[u8], login: &str) -> Option<Self> {
        let totp = codes(secret, login)?;
        let drawing = QrCode::new(totp.to_url().ok()?).ok()?;
        let width = drawing.width();
        let mut path = String::new();
        for (y, row) in drawing.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] == Color::Dark {
                    // Writing to a string cannot fail.
                    let _ = write!(
                        path,
                        "M{} {}h{}v1h-{}z",
                        x + MARGIN,
                        y + MARGIN,
                        run.len(),
                        run.len()
                    );
                }
                x += run.len();
            }
        }
        let letters = totp.secret().to_base32();
        let groups = letters.as_bytes().chunks(4);
        let groups = groups.map(|four| String::from_utf8_lossy(four).into_owned());
        Some(Self {
            width: width + 2 * MARGIN,
            path,
            typed: groups.collect::<Vec<_>>().join(" "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and times of RFC 6238, appendix B, whose eight digits end in these six.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let at = |moved: i64| Timestamp::from_second(second + moved).unwrap();
            let step = second.unsigned_abs() / 30;
            assert_eq!(step_of(secret, code, at(0)), Some(step));
            assert_eq!(
                step_of(secret, &format!(" {} {}", &code[..3], &code[3..]), at(0)),
                Some(step)
            );
            assert_eq!(step_of(secret, code, at(30)), Some(step), "a slow clock");
            assert_eq!(step_of(secret, code, at(90)), None);
        }
        for wrong in ["", "28708", "2870822", "abcdef", "２８７０８２"] {
            assert_eq!(
                step_of(secret, wrong, Timestamp::from_second(59).unwrap()),
                None
            );
        }
    }

    #[test]
    fn the_secret_can_be_scanned_and_typed() {
        let shown = Enrolment::new(b"12345678901234567890", "an.nguyen").unwrap();
        assert_eq!(shown.typed, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(shown.path.starts_with("M4 4h7v1h-7z"), "the first corner");
        assert!(shown.width > 30);
        assert!(Enrolment::new(b"short", "an").is_none());
    }
}
