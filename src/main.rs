//! Lắng Nghe: the one binary. Everything it does stands in the library beside it, so that the
//! end-to-end tests can reach the sample city's servers.

use std::process::ExitCode;

fn main() -> ExitCode {
    langnghe::run()
}
