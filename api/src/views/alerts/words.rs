//! The card of a cause and a rule, in words.

use models::domain::{
    AlertRule, BurstCause, Cause, Channel, ConcernCause, Finding, SourceCause, Topic, Watch,
};

use crate::i18n::{Lang, fill};
use crate::state::AppState;

/// Smaller probabilities are told as smaller than this.
const P_SHOWN_MIN: f64 = 0.0001;

/// The figures of a card, one sentence each.
pub(crate) fn cause_lines(app: &AppState, lang: Lang, found: &Finding) -> Vec<String> {
    match &found.cause {
        Cause::Concern(cause) => of_concern(app, lang, found, cause),
        Cause::Source(cause) => vec![of_source(lang, cause)],
    }
}

fn of_concern(app: &AppState, lang: Lang, found: &Finding, cause: &ConcernCause) -> Vec<String> {
    let n = lang.notices();
    let mut lines = Vec::new();
    let count = |n: u32| lang.count(u64::from(n));
    lines.push(fill(
        n.card_mentions,
        &[
            &count(cause.n_mentions),
            &lang.short_day(found.day),
            &count(cause.min_mentions),
        ],
    ));
    if let Some(burst) = &cause.burst {
        lines.extend(of_burst(app, lang, found, burst));
    }
    let share = lang.share(cause.negative_share);
    lines.push(match cause.min_negative_share {
        Some(wanted) => fill(n.card_negative, &[&share, &lang.share(wanted)]),
        None => fill(n.card_negative_only, &[&share]),
    });
    let by_channel = cause.by_channel.map(count);
    lines.push(fill(
        n.card_channels,
        &[&by_channel[0], &by_channel[1], &by_channel[2]],
    ));
    let sources = cause.by_source.iter();
    let sources = sources.map(|(id, n)| format!("{} ({})", app.source_name(id), count(*n)));
    lines.push(fill(
        n.card_sources,
        &[&sources.collect::<Vec<_>>().join(", ")],
    ));
    lines
}

fn of_burst(app: &AppState, lang: Lang, found: &Finding, burst: &BurstCause) -> [String; 2] {
    let n = lang.notices();
    let topic = found.topic.map_or("", |topic| app.topic_name(topic, lang));
    let p = if burst.p < P_SHOWN_MIN {
        fill(n.at_least_percent, &[&lang.decimal(P_SHOWN_MIN, 4)])
    } else {
        lang.decimal(burst.p, 4)
    };
    [
        fill(
            n.card_burst,
            &[
                &lang.count(u64::from(burst.n_mentions)),
                topic,
                &app.alert_place(lang, &found.units),
                &burst.history_days.to_string(),
                &lang.decimal(burst.expected, 1),
                &p,
            ],
        ),
        fill(
            n.card_bound,
            &[
                &lang.count(u64::from(burst.n_series)),
                &bound(lang, burst.per_month),
            ],
        ),
    ]
}

fn bound(lang: Lang, per_month: f64) -> String {
    let places = if per_month.fract() == 0.0 { 0 } else { 2 };
    lang.decimal(per_month, places)
}

fn of_source(lang: Lang, cause: &SourceCause) -> String {
    let status = lang.texts().health(cause.status);
    let status = if cause.detail.is_empty() {
        status.to_owned()
    } else {
        format!("{status}: {}", cause.detail)
    };
    let hours = cause.min_hours.to_string();
    fill(
        lang.notices().card_source,
        &[&status, &lang.moment(cause.since), &hours],
    )
}

/// A rule in a sentence.
pub(super) fn rule_words(app: &AppState, lang: Lang, rule: &AlertRule) -> String {
    let n = lang.notices();
    let mut parts = Vec::new();
    match &rule.watch {
        Watch::Concerns(watch) => {
            if watch.topics.is_empty() {
                parts.push(n.all_topics.to_owned());
            }
            parts.extend(
                watch
                    .topics
                    .iter()
                    .map(|topic: &Topic| app.topic_name(*topic, lang).to_owned()),
            );
            if watch.units.is_empty() {
                parts.push(n.whole_city.to_owned());
            }
            parts.extend(watch.units.iter().map(|unit| app.unit_name(*unit)));
            parts.extend(
                watch
                    .channels
                    .iter()
                    .map(|one: &Channel| lang.texts().channel(*one).to_owned()),
            );
            parts.extend(watch.sources.iter().map(|id| app.source_name(id)));
            parts.push(fill(n.says_mentions, &[&watch.min_mentions.to_string()]));
            let negative = watch.min_negative_share.map(|share| lang.share(share));
            parts.extend(negative.map(|share| fill(n.says_negative, &[&share])));
            let burst = watch
                .burst_per_month
                .map(|per_month| bound(lang, per_month));
            parts.extend(burst.map(|bound| fill(n.says_burst, &[&bound])));
        }
        Watch::Sources(watch) => {
            parts.extend(watch.sources.iter().map(|id| app.source_name(id)));
            parts.push(fill(n.says_hours, &[&watch.min_hours.to_string()]));
        }
    }
    parts.join(" · ")
}
