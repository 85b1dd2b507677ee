//! Answers as they come in: words and files, each within bounds. The type of a file is what its bytes say,
//! not its name; nothing is unpacked and nothing is written to a path that a name could choose.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use indexer::{NewAnswer, NewFile};

use crate::Error;
use crate::requests::Redactor;

/// Files of one answer.
const FILES_MAX: usize = 5;
/// The largest of them.
const FILE_BYTES_MAX: usize = 5_000_000;
/// Everything of an answer together, with what separates its parts.
pub(super) const ANSWER_BYTES_MAX: usize = 16_000_000;
/// Letters of an answer's text.
const TEXT_CHARS_MAX: usize = 8_000;
/// Letters of a file's name, its ending aside.
const NAME_CHARS_MAX: usize = 80;

/// What may come: type and ending.
const KINDS: [(&str, &str); 5] = [
    ("application/pdf", "pdf"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
];

/// The parts of an answer, before personal data is cut.
pub(super) struct Upload {
    text: String,
    files: Vec<NewFile>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let parts = Multipart::from_request(request, state).await;
        let mut parts =
            parts.map_err(|rejection| Error::BadForm(rejection.body_text()).into_response())?;
        let mut upload = Self {
            text: String::new(),
            files: Vec::new(),
        };
        loop {
            match parts.next_field().await {
                Ok(Some(field)) => upload.take(field).await.map_err(Error::into_response)?,
                Ok(None) => return Ok(upload),
                Err(why) => return Err(broken(&why).into_response()),
            }
        }
    }
}

fn broken(why: &MultipartError) -> Error {
    if why.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Error::BadForm(why.body_text())
}

fn too_large() -> Error {
    Error::Refused(
        StatusCode::PAYLOAD_TOO_LARGE,
        "a file is larger than 5 MB, or all together are larger than 16 MB; send smaller ones",
    )
}

impl Upload {
    async fn take(&mut self, field: Field<'_>) -> Result<(), Error> {
        match field.name() {
            Some("tra_loi") => {
                let bytes = read(field, TEXT_CHARS_MAX * 4).await?;
                self.text = String::from_utf8(bytes)
                    .map_err(|_| Error::BadForm("`tra_loi` is not UTF-8".to_owned()))?;
                Ok(())
            }
            Some("tep") => self.take_file(field).await,
            other => Err(Error::BadForm(format!(
                "a part is named `{}`; an answer has `tra_loi` and `tep`",
                other
                    .unwrap_or_default()
                    .chars()
                    .take(40)
                    .collect::<String>()
            ))),
        }
    }

    async fn take_file(&mut self, field: Field<'_>) -> Result<(), Error> {
        let given = field.file_name().unwrap_or_default().to_owned();
        let bytes = read(field, FILE_BYTES_MAX).await?;
        if bytes.is_empty() {
            return Ok(()); // What browsers send when nothing was chosen.
        }
        if self.files.len() >= FILES_MAX {
            return Err(Error::Refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                "an answer has at most 5 files",
            ));
        }
        let (kind, ending) = kind_of(&bytes).ok_or(Error::Refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "only PDF, DOCX, XLSX, PNG and JPEG files can be sent; what counts is what is in the file, \
             not its name",
        ))?;
        self.files.push(NewFile {
            name: clean_name(&given, ending),
            kind: kind.to_owned(),
            bytes,
        });
        Ok(())
    }

    /// The answer with personal data cut, or what is wrong with it.
    pub(super) fn into_answer(self, redact: &Redactor) -> Result<NewAnswer, Error> {
        let given = self.text.replace("\r\n", "\n");
        let given = given.trim();
        if given.is_empty() {
            return Err(Error::BadParameter {
                name: "tra_loi",
                found: String::new(),
                expected: "write the answer; files alone do not say enough",
            });
        }
        if given.chars().count() > TEXT_CHARS_MAX {
            return Err(Error::BadParameter {
                name: "tra_loi",
                found: format!("{} letters", given.chars().count()),
                expected: "use at most 8,000 letters and put the rest into a file",
            });
        }
        let text = redact(given);
        let mut files = self.files;
        for file in &mut files {
            let (stem, ending) = file.name.rsplit_once('.').unwrap_or((&file.name, ""));
            file.name = clean_name(&redact(stem), ending);
        }
        Ok(NewAnswer {
            was_cut: text != given,
            text,
            files,
        })
    }
}

async fn read(mut field: Field<'_>, most: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|why| broken(&why))? {
        if bytes.len() + chunk.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Type and ending of bytes that may come.
fn kind_of(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let found = infer::get(bytes)?;
    KINDS
        .into_iter()
        .find(|(kind, _)| *kind == found.mime_type())
}

/// A name without folders, controls and letters that turn text around; the ending is that of its type.
fn clean_name(given: &str, ending: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = match last.rsplit_once('.') {
        Some((stem, tail)) if tail.len() <= 5 => stem,
        _ => last,
    };
    let is_kept =
        |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '(' | ')' | '[' | ']');
    let stem = stem.chars().filter(is_kept).take(NAME_CHARS_MAX);
    let stem = stem.collect::<String>();
    let stem = stem.trim();
    let stem = if stem.is_empty() { "tep" } else { stem };
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_lead_anywhere() {
        for (given, ending, expected) in [
            ("Báo cáo số 12.pdf", "pdf", "Báo cáo số 12.pdf"),
            ("../../etc/passwd", "pdf", "passwd.pdf"),
            ("C:\\Windows\\system32\\a.exe", "png", "a.png"),
            ("a\u{202e}gpj.exe", "jpg", "agpj.jpg"),
            ("\"><script>.svg", "png", "script.png"),
            ("..", "pdf", "tep.pdf"),
            ("", "pdf", "tep.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "pdf", "aSet-Cookie x.pdf"),
        ] {
            assert_eq!(clean_name(given, ending), expected, "{given}");
        }
        let long = clean_name(&"ế".repeat(500), "pdf");
        assert_eq!(long.chars().count(), NAME_CHARS_MAX + 4);
    }

    #[test]
    fn types_are_what_the_bytes_say() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(kind_of(png), Some(("image/png", "png")));
        assert_eq!(kind_of(b"%PDF-1.7\n"), Some(("application/pdf", "pdf")));
        for wrong in [
            &b"MZ\x90\0\x03\0\0\0"[..],
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
            b"<!doctype html><script>alert(1)</script>",
            b"PK\x03\x04\x14\0\0\0\x08\0plain zip",
            b"GIF89a",
            b"",
            b"hello",
        ] {
            assert_eq!(kind_of(wrong), None, "{}", String::from_utf8_lossy(wrong));
        }
    }
}
