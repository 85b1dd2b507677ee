//! `backup` and `restore`: a folder with everything that cannot be made again, and back.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use api::lines::format_time;
use indexer::backup::{self, BackupOf, ConfigFile, Contents};
use indexer::{Attempt, EmbeddedArchive, MessageState, Outbox, Verdict};
use models::domain::NOTICE;
use serde_json::json;
use toml::Value;

use super::lines::{Outcome, Output};
use crate::cli::Restore;
use crate::clock;
use crate::config::Config;
use crate::mail::RECIPIENT;
use crate::store::{ACCESS_KEY, lock_crawl};

/// Files that replace built-in ones; what else lies in the folder, secrets among it, is left alone.
const FILES: [&str; 9] = [
    "sources.toml",
    "outlets.toml",
    "topics.toml",
    "ranking.toml",
    "endpoints.toml",
    "recipients.toml",
    "indicators.toml",
    "channels.toml",
    "requests.toml",
];

/// Folders of tables.
const TABLES: [&str; 2] = ["units", "places"];

/// Keys whose values say where a secret is kept.
const SECRET_KEYS: [&str; 6] = [
    "secret",
    "secrets",
    "client_secret",
    "token",
    "key",
    "password",
];

/// What stands in the place of a secret.
const MASK: &str = "***";

/// What the names of those begin with whom a message must not reach twice.
const SENT_ONCE: [&str; 2] = [RECIPIENT, NOTICE];

/// What the receipt of a letter says that a restored record would send.
const MAYBE_SENT: &str = "có thể đã gửi sau lần sao lưu, không tự gửi lại / it may have been sent after the \
                          backup was made; it is not sent again by itself";

/// Messages looked at in one stretch.
const AT_ONCE: usize = 1_000;

/// `langnghe backup`
pub fn save(config: &Config, file: Option<&Path>, to: &Path, as_json: bool) -> Result<Outcome> {
    ensure!(
        config.data.shared_record().is_none(),
        "bản ghi nằm trên PostgreSQL: sao lưu bằng pg_dump --format=custom, rồi chép thư mục captures / the \
         record is on PostgreSQL: back it up by pg_dump --format=custom, and copy the folder captures"
    );
    let kept = config_files(config, file)?;
    let of = BackupOf {
        data: &config.data.dir,
        config: &kept,
        now: clock::now(),
        program: env!("CARGO_PKG_VERSION"),
    };
    let contents = backup::make(of, to)?;
    report("đã sao lưu / saved", to, &contents, as_json)
}

/// `langnghe restore`
pub fn restore(config: &Config, asked: &Restore, as_json: bool) -> Result<Outcome> {
    if asked.check {
        let contents = backup::check(&asked.folder)?;
        return report("bản sao lưu tốt / sound", &asked.folder, &contents, as_json);
    }
    let to = asked.to.as_deref().unwrap_or(&config.data.dir);
    fs::create_dir_all(to)
        .with_context(|| format!("không tạo được / cannot make the folder {}", to.display()))?;
    let _alone = lock_crawl(to)?;
    let contents = backup::restore(&asked.folder, to)?;
    let record = EmbeddedArchive::open(&to.join("record.sqlite"))?;
    let n_held = hold_letters(&record)?;
    report("đã khôi phục / restored", to, &contents, as_json)?;
    if !to.join(ACCESS_KEY).try_exists()? && !as_json {
        let mut output = Output::stdout();
        output.text(&format!(
            "{ACCESS_KEY} không nằm trong bản sao lưu: chép nó về {} từ nơi cất riêng, nếu không mã điện thoại \
             phải đặt lại / put it back there, or codes of phones must be set up again",
            to.display()
        ))?;
        output.finish()?;
    }
    if n_held > 0 && !as_json {
        let mut output = Output::stdout();
        output.text(&format!(
            "{n_held} thư chờ gửi đã được giữ lại, vì có thể đã gửi: `langnghe endpoints messages --state \
             dead` / letters that waited are held back, since they may have been sent"
        ))?;
        output.finish()?;
    }
    Ok(Outcome::Done)
}

/// Letters that waited when the backup was made may have gone since: only people send them again.
/// What other systems are told goes again under its old number, by which they know it.
fn hold_letters(outbox: &dyn Outbox) -> Result<usize> {
    let now = clock::now();
    let mut n_held = 0;
    for once in SENT_ONCE {
        n_held += outbox.give_up_claimed(once, now, MAYBE_SENT)?;
    }
    for (endpoint, state, _) in outbox.message_counts()? {
        let goes_once = SENT_ONCE.iter().any(|once| endpoint.starts_with(once));
        if state != MessageState::Waiting || !goes_once {
            continue;
        }
        for message in outbox.messages(Some(&endpoint), Some(MessageState::Waiting), AT_ONCE)? {
            let attempt = Attempt {
                at: now,
                status: None,
                detail: MAYBE_SENT.to_owned(),
            };
            outbox.settle(message.id, &attempt, Verdict::Dead)?;
            n_held += 1;
        }
    }
    Ok(n_held)
}

fn report(what: &str, place: &Path, contents: &Contents, as_json: bool) -> Result<Outcome> {
    let mut output = Output::stdout();
    if as_json {
        output.json(&json!({
            "folder": place.display().to_string(),
            "made_at": format_time(contents.made_at),
            "program": contents.program,
            "schema": contents.schema,
            "seq": contents.seq,
            "n_mentions": contents.n_mentions,
            "n_captures": contents.n_captures,
            "n_gone": contents.n_gone,
            "n_files": contents.n_files,
            "bytes": contents.bytes,
        }))?;
    } else {
        output.text(&format!(
            "{what}: {} — {} tin, {} bản chụp, {} tệp, {} byte; lược đồ {}, lúc {}",
            place.display(),
            contents.n_mentions,
            contents.n_captures,
            contents.n_files,
            contents.bytes,
            contents.schema,
            format_time(contents.made_at),
        ))?;
    }
    output.finish()?;
    Ok(Outcome::Done)
}

/// The configuration as it stands in files, secrets left out.
fn config_files(config: &Config, file: Option<&Path>) -> Result<Vec<ConfigFile>> {
    let working = PathBuf::from("langnghe.toml");
    let settings = file.map(Path::to_owned);
    let mut kept = Vec::new();
    if let Some(text) = text_of(&settings.unwrap_or(working))? {
        kept.push(kept_file("langnghe.toml", &text));
    }
    let Some(folder) = &config.files.folder else {
        return Ok(kept);
    };
    for name in FILES {
        if let Some(text) = text_of(&folder.join(name))? {
            kept.push(kept_file(name, &text));
        }
    }
    for table in TABLES {
        for name in tables_in(&folder.join(table))? {
            if let Some(text) = text_of(&folder.join(table).join(&name))? {
                kept.push(ConfigFile {
                    name: format!("{table}/{name}"),
                    text,
                });
            }
        }
    }
    Ok(kept)
}

fn tables_in(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(why) => return Err(why).with_context(|| folder.display().to_string()),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().into_string().unwrap_or_default();
        if Path::new(&name).extension().is_some_and(|of| of == "csv") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn text_of(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(None),
        Err(why) => {
            Err(why).with_context(|| format!("không đọc được / cannot read {}", path.display()))
        }
    }
}

fn kept_file(name: &str, text: &str) -> ConfigFile {
    ConfigFile {
        name: name.to_owned(),
        text: without_secrets(text),
    }
}

/// A configuration names where secrets are kept. Where somebody wrote a secret itself in that place, or
/// a password into an address, it is masked.
fn without_secrets(text: &str) -> String {
    let mut secrets = Vec::new();
    if let Ok(table) = text.parse::<toml::Table>() {
        for (key, value) in &table {
            find_secrets(key, value, &mut secrets);
        }
    }
    let mut text = text.to_owned();
    for secret in secrets {
        text = text.replace(&secret, MASK);
    }
    text
}

fn find_secrets(key: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let names_a_place = text.starts_with("env:") || Path::new(text).is_file();
            if SECRET_KEYS.contains(&key) && !text.is_empty() && !names_a_place {
                found.push(text.clone());
            }
            found.extend(password_of(text));
        }
        Value::Array(values) => {
            for value in values {
                find_secrets(key, value, found);
            }
        }
        Value::Table(table) => {
            for (name, value) in table {
                // `secrets = { token = "env:…" }`: each of its values is one.
                let key = if SECRET_KEYS.contains(&key) {
                    key
                } else {
                    name
                };
                find_secrets(key, value, found);
            }
        }
        _ => {}
    }
}

/// `name:password` of an address that holds them.
fn password_of(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let (user, _) = host.rsplit_once('@')?;
    Some(user.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_secrets_stay_and_secrets_go() {
        let text = "[mail]\nserver = \"smtp://thu:hunter2@127.0.0.1:25\"\npassword = \"hunter3\"\n\
                    [oidc]\nclient_secret = \"env:OIDC\"\n\
                    [[source]]\nsecret = [\"hunter4\", \"env:HOOK\"]\nname = \"Báo\"\n\
                    [[channel]]\nsecrets = { api = \"hunter5\", url = \"env:SMS\" }\n";
        let kept = without_secrets(text);
        for secret in ["hunter2", "hunter3", "hunter4", "hunter5"] {
            assert!(!kept.contains(secret), "{kept}");
        }
        for place in ["env:OIDC", "env:HOOK", "127.0.0.1:25", "Báo"] {
            assert!(kept.contains(place), "{kept}");
        }
        assert!(kept.parse::<toml::Table>().is_ok(), "{kept}");
    }
}
