//! The command `verify`.

use std::process::ExitCode;

use verify::run::server::{ServerArgs, serve};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == "__server") {
        return match ServerArgs::parse(arguments) {
            Ok(args) => serve(args),
            Err(_) => ExitCode::from(2),
        };
    }
    ExitCode::SUCCESS
}
