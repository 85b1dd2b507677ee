//! Lắng Nghe: the one binary. Everything it does stands in the library beside it, so that the
//! end-to-end tests can reach the sample city's servers.

use std::process::ExitCode;

/// One thread makes what another throws away, hour after hour: the C library's allocator would keep the memory
/// of each such round (docs/adr/029). How it behaves stands in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    langnghe::run()
}
