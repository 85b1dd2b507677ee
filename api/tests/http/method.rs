//! The worked examples of the method page are computed again from the numbers that stand there.

use models::ranking::score::{ScoreMethod, points_of_18};
use models::ranking::stats::{BetaPrior, GammaPrior};

use crate::client::Site;

/// The numbers of the sentence that begins so, in their order.
fn numbers(page: &str, begins: &str, comma: bool) -> Vec<f64> {
    let at = page.find(begins).unwrap_or_else(|| panic!("{begins}"));
    let text = &page[at..];
    let text = &text[..text.find("</p>").unwrap()];
    let text = if comma {
        text.replace(',', ".")
    } else {
        text.to_owned()
    };
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let words = text.split(|c: char| !is_part(c));
    let numbers = words
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty());
    numbers.filter_map(|word| word.parse().ok()).collect()
}

async fn check(path: &str, comma: bool, begins: [&str; 4]) {
    let site = Site::empty();
    let page = site
        .get(path)
        .await
        .expect(200)
        .text()
        .replace("&#39;", "'");
    let method = ScoreMethod::default();

    let weights = numbers(&page, begins[0], comma);
    let ours = [
        method.sentiment_weight,
        method.resolution_weight,
        method.recurrence_weight,
        method.rating_weight,
    ];
    let shown = |numbers: &[f64]| format!("{numbers:.2?}");
    let expected = [&[100.0], &ours[..]].concat();
    assert_eq!(shown(&weights[..5]), shown(&expected), "{path}");

    let signal = numbers(&page, begins[1], comma);
    let [
        n,
        good,
        level,
        weight,
        shrunk,
        sentiment,
        stayed,
        rating,
        value,
    ] = signal[..]
    else {
        panic!("{path}: {signal:?}");
    };
    let prior = BetaPrior {
        hits: level / 100.0 * weight,
        misses: (1.0 - level / 100.0) * weight,
    };
    let share = 100.0 * prior.posterior(good, n).mean();
    assert_eq!(format!("{share:.1}"), format!("{shrunk:.1}"));
    let shares = [sentiment, share, stayed, rating];
    let sum = ours
        .iter()
        .zip(shares)
        .map(|(weight, share)| weight * share);
    assert_eq!(format!("{:.1}", sum.sum::<f64>()), format!("{value:.1}"));

    let group = numbers(&page, begins[2], comma);
    let ratios = [group[2], group[3], group[4]];
    let points = points_of_18(ratios, method.full_at_pct);
    assert_eq!(
        format!("{points:.2}"),
        format!("{:.2}", group[5]),
        "{group:?}"
    );

    let silence = numbers(&page, begins[3], comma);
    let [_, days, rate, n, weight, ratio] = silence[..] else {
        panic!("{path}: {silence:?}");
    };
    let own = GammaPrior::with_mean(1.0, weight).posterior(n, rate * days);
    assert_eq!(format!("{:.2}", own.mean()), format!("{ratio:.2}"));
}

#[tokio::test]
async fn the_examples_come_out_as_they_stand() {
    let vietnamese = [
        "Công thức: tín hiệu",
        "Ví dụ: một phường",
        "Ví dụ từ số công bố",
        "Ví dụ: 24 sự cố",
    ];
    check("/phuong-phap", true, vietnamese).await;
    let english = [
        "Formula: signal",
        "Example: a ward",
        "Example from the published",
        "Example: 24 incidents",
    ];
    check("/phuong-phap?lang=en", false, english).await;
}
