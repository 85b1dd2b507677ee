//! `completions` and `man`: what a package takes along.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// For which shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// bash, zsh, fish, elvish, powershell
    pub shell: Shell,
}

/// Where manual pages go.
#[derive(Debug, Args)]
pub struct Man {
    /// Thư mục / folder, which must be there
    pub folder: PathBuf,
}
