//! `completions` and `man`: made from the command line itself, so that they cannot say anything else.

use anyhow::{Context, Result};
use clap::CommandFactory;

use super::lines::{Outcome, Output};
use crate::cli::{Cli, Completions, Man};

/// `langnghe completions`
pub fn completions(asked: &Completions) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(asked.shell, &mut Cli::command(), "langnghe", &mut script);
    let mut output = Output::stdout();
    output.text(String::from_utf8(script)?.trim_end())?;
    output.finish()?;
    Ok(Outcome::Done)
}

/// `langnghe man`
pub fn man(asked: &Man) -> Result<Outcome> {
    clap_mangen::generate_to(Cli::command(), &asked.folder)
        .with_context(|| format!("không ghi được / cannot write {}", asked.folder.display()))?;
    Ok(Outcome::Done)
}
