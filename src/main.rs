//! The command `verify`: reads the call, does what it asks for, and turns the result into an exit code.

mod cli;
mod commands;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // The servers are this same binary. They are started with arguments of their own, and before anything else of the command.
    let mut arguments = std::env::args();
    if arguments.nth(1).as_deref() == Some("__server") {
        return verify::run::server::main(arguments.collect());
    }
    let cli = cli::Cli::parse();
    match commands::run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            commands::report_error(&error);
            ExitCode::from(commands::exit_code(&error))
        }
    }
}
