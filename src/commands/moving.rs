//! `migrate-to-postgres`: the embedded record into an empty database.

use anyhow::{Context, Result, anyhow, ensure};
use crawler::secret;
use indexer::MovedTable;
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::cli::MigrateToPostgres;
use crate::config::Config;
use crate::store::lock_crawl;

/// `langnghe migrate-to-postgres`
pub fn run(asked: &MigrateToPostgres, config: &Config, as_json: bool) -> Result<Outcome> {
    let place = config.data.shared_record().context(
        "thiếu data.postgres: nơi để địa chỉ cơ sở dữ liệu, env:TÊN hoặc một tệp / data.postgres is missing: \
         where the address of the database stands, env:NAME or a file",
    )?;
    let address = secret(&place).map_err(|why| anyhow!("data.postgres: {why}"))?;
    let from = config.data.dir.join("record.sqlite");
    ensure!(
        from.try_exists()?,
        "không có bản ghi ở {from} / there is no record at {from}",
        from = from.display()
    );
    // A program that runs on the file would go on writing there.
    let _alone = lock_crawl(&config.data.dir)?;
    let mut output = Output::stdout();
    let mut unsaid = None;
    let moved = indexer::move_to_postgres(&from, &address, &mut |table| {
        if !as_json && !asked.quiet && unsaid.is_none() {
            unsaid = output.text(&line(table)).err();
        }
    })?;
    unsaid.map_or(Ok(()), Err)?;
    let n_rows = moved.iter().map(|table| table.n_rows).sum::<u64>();
    if as_json {
        let tables = moved
            .iter()
            .map(|table| json!({"table": table.name, "n_rows": table.n_rows, "hash": table.hash}));
        output.json(&json!({
            "n_tables": moved.len(),
            "n_rows": n_rows,
            "tables": tables.collect::<Vec<_>>(),
        }))?;
    } else {
        output.text(&format!(
            "đã chuyển / moved: {n_rows} dòng trong {} bảng, hai bên giống nhau / rows in tables, the same on \
             both sides. {} không còn được đọc khi có data.postgres; giữ hoặc cất nó / is no longer read while \
             data.postgres is set; keep it or put it away",
            moved.len(),
            from.display()
        ))?;
    }
    output.finish()?;
    Ok(Outcome::Done)
}

fn line(table: &MovedTable) -> String {
    format!("{}  {:>9}  {}", &table.hash[..16], table.n_rows, table.name)
}
