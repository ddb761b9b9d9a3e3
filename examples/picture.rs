//! Draws what a command printed as an SVG picture: `… | cargo run --example picture -- 'verify docs/mistakes.md' > docs/mistakes.svg`.
//!
//! Reads the output with its colours (ANSI sequences) on standard input. The command is an argument: it becomes the first line of the
//! picture, and `tests/readme.rs` runs it again to see that the picture still shows what it prints. `docs/draw` draws all pictures.

use std::{
    env, io,
    io::{Read, Write},
    process::ExitCode,
};

use anstyle_svg::Term;

fn main() -> io::Result<ExitCode> {
    let Some(command) = env::args().nth(1) else {
        writeln!(io::stderr(), "picture: give the command whose output comes on standard input")?;
        return Ok(ExitCode::from(2));
    };
    let mut output = String::new();
    io::stdin().read_to_string(&mut output)?;
    // A terminal ends lines with a carriage return, too.
    let output = output.replace('\r', "");
    let picture = Term::new().render_svg(&format!("$ {command}\n{}\n", output.trim_end()));
    io::stdout().write_all(picture.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
