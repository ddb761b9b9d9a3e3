//! The command `verify`: reads the call, does what it asks for, and turns the result into an exit code.

mod cli;
mod commands;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // The servers are this same binary. Nothing of the command comes before them: they must have one thread.
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == "__server") {
        return verify::run::server::serve(arguments);
    }
    match commands::run(cli::Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            commands::report_error(&error);
            ExitCode::from(commands::exit_code(&error))
        }
    }
}
