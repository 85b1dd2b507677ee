//! What a request rests on, without the words of citizens.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{EvidenceQuote, MentionId, RequestEvidence, WITHDRAWN};
use serde::{Deserialize, Serialize};

use super::Complaint;

/// See [`RequestEvidence`].
#[derive(Serialize, Deserialize)]
pub(crate) struct EvidenceShape {
    /// Only where it is nobody's words.
    title: Option<String>,
    title_from: Option<String>,
    edition: Option<String>,
    figures: Vec<(String, String)>,
    reasons: Vec<String>,
    quotes: Vec<QuoteShape>,
    daily: Vec<(String, u32)>,
}

#[derive(Serialize, Deserialize)]
struct QuoteShape {
    mention: String,
    source: String,
    at: Option<i64>,
    url: Option<String>,
}

impl From<&RequestEvidence> for EvidenceShape {
    fn from(evidence: &RequestEvidence) -> Self {
        let quote = |quote: &EvidenceQuote| QuoteShape {
            mention: quote.mention.to_string(),
            source: quote.source.clone(),
            at: quote.at.map(Timestamp::as_microsecond),
            url: quote.url.clone(),
        };
        let is_own = evidence.title_from.is_none();
        Self {
            title: is_own.then(|| evidence.title.clone()),
            title_from: evidence.title_from.as_ref().map(ToString::to_string),
            edition: evidence.edition.clone(),
            figures: evidence.figures.clone(),
            reasons: evidence.reasons.clone(),
            quotes: evidence.quotes.iter().map(quote).collect(),
            daily: curve_shape(&evidence.daily),
        }
    }
}

impl EvidenceShape {
    /// Whole again; words that were removed are [`WITHDRAWN`]. `words` gives those of a position, 0 is
    /// the title.
    pub(crate) fn into_evidence(
        self,
        words: &dyn Fn(usize) -> Option<String>,
    ) -> Result<RequestEvidence, Complaint> {
        let said = |position| words(position).unwrap_or_else(|| WITHDRAWN.to_owned());
        let mut quotes = Vec::new();
        for (position, quote) in (1..).zip(self.quotes) {
            let at = quote.at.map(Timestamp::from_microsecond).transpose();
            let text = said(position);
            let is_gone = text == WITHDRAWN;
            quotes.push(EvidenceQuote {
                mention: MentionId::new(quote.mention),
                text,
                source: quote.source,
                at: at.map_err(|why| why.to_string())?,
                url: quote.url.filter(|_| !is_gone),
            });
        }
        Ok(RequestEvidence {
            title: self.title.unwrap_or_else(|| said(0)),
            title_from: self.title_from.map(MentionId::new),
            edition: self.edition,
            figures: self.figures,
            reasons: self.reasons,
            quotes,
            daily: curve_of(self.daily)?,
        })
    }
}

/// Voices by day as they stand on disk.
pub(crate) fn curve_shape(curve: &[(Date, u32)]) -> Vec<(String, u32)> {
    curve.iter().map(|(day, n)| (day.to_string(), *n)).collect()
}

/// And back.
pub(crate) fn curve_of(shape: Vec<(String, u32)>) -> Result<Vec<(Date, u32)>, Complaint> {
    let read = |(day, n): (String, u32)| {
        let day = day.parse::<Date>().map_err(|why| why.to_string())?;
        Ok((day, n))
    };
    shape.into_iter().map(read).collect()
}
