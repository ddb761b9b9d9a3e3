//! How deeply code is nested, found without recursion: the parser and all that walks its tree would run out of stack.

use rustpython_ruff_python_ast::token::TokenKind;
use rustpython_ruff_python_parser::{Mode, lexer};

/// Open brackets at once; CPython refuses more than 200.
const MAX_BRACKETS: usize = 100;
/// Nested blocks; CPython refuses 100.
const MAX_INDENTS: usize = 80;
/// Operators, dots and brackets that may nest in one logical line.
const MAX_CHAIN: usize = 600;

/// Whether code is nested so deeply that a recursive parser could run out of stack. Counts, for each open bracket, what may
/// nest within it; a comma ends that.
pub(crate) fn is_too_deep(text: &str) -> bool {
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut chains = vec![0_usize];
    let mut total = 0;
    let mut indents = 0_usize;
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return false,
            TokenKind::Indent => indents += 1,
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Newline => {
                chains = vec![0];
                total = 0;
            }
            TokenKind::Comma | TokenKind::Semi => {
                if let Some(chain) = chains.last_mut() {
                    total -= std::mem::take(chain);
                }
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd | TokenKind::TStringEnd => {
                if chains.len() > 1 {
                    total -= chains.pop().unwrap_or(0);
                }
            }
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace | TokenKind::FStringStart | TokenKind::TStringStart => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                    total += 1;
                }
                chains.push(0);
            }
            TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::NonLogicalNewline
            | TokenKind::Comment
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle => {}
            _ => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                    total += 1;
                }
            }
        }
        if chains.len() > MAX_BRACKETS || indents > MAX_INDENTS || total > MAX_CHAIN {
            return true;
        }
    }
}
