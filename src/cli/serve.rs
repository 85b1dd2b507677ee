//! `serve` and `migrate-to-postgres`.

use clap::Args;

use super::Listen;
use crate::nodes::Roles;

/// What this process does.
#[derive(Debug, Default, Args)]
pub struct Serve {
    /// Where it listens.
    #[command(flatten)]
    pub listen: Listen,
    /// Phần việc: all, hoặc crawl,process,index,web trên PostgreSQL / parts of the work, over PostgreSQL
    #[arg(long, value_name = "ROLES")]
    pub role: Option<Roles>,
}

/// Moves `record.sqlite` of the data folder into the database that `data.postgres` names.
#[derive(Debug, Args)]
pub struct MigrateToPostgres {
    /// Chỉ in kết quả, không báo từng bảng / only the result, not each table
    #[arg(long)]
    pub quiet: bool,
}
