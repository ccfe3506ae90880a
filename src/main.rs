//! The program `jianxin`; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    jianxin::cli::main()
}
