//! `user`, `key`, `audit`: accounts of officers, keys of the API, and the log, on the server itself.

use std::io::{BufRead, IsTerminal};

use anyhow::{Context, Result, bail, ensure};
use indexer::{
    AccountChange, Accounts, Actor, AuditFault, AuditRow, AuditVerdict, By, NewAccount, NewKey,
    SecretHash,
};
use models::domain::{
    Account, ApiKey, KeyScope, Reach, Rights, Role, WeakPassword, check_password, day_start,
    login_name, vietnam_zone,
};
use serde_json::{Value, json};

use super::lines::{Outcome, Output};
use crate::city::City;
use crate::cli::{AuditAction, KeyAction, UserAction};
use crate::clock;

fn by() -> By {
    By {
        who: Actor::Command,
        at: clock::now(),
        request: None,
    }
}

/// `langnghe user`
pub fn user(
    action: &UserAction,
    city: impl FnOnce() -> Result<City>,
    accounts: &dyn Accounts,
    as_json: bool,
) -> Result<Outcome> {
    match action {
        UserAction::List => return list(accounts, as_json),
        UserAction::Add {
            login,
            name,
            role,
            reach,
            no_password,
        } => {
            let Some(login) = login_name(login) else {
                bail!(
                    "tên đăng nhập cần 2 đến 64 chữ thường, số hoặc . - _ @ / a login name has 2 to 64 \
                     small letters, digits and . - _ @, a letter or digit first"
                );
            };
            let rights = read_rights(&city()?, *role, reach)?;
            let password = if *no_password {
                None
            } else {
                Some(ask_password(&login)?)
            };
            let new = NewAccount {
                display_name: name.clone().unwrap_or_else(|| login.clone()),
                login,
                rights,
                password,
                subject: None,
            };
            accounts.add_account(&new, &by())?;
        }
        UserAction::SetRole { login, role, reach } => {
            let rights = read_rights(&city()?, *role, reach)?;
            change(accounts, login, |_| Ok(AccountChange::Rights(rights)))?;
        }
        UserAction::Disable { login } => {
            change(accounts, login, |_| Ok(AccountChange::Active(false)))?;
        }
        UserAction::Enable { login } => {
            change(accounts, login, |_| Ok(AccountChange::Active(true)))?;
        }
        UserAction::ResetPassword { login } => change(accounts, login, |known| {
            let hash = ask_password(&known.login)?;
            Ok(AccountChange::Password { hash, keep: None })
        })?,
        UserAction::ResetTotp { login } => {
            change(accounts, login, |_| Ok(AccountChange::DropTotp))?;
        }
    }
    say("xong / done")
}

fn say(line: &str) -> Result<Outcome> {
    let mut output = Output::stdout();
    output.text(line)?;
    output.finish()?;
    Ok(Outcome::Done)
}

fn change(
    accounts: &dyn Accounts,
    login: &str,
    make: impl FnOnce(&Account) -> Result<AccountChange>,
) -> Result<()> {
    let name = login_name(login).unwrap_or_default();
    let Some(known) = accounts.account_named(&name)? else {
        bail!(
            "không có tài khoản `{login}` / there is no account `{login}`; see `langnghe user list`"
        );
    };
    accounts.change_account(known.id, &make(&known)?, &by())?;
    Ok(())
}

/// Rights in units and agencies that the city has.
fn read_rights(city: &City, role: Role, reach: &str) -> Result<Rights> {
    let read = Reach::from_text(reach);
    let is_known = |reach: &Reach| match reach {
        Reach::City => true,
        Reach::Units(units) => units
            .iter()
            .all(|code| city.units().iter().any(|unit| unit.code == *code)),
        Reach::Agency(id) => city.agencies().iter().any(|agency| agency.id == *id),
    };
    match read.filter(is_known) {
        Some(reach) => Ok(Rights { role, reach }),
        None => bail!(
            "phạm vi `{reach}` không có: dùng city, mã đơn vị cách nhau dấu phẩy, hoặc agency:mã / \
             reach `{reach}` is not known: use city, codes of units joined by commas, or agency:id"
        ),
    }
}

/// A new password, hashed: asked for twice on a terminal without showing it, else one line of stdin. It is
/// never an argument, which every process of the machine could read.
fn ask_password(login: &str) -> Result<String> {
    let password = if std::io::stdin().is_terminal() {
        let terminal = console::Term::stderr();
        let ask = |prompt: &str| -> Result<String> {
            terminal.write_str(prompt)?;
            Ok(terminal.read_secure_line()?)
        };
        let password = ask("Mật khẩu / password: ")?;
        let again = ask("Nhập lại / once more: ")?;
        ensure!(
            password == again,
            "hai lần nhập khác nhau / the two are not the same"
        );
        password
    } else {
        let mut line = String::new();
        let n_read = std::io::stdin().lock().read_line(&mut line);
        n_read.context("không đọc được mật khẩu / cannot read the password from stdin")?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    if let Err(weak) = check_password(login, &password) {
        bail!(match weak {
            WeakPassword::Short =>
                "mật khẩu cần ít nhất 15 ký tự / a password needs at least 15 characters",
            WeakPassword::Long =>
                "mật khẩu quá dài, tối đa 512 byte / the password is too long, 512 bytes at most",
            WeakPassword::Guessable =>
                "mật khẩu quá dễ đoán / the password is easy to guess: little more than the login name \
                 or a few characters repeated",
        });
    }
    Ok(api::access::hash_password(&password)?)
}

fn list(accounts: &dyn Accounts, as_json: bool) -> Result<Outcome> {
    let now = clock::now();
    let mut output = Output::stdout();
    for account in accounts.accounts()? {
        let locked_until = account.locked_until.filter(|until| now < *until);
        if as_json {
            output.json(&json!({
                "id": account.id.0,
                "login": account.login,
                "name": account.display_name,
                "role": account.rights.role.code(),
                "reach": account.rights.reach.to_string(),
                "is_active": account.is_active,
                "has_password": account.has_password,
                "has_totp": account.has_totp,
                "locked_until": locked_until.map(|until| until.to_string()),
                "created_at": account.created_at.to_string(),
            }))?;
            continue;
        }
        let mut notes = Vec::new();
        if !account.is_active {
            notes.push("đã ngừng / disabled".to_owned());
        }
        if account.has_totp {
            notes.push("TOTP".to_owned());
        }
        if let Some(until) = locked_until {
            notes.push(format!("tạm khóa đến / closed until {until}"));
        }
        output.text(&format!(
            "{}\t{}\t{}\t{}\t{}",
            account.login,
            account.rights.role.code(),
            account.rights.reach,
            account.display_name,
            notes.join(", ")
        ))?;
    }
    output.finish()?;
    Ok(Outcome::Done)
}

/// `langnghe key`
pub fn key(
    action: &KeyAction,
    city: impl FnOnce() -> Result<City>,
    accounts: &dyn Accounts,
    as_json: bool,
) -> Result<Outcome> {
    let mut output = Output::stdout();
    match action {
        KeyAction::Add {
            name,
            scope,
            per_minute,
            reach,
            expires_on,
        } => {
            ensure!(
                *per_minute != Some(0),
                "--per-minute phải ít nhất là 1 / must be at least 1"
            );
            let reach = read_rights(&city()?, Role::Viewer, reach)?.reach;
            let key = api::access::new_key()?;
            let new = NewKey {
                secret: api::access::hash_token(&key),
                name: name.clone(),
                scopes: scope.iter().copied().collect(),
                per_minute: *per_minute,
                reach,
                // The day named is the last one on which it opens anything.
                expires_at: expires_on
                    .map(|day| day.tomorrow().map(day_start))
                    .transpose()
                    .context("--expires-on is too far away")?,
            };
            let id = accounts.add_key(&new, &by())?;
            if as_json {
                output.json(&json!({"id": id, "key": key}))?;
            } else {
                output.text(&format!(
                    "số / number {id}; chỉ hiện lần này / shown this once:\n{key}"
                ))?;
            }
        }
        KeyAction::List => {
            for key in accounts.keys()? {
                list_key(&key, as_json, &mut output)?;
            }
        }
        KeyAction::Revoke { id } => {
            ensure!(
                accounts.revoke_key(*id, &by())?,
                "không có khóa số {id} đang dùng / there is no key {id} in force"
            );
            output.text("xong / done")?;
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}

fn list_key(key: &ApiKey, as_json: bool, output: &mut Output) -> Result<()> {
    let scopes = key.scopes.iter().map(|scope| KeyScope::code(*scope));
    let scopes = scopes.collect::<Vec<_>>();
    let is_valid = key.is_valid_at(clock::now());
    if as_json {
        return output.json(&json!({
            "id": key.id,
            "name": key.name,
            "scopes": scopes,
            "per_minute": key.per_minute,
            "reach": key.reach.to_string(),
            "is_valid": is_valid,
            "created_at": key.created_at.to_string(),
            "expires_at": key.expires_at.map(|at| at.to_string()),
            "last_used_on": key.last_used_on.map(|day| day.to_string()),
            "revoked_at": key.revoked_at.map(|at| at.to_string()),
        }));
    }
    let state = if is_valid {
        "đang dùng / in force"
    } else {
        "hết hiệu lực / over"
    };
    let used = key.last_used_on.map_or_else(
        || "chưa dùng / never used".to_owned(),
        |day| format!("dùng lần cuối / last used {day}"),
    );
    output.text(&format!(
        "{}\t{}\t{}\t{}\t{state}, {used}",
        key.id,
        key.name,
        scopes.join(" "),
        key.reach
    ))
}

/// `langnghe audit`
pub fn audit(action: &AuditAction, accounts: &dyn Accounts, as_json: bool) -> Result<Outcome> {
    let mut output = Output::stdout();
    let mut outcome = Outcome::Done;
    match action {
        AuditAction::List { limit, before } => {
            let mut rows = accounts.audit_rows(*before, *limit)?;
            rows.reverse();
            for row in &rows {
                list_row(row, as_json, &mut output)?;
            }
        }
        AuditAction::Verify { head } => {
            let kept = head.as_deref().map(read_head).transpose()?;
            match accounts.verify_audit()? {
                AuditVerdict::Sound { n_rows, head } => {
                    if let Some((seq, hash)) = kept {
                        check_kept(accounts, seq, &hash)?;
                    }
                    let head = hex(&head);
                    if as_json {
                        output.json(&json!({"is_sound": true, "rows": n_rows, "head": head}))?;
                    } else {
                        output.text(&format!(
                            "nguyên vẹn / sound: {n_rows} dòng / lines, --head {n_rows}:{head}"
                        ))?;
                    }
                }
                AuditVerdict::Broken { seq, why } => {
                    let why = match why {
                        AuditFault::Missing => "mất / missing",
                        AuditFault::Unlinked => {
                            "không nối với dòng trước / does not follow the one before"
                        }
                        AuditFault::Changed => "đã bị sửa / changed",
                    };
                    if as_json {
                        output.json(&json!({"is_sound": false, "line": seq, "why": why}))?;
                    } else {
                        output.text(&format!("dòng / line {seq}: {why}"))?;
                    }
                    outcome = Outcome::SomeBad;
                }
            }
        }
    }
    output.finish()?;
    Ok(outcome)
}

/// `120:9f86d0…` as an earlier `audit verify` gave it.
fn read_head(text: &str) -> Result<(u64, String)> {
    let parts = text.split_once(':');
    let read = parts.and_then(|(seq, hash)| Some((seq.parse().ok()?, hash.to_owned())));
    read.context(
        "--head cần SỐ_DÒNG:DẤU_BĂM của lần kiểm tra trước / --head takes LINE:HASH of an earlier check",
    )
}

/// Lines cut off the end leave a sound log: who kept its head elsewhere can tell.
fn check_kept(accounts: &dyn Accounts, seq: u64, hash: &str) -> Result<()> {
    let found = accounts.audit_rows(Some(seq + 1), 1)?;
    let same = found
        .first()
        .is_some_and(|row| row.seq == seq && hex(&row.hash) == hash);
    ensure!(
        same || (seq == 0 && found.is_empty()),
        "dòng {seq} đã giữ không còn như cũ: nhật ký bị cắt hoặc viết lại / line {seq} is not the one \
         that was kept: the log was cut or written anew"
    );
    Ok(())
}

fn hex(hash: &SecretHash) -> String {
    let bytes = hash.iter().map(|byte| format!("{byte:02x}"));
    bytes.collect::<Vec<_>>().concat()
}

fn list_row(row: &AuditRow, as_json: bool, output: &mut Output) -> Result<()> {
    let change = |text: &Option<String>| {
        let text = text.as_deref()?;
        Some(serde_json::from_str::<Value>(text).unwrap_or_else(|_| json!(text)))
    };
    let who = row.account.map(|id| id.0);
    if as_json {
        return output.json(&json!({
            "seq": row.seq,
            "at": row.at.to_string(),
            "account": who,
            "role": row.role,
            "action": row.entry.action,
            "object": row.entry.object,
            "before": change(&row.entry.before),
            "after": change(&row.entry.after),
            "request": row.request,
            "hash": hex(&row.hash),
        }));
    }
    let at = row.at.to_zoned(vietnam_zone());
    let at = at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let who = who.map_or_else(String::new, |id| format!("account/{id} "));
    let values = [&row.entry.before, &row.entry.after].map(|text| text.as_deref().unwrap_or("-"));
    output.text(&format!(
        "{}\t{at}\t{who}{}\t{}\t{}\t{} → {}",
        row.seq, row.role, row.entry.action, row.entry.object, values[0], values[1]
    ))
}
