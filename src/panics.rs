//! A panic is a mistake of ours: it ends one piece of work and nothing else. Its place is logged; what it says
//! is not, unless the words stand in the code, since slicing a text wrongly quotes that text.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use futures_util::FutureExt;
use thiserror::Error;
use tokio::task::JoinError;
use tracing::error;

/// What stands in place of words that a panic made up.
const WITHHELD: &str = "(withheld: they may quote a citizen)";

static N_PANICS: AtomicU64 = AtomicU64::new(0);

/// Why work ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Ended {
    /// Its place was logged.
    #[error("a panic, whose place is in the log")]
    Panicked,
    /// Somebody ended it.
    #[error("cut off")]
    CutOff,
}

/// Lets the log know of every panic of this process, in place of Rust's own words on stderr.
pub fn tell_the_log() {
    panic::set_hook(Box::new(|panic| {
        N_PANICS.fetch_add(1, Ordering::Relaxed);
        let thread = std::thread::current();
        error!(
            place = place_of(panic),
            words = words_of(panic.payload()),
            thread = thread.name().unwrap_or_default(),
            "panicked"
        );
    }));
}

/// How many there were since the program began.
pub fn count() -> u64 {
    N_PANICS.load(Ordering::Relaxed)
}

fn place_of(panic: &PanicHookInfo<'_>) -> String {
    panic
        .location()
        .map_or_else(String::new, ToString::to_string)
}

/// Words of the code itself; never those that were put together while it ran.
fn words_of(payload: &(dyn Any + Send)) -> &'static str {
    payload
        .downcast_ref::<&'static str>()
        .copied()
        .unwrap_or(WITHHELD)
}

/// Does work that blocks; a panic is a failure like others.
pub fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Ended::Panicked.into()))
}

/// Does work that waits; a panic is a failure like others.
pub async fn caught_in<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| Err(Ended::Panicked.into()))
}

/// Why a task ended before its end, without the words of a panic.
pub fn why_ended(failure: JoinError) -> Ended {
    match failure.try_into_panic() {
        Ok(_) => Ended::Panicked,
        Err(_) => Ended::CutOff,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged while some work panics.
    fn logged(work: impl FnOnce() -> Result<()>) -> String {
        let lines = Lines::default();
        let told = lines.clone();
        let log = tracing_subscriber::fmt()
            .json()
            .with_writer(move || told.clone())
            .finish();
        let failure = tracing::subscriber::with_default(log, || caught(work)).unwrap_err();
        assert_eq!(failure.downcast_ref(), Some(&Ended::Panicked));
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn the_log_has_the_place_of_a_panic_and_no_word_of_a_citizen() {
        let usual = panic::take_hook();
        tell_the_log();
        let before = count();
        let post = "Gọi tôi số 0912 345 678 nhé, đường hỏng rồi".to_owned();
        let end = post.find('ọ').unwrap() + 1;
        let sliced = logged(|| {
            assert!(post[..end].is_empty(), "a cut through a letter");
            Ok(())
        });
        let fixed = logged(|| panic!("no such day"));
        panic::set_hook(usual);
        assert!(sliced.contains("src/panics.rs:"), "{sliced}");
        assert!(
            !sliced.contains("0912") && !sliced.contains("đường"),
            "{sliced}"
        );
        assert!(fixed.contains("no such day"), "{fixed}");
        assert!(count() >= before + 2);
    }

    #[tokio::test]
    async fn a_task_that_panicked_quotes_nobody_either() {
        let post = "0912 345 678".to_owned();
        let quoting = caught_in(async { panic!("not a date: {post}") }).await;
        let failure: anyhow::Error = Result::<()>::unwrap_err(quoting);
        assert_eq!(format!("{failure:#}"), Ended::Panicked.to_string());
        let task = tokio::spawn(async move { panic!("not a date: {post}") });
        assert_eq!(why_ended(task.await.unwrap_err()), Ended::Panicked);
        let task = tokio::spawn(std::future::pending::<()>());
        task.abort();
        assert_eq!(why_ended(task.await.unwrap_err()), Ended::CutOff);
    }
}
