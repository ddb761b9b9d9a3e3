//! The keyboard of a dialog: from the first question to the last, each key is an answer, also the one that is typed before it's asked for.

use std::io;

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

/// While there is one, the terminal hands on keys one by one, and makes no signal of Ctrl-C: between two questions that would
/// reach nobody.
pub struct Keyboard(Termios);

impl Keyboard {
    /// Takes the terminal behind standard input.
    pub fn take() -> io::Result<Keyboard> {
        let before = tcgetattr(io::stdin())?;
        let mut keys = before.clone();
        keys.local_flags.remove(LocalFlags::ISIG | LocalFlags::ICANON | LocalFlags::ECHO);
        tcsetattr(io::stdin(), SetArg::TCSANOW, &keys)?;
        Ok(Keyboard(before))
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing any more.
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &self.0);
    }
}
