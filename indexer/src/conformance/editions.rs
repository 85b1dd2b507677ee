//! What was published.

use models::domain::{AgencyId, Digest, DigestScope, SatisfactionSignal};

use super::sample::{day, digest, noon, signal, unit};
use crate::archive::{Archive, Edition, Published};
use crate::{Error, Result};

fn publish(
    archive: &dyn Archive,
    digests: &[Digest],
    signals: &[SatisfactionSignal],
    on: i64,
    erratum: Option<&str>,
) -> Result<Published> {
    archive.publish(&Edition {
        digests,
        signals,
        at: noon(on),
        erratum,
    })
}

fn revised(mut digest: Digest, revision: u32, erratum: Option<&str>) -> Digest {
    digest.revision = revision;
    digest.erratum = erratum.map(ToOwned::to_owned);
    digest
}

/// The same again is nothing; something else is the next revision, and the first stays readable.
pub fn published_digests_never_change(archive: &dyn Archive) {
    let city = DigestScope::City;
    let first = digest(city.clone(), 0, 0.1 + 0.2);
    assert_eq!(archive.digest(&city, day(0), None).unwrap(), None);
    let published = publish(archive, std::slice::from_ref(&first), &[], 1, None).unwrap();
    assert_eq!(published.n_new, 1);
    let again = revised(first.clone(), 7, Some("khác"));
    let published = publish(archive, &[again], &[], 2, None).unwrap();
    assert_eq!((published.n_new, published.n_unchanged), (0, 1));
    let second = digest(city.clone(), 0, 4.0);
    let why = "gộp hai vấn đề trùng";
    let published = publish(archive, std::slice::from_ref(&second), &[], 3, Some(why)).unwrap();
    assert_eq!(published.n_revised, 1);

    let first = revised(first, 1, None);
    let second = revised(second, 2, Some(why));
    let read = |revision| archive.digest(&city, day(0), revision).unwrap();
    assert_eq!(read(Some(1)), Some(first));
    assert_eq!(read(Some(2)), Some(second.clone()));
    assert_eq!(read(None), Some(second));
    assert_eq!(read(Some(3)), None);
    let revisions = archive.revisions(&city, day(0)).unwrap();
    let revisions: Vec<_> = revisions
        .iter()
        .map(|r| (r.revision, r.published_at, r.erratum.as_deref()))
        .collect();
    assert_eq!(revisions, [(1, noon(1), None), (2, noon(3), Some(why))]);
    assert_eq!(archive.counts().unwrap().n_digests, 2);
}

/// Without a reason nothing of the edition is published.
pub fn a_correction_needs_an_erratum(archive: &dyn Archive) {
    let first = digest(DigestScope::City, 0, 1.0);
    publish(archive, &[first], &[], 1, None).unwrap();
    let edition = [
        digest(DigestScope::Unit(unit(3)), 0, 1.0),
        digest(DigestScope::City, 0, 2.0),
    ];
    let refusal = publish(archive, &edition, &[], 2, None).unwrap_err();
    assert!(matches!(refusal, Error::ErratumMissing { .. }), "{refusal}");
    assert_eq!(archive.counts().unwrap().n_digests, 1);
}

/// One digest a scope, the latest, the city first.
pub fn digests_of_a_day_are_the_latest(archive: &dyn Archive) {
    let scopes = [
        DigestScope::Agency(AgencyId::new("thoat-nuoc")),
        DigestScope::Unit(unit(9)),
        DigestScope::City,
        DigestScope::Unit(unit(2)),
    ];
    for score in [1.0, 2.0] {
        let digests = scopes.clone().map(|scope| digest(scope, 0, score));
        publish(archive, &digests, &[], 1, Some("tính lại")).unwrap();
    }
    publish(archive, &[digest(DigestScope::City, 4, 1.0)], &[], 5, None).unwrap();
    let found = archive.digests_of_day(day(0)).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|d| (d.scope.clone(), d.revision))
        .collect();
    let mut expected = scopes.map(|scope| (scope, 2));
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(found[0].0, DigestScope::City);
    let days = archive.digest_days(&DigestScope::City).unwrap();
    assert_eq!(days, [day(4), day(0)]);
}

/// One signal a day, the latest revision.
pub fn signals_have_a_history(archive: &dyn Archive) {
    let signals: Vec<_> = (0..4)
        .map(|on| signal(unit(5), on, 70.0 + on as f64))
        .collect();
    publish(archive, &[], &signals, 4, None).unwrap();
    publish(archive, &[], &[signal(unit(1), 2, 50.0)], 4, None).unwrap();
    let published = publish(archive, &[], &signals, 5, None).unwrap();
    assert_eq!(published.n_unchanged, 4);
    let corrected = [signal(unit(5), 2, 91.0)];
    assert!(publish(archive, &[], &corrected, 5, None).is_err());
    publish(archive, &[], &corrected, 5, Some("thiếu một nguồn")).unwrap();

    let history = archive.signal_history(unit(5), day(1), day(2)).unwrap();
    let read: Vec<_> = history
        .iter()
        .map(|s| (s.day, s.listening.value, s.revision))
        .collect();
    assert_eq!(read, [(day(1), 71.0, 1), (day(2), 91.0, 2)]);
    let mut expected = corrected[0].clone();
    expected.revision = 2;
    let mut other = signal(unit(1), 2, 50.0);
    other.revision = 1;
    assert_eq!(archive.signals(day(2)).unwrap(), [other, expected]);
}

/// A score that is no number is a mistake of ours, not something to publish.
pub fn scores_that_are_no_numbers_are_refused(archive: &dyn Archive) {
    let odd = digest(DigestScope::City, 0, f64::NAN);
    let refusal = publish(archive, &[odd], &[], 1, None).unwrap_err();
    assert!(matches!(refusal, Error::Unstorable { .. }), "{refusal}");
    let odd = signal(unit(1), 0, f64::INFINITY);
    assert!(publish(archive, &[], &[odd], 1, None).is_err());
    assert_eq!(archive.counts().unwrap().n_signals, 0);
}
