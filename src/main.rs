//! The command `verify`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == "__server") {
        return verify::run::server::serve(arguments);
    }
    ExitCode::SUCCESS
}
