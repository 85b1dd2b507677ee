//! What a request rests on, taken from the record once, as it stands when the request is written. Its
//! words are Vietnamese: it is read by units.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Concern, ConcernId, DigestEntry, DigestScope, EvidenceQuote, IndicatorValue,
    MentionId, RequestEvidence, RequestSubject, Respondent, ScoreScope, day_in_vietnam,
};

use crate::Error;
use crate::i18n::Lang;
use crate::pages::today::digest_input;
use crate::state::AppState;
use crate::told::ToldConcern;
use crate::views::digest_line;

const LANG: Lang = Lang::Vi;
/// Quotes of a request.
const QUOTES_MAX: usize = 6;
/// Letters of a quote that no digest has chosen.
const QUOTE_CHARS_MAX: usize = 400;

/// Everything that is frozen for a subject at a moment; a unit's digest is looked at before the city's.
pub(super) fn freeze(
    app: &AppState,
    subject: &RequestSubject,
    addressee: Option<&Respondent>,
    at: Timestamp,
) -> Result<RequestEvidence, Error> {
    match subject {
        RequestSubject::Concern(id) => of_concern(app, id, addressee, day_in_vietnam(at)),
        RequestSubject::Indicator(id) => of_indicator(app, id, addressee),
        RequestSubject::Press(id) => of_press(app, id),
    }
}

pub(super) fn known_concern(app: &AppState, id: &ConcernId) -> Result<Concern, Error> {
    let found = app.archive.concern(id)?;
    found.ok_or_else(|| Error::NotFound {
        what: "concern",
        name: id.as_str().chars().take(80).collect(),
    })
}

pub(super) fn known_mention(app: &AppState, id: &MentionId) -> Result<AnnotatedMention, Error> {
    let found = app.archive.mention(id)?;
    found.ok_or_else(|| Error::NotFound {
        what: "mention",
        name: id.as_str().chars().take(80).collect(),
    })
}

fn of_concern(
    app: &AppState,
    id: &ConcernId,
    addressee: Option<&Respondent>,
    on: Date,
) -> Result<RequestEvidence, Error> {
    let mut concern = known_concern(app, id)?;
    concern.daily.retain(|day| day.day <= on);
    let told = ToldConcern::read(app, &concern)?;
    let title = told.title(&concern).to_owned();
    let is_own_title = title != concern.title;
    let mut evidence = RequestEvidence {
        title,
        title_from: (!is_own_title).then(|| concern.title_from.clone()),
        daily: concern
            .daily
            .iter()
            .map(|day| (day.day, day.n_mentions))
            .collect(),
        figures: figures_of(&concern),
        ..RequestEvidence::default()
    };
    let unit = addressee.map(Respondent::scope);
    for scope in unit.iter().chain([&DigestScope::City]) {
        if add_line(app, scope, id, on, &mut evidence)? {
            return Ok(evidence);
        }
    }
    // No digest of late has it: what was said last stands for it.
    let page = indexer::archive::Page {
        limit: QUOTES_MAX,
        after: None,
    };
    let newest = app.archive.concern_mentions(id, &page)?;
    evidence.quotes = newest
        .items
        .iter()
        .map(|said| quote(app, said, None))
        .collect();
    Ok(evidence)
}

fn figures_of(concern: &Concern) -> Vec<(String, String)> {
    let sum = |n: fn(&models::domain::DayCount) -> u32| {
        let all = concern.daily.iter().map(|day| u64::from(n(day)));
        LANG.count(all.sum())
    };
    vec![
        ("Ý kiến".to_owned(), sum(|day| day.n_mentions)),
        ("Phản ánh 1022".to_owned(), sum(|day| day.n_tickets)),
        (
            "Phản ánh chưa xong".to_owned(),
            LANG.count(concern.n_open_tickets.into()),
        ),
        (
            "Ý kiến đầu tiên".to_owned(),
            LANG.moment(concern.first_seen),
        ),
        ("Ý kiến mới nhất".to_owned(), LANG.moment(concern.last_seen)),
    ]
}

/// Adds the concern's line in the last digest of a scope before a day; says whether there is one.
fn add_line(
    app: &AppState,
    scope: &DigestScope,
    id: &ConcernId,
    on: Date,
    evidence: &mut RequestEvidence,
) -> Result<bool, Error> {
    let days = app.archive.digest_days(scope)?;
    let Some(day) = days.into_iter().find(|day| *day < on) else {
        return Ok(false);
    };
    let Some(digest) = app.archive.digest(scope, day, None)? else {
        return Ok(false);
    };
    let is_line = |entry: &&DigestEntry| entry.concern == *id;
    let Some(entry) = digest.top.iter().find(is_line).cloned() else {
        return Ok(false);
    };
    let whose = app.scope_name(scope);
    let (revision, rank) = (digest.revision, entry.rank);
    evidence.edition = Some(format!(
        "bản tin {whose} ngày {}, bản {revision}, hạng {rank}",
        LANG.short_day(day)
    ));
    let input = digest_input(app, digest, None)?;
    let line = digest_line(app, LANG, &input, &entry);
    evidence.figures.splice(0..0, line.figures);
    evidence.reasons = line.reasons;
    let quoted = entry.quotes.iter().take(QUOTES_MAX);
    let quoted = quoted.filter_map(|said| {
        let mention = input.quoted.get(&said.mention)?;
        Some(quote(app, mention, Some(&said.text)))
    });
    evidence.quotes = quoted.collect();
    Ok(true)
}

fn quote(app: &AppState, said: &AnnotatedMention, chosen: Option<&str>) -> EvidenceQuote {
    let mention = &said.mention;
    let text = match chosen {
        Some(text) => text.to_owned(),
        None => shortened(&mention.text),
    };
    EvidenceQuote {
        mention: mention.id.clone(),
        text,
        source: app.source_name(&mention.source),
        at: mention.published_at,
        url: mention.url.clone(),
    }
}

fn shortened(text: &str) -> String {
    let mut letters = text.chars();
    let short = letters.by_ref().take(QUOTE_CHARS_MAX).collect::<String>();
    match letters.next() {
        Some(_) => format!("{short}…"),
        None => short,
    }
}

fn of_indicator(
    app: &AppState,
    id: &str,
    addressee: Option<&Respondent>,
) -> Result<RequestEvidence, Error> {
    let indicator = app.known_indicator(id)?;
    let whose = match addressee {
        Some(Respondent::Unit(code)) => ScoreScope::Unit(*code),
        Some(Respondent::Agency(_)) | None => ScoreScope::City,
    };
    let values = app.indicator_values(indicator, None)?;
    let mut figures = Vec::new();
    for (scope, name) in [(whose, "Giá trị"), (ScoreScope::City, "Toàn thành phố")] {
        let found = values.iter().find(|value| value.whose == scope);
        if let Some(value) = found.filter(|_| scope == whose || whose != ScoreScope::City) {
            figures.extend(value_figures(name, value, figures.is_empty()));
        }
    }
    Ok(RequestEvidence {
        title: indicator.name_vi.clone(),
        figures,
        ..RequestEvidence::default()
    })
}

fn value_figures(name: &str, value: &IndicatorValue, whole: bool) -> Vec<(String, String)> {
    let number = |value: f64| LANG.decimal(value, 2);
    let shown = value
        .value
        .map_or_else(|| "chưa thể đánh giá".to_owned(), number);
    let mut figures = vec![(name.to_owned(), shown)];
    if whole {
        if let Some(interval) = value.interval {
            let text = format!("{} – {}", number(interval.low), number(interval.high));
            figures.push(("Khoảng 90 %".to_owned(), text));
        }
        if let Some(n) = value.n {
            figures.push(("Số trường hợp".to_owned(), LANG.count(n)));
        }
        figures.push(("Tính đến".to_owned(), day_text(value.day)));
        figures.push(("Bản".to_owned(), value.revision.to_string()));
    }
    figures
}

fn day_text(day: Date) -> String {
    LANG.long_day(day)
}

fn of_press(app: &AppState, id: &MentionId) -> Result<RequestEvidence, Error> {
    let said = known_mention(app, id)?;
    let title = said.mention.title.clone();
    Ok(RequestEvidence {
        title: title.unwrap_or_else(|| shortened(&said.mention.text)),
        title_from: Some(id.clone()),
        quotes: vec![quote(app, &said, None)],
        ..RequestEvidence::default()
    })
}
