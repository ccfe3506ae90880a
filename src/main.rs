//! The program `jianxin`; everything is in the library.

use std::process::ExitCode;

/// A message costs some sixty allocations of a few hundred bytes next to answers that stay for ten minutes; the
/// system's allocator takes a quarter of its time for them (docs/performance.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    jianxin::cli::main()
}
