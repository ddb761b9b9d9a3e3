//! The lines of a session: which of them are typed, and which are shown.
//!
//! Before the first prompt there may be code without prompts: the definitions that the session uses. A statement goes on behind `...`; where
//! nothing stands behind its colon, or behind a decorator, lines below it without a prompt belong to it. As xdoctest writes them, each of its lines may have the first prompt instead, and lines of a string or
//! of open brackets may have none, four columns further right: that's how they're read where the statement ends so. At a real prompt such
//! lines would be mistakes, so nobody else means anything by them.

use rustpython_ruff_python_ast::Stmt;

use super::{super::code, prompt};

/// A statement that hasn't ended after so many lines isn't looked at any further.
const MOST_LINES: usize = 500;
/// How much further right the lines without a prompt stand: as wide as a prompt.
const WIDTH: usize = 4;

/// A line of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// A statement starts here, behind a prompt of so many bytes.
    First(usize),
    /// The statement goes on, behind so many bytes that aren't part of it.
    More(usize),
    /// Output, or nothing.
    Shown,
}

/// What each line is.
pub(super) fn rows(text: &str) -> Vec<Row> {
    let lines: Vec<&str> = text.lines().collect();
    let mut rows = Vec::with_capacity(lines.len());
    rows.extend((0..code_before(text)).map(|at| if at == 0 { Row::First(0) } else { Row::More(0) }));
    let mut is_typing = false;
    let mut defines = false;
    while let Some(&line) = lines.get(rows.len()) {
        let row = match prompt(line) {
            Some(prompt) if prompt.is_first && !(is_typing && goes_on(&line[prompt.width..])) => Row::First(prompt.width),
            Some(prompt) if is_typing => Row::More(prompt.width),
            // A dot is missing below a definition, which prints none.
            None if is_typing && defines && line.trim() == ".." => Row::More(line.trim_end().len()),
            _ => Row::Shown,
        };
        is_typing = row != Row::Shown;
        if let Row::First(width) = row {
            defines = starts_definition(&line[width.min(line.len())..]);
        }
        let at = rows.len();
        rows.push(row);
        if let Row::First(width) = row {
            rows.extend(open_rows(&lines[at..], width).into_iter().map(Row::More));
            rows.extend(body_rows(&lines[at..], width, rows.len() - at).into_iter().map(Row::More));
        }
    }
    rows
}

/// How many lines before the first prompt are code without prompts: valid Python that defines or imports something.
pub(super) fn code_before(text: &str) -> usize {
    let is_first = |line: &str| prompt(line).is_some_and(|prompt| prompt.is_first);
    let Some(before) = text.lines().position(is_first).filter(|before| *before > 0) else { return 0 };
    let end = text.split_inclusive('\n').take(before).map(str::len).sum::<usize>();
    let defines = |stmt: &Stmt| !matches!(stmt, Stmt::Expr(_) | Stmt::AnnAssign(_) | Stmt::Pass(_));
    let is_code = code::parse_valid(&text[..end]).is_some_and(|parsed| parsed.syntax().body.iter().any(defines));
    if is_code { before } else { 0 }
}

/// The lines without a prompt below a statement that has so many lines and lacks its body, or what it decorates: they are that.
fn body_rows(lines: &[&str], width: usize, typed: usize) -> Vec<usize> {
    let column = column(lines[0], width);
    let (first, last) = (&lines[0][width.min(lines[0].len())..], lines[typed - 1].trim_end());
    let least = if last.ends_with(':') && has_header(first) {
        column + WIDTH + 1
    } else if first.starts_with('@') && lines.get(typed).is_some_and(|line| starts_definition(line.trim_start())) {
        column + WIDTH
    } else {
        return Vec::new();
    };
    let is_body = |line: &&&str| prompt(line).is_none() && line.len() - line.trim_start_matches(' ').len() >= least;
    let rows: Vec<usize> = lines.iter().skip(typed).take(MOST_LINES).take_while(is_body).map(|_| column + WIDTH).collect();
    // IDLE's other clauses have no prompt, either.
    let is_clause = |line: &&str| prompt(line).is_none() && line.get(column..).is_some_and(|rest| !rest.starts_with(' ') && goes_on(rest));
    let goes_on = rows.is_empty() || lines.get(typed + rows.len()).is_some_and(is_clause);
    let of_idle = if goes_on && typed == 1 { typed_rows(lines, width, column) } else { Vec::new() };
    if of_idle.is_empty() { rows } else { of_idle }
}

/// The same as IDLE shows them: the body stands where it does in a file, mostly behind tabs. What is indented below a head alone can't be anything else,
/// where Python can read it so.
fn typed_rows<'l>(lines: &[&'l str], width: usize, column: usize) -> Vec<usize> {
    let first = &lines[0][width.min(lines[0].len())..];
    let mut decorates = first.starts_with('@');
    // Its other clauses stand below the prompt, as does what is decorated.
    let more = |line: &&'l str| -> Option<&'l str> {
        let blank = line.get(..column).is_some_and(|blank| blank.trim().is_empty());
        let rest = line.get(column..).filter(|rest| blank && prompt(line).is_none() && !rest.trim().is_empty())?;
        let is_more = if decorates { starts_definition(rest) } else { goes_on(rest) };
        decorates &= rest.starts_with('@');
        is_more.then_some(rest)
    };
    let all: Vec<&str> = lines.iter().skip(1).take(MOST_LINES).map_while(more).collect();
    let indented = all.iter().take_while(|line| line.starts_with([' ', '\t'])).count();
    let is_statement = |count: &usize| {
        *count > 0 && code::parse_valid(&format!("{first}\n{}\n", all[..*count].join("\n"))).is_some_and(|it| it.syntax().body.len() == 1)
    };
    let Some(count) = [all.len(), indented].into_iter().find(is_statement) else { return Vec::new() };
    // Empty lines end it there; what it prints is below them.
    let empty = lines.iter().skip(1 + count).take_while(|line| line.trim().is_empty()).count();
    vec![column; count + empty]
}

/// Whether a line begins a definition, or decorates one.
fn starts_definition(line: &str) -> bool {
    ["def ", "class ", "async def ", "@"].iter().any(|word| line.starts_with(word))
}

/// Whether a statement is one with a body.
fn has_header(typed: &str) -> bool {
    const WORDS: [&str; 9] = ["for", "while", "if", "with", "def", "class", "try", "async", "match"];
    WORDS.contains(&typed.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
}

/// Whether what is typed at a first prompt can only belong to the statement before: the body of a compound one.
fn goes_on(typed: &str) -> bool {
    let word = typed.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    (typed.starts_with([' ', '\t']) && !typed.trim().is_empty()) || matches!(word, "else" | "elif" | "except" | "finally")
}

/// The lines behind the first one up to the end of its brackets and strings, with the bytes that aren't part of them; none where they
/// don't end, or where all of them have the second prompt.
fn open_rows(lines: &[&str], width: usize) -> Vec<usize> {
    let mut open = Open::default();
    open.feed(&lines[0][width.min(lines[0].len())..]);
    let column = column(lines[0], width);
    // Who leaves the blank out behind the first prompt may do so behind the others.
    let is_tight = width == column + ">>>".len() && lines[0].len() > width;
    let mut widths = Vec::new();
    for line in lines.iter().skip(1).take(MOST_LINES) {
        if open.is_closed() {
            return widths;
        }
        let tight = line.get(column..).filter(|rest| is_tight && rest.starts_with("...")).map(|_| column + "...".len());
        let Some(width) = open_width(line, column, open.is_in_string()).or(tight) else { return Vec::new() };
        open.feed(&line[width..]);
        widths.push(width);
    }
    if open.is_closed() { widths } else { Vec::new() }
}

/// Where the prompt of a line stands whose code begins behind so many bytes.
fn column(line: &str, width: usize) -> usize {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    if line[blanks..].starts_with(">>>") { blanks } else { width.saturating_sub(WIDTH) }
}

/// Bytes before the code of a line within an open statement whose prompt stands at this column.
fn open_width(line: &str, column: usize, in_string: bool) -> Option<usize> {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    match prompt(line) {
        Some(prompt) if blanks == column => Some(prompt.width),
        // `)` below the prompt.
        _ if blanks == column
            && !in_string
            && line.trim().bytes().all(|byte| matches!(byte, b')' | b']' | b'}'))
            && !line.trim().is_empty() =>
        {
            Some(column)
        }
        // `...)`, without the blank.
        _ if blanks == column
            && !in_string
            && line.trim_start().strip_prefix("...").is_some_and(|rest| rest.starts_with([')', ']', '}'])) =>
        {
            Some(column + "...".len())
        }
        _ if line.trim().is_empty() && in_string => Some(line.len().min(column + WIDTH)),
        _ => (blanks >= column + WIDTH).then_some(column + WIDTH),
    }
}

/// What is open at the end of some lines of code.
#[derive(Debug, Default)]
struct Open {
    brackets: usize,
    /// The quote of a string of several lines.
    quote: Option<char>,
}

impl Open {
    fn is_closed(&self) -> bool {
        self.brackets == 0 && self.quote.is_none()
    }

    fn is_in_string(&self) -> bool {
        self.quote.is_some()
    }

    /// Reads one more line.
    fn feed(&mut self, line: &str) {
        let mut chars = line.char_indices();
        // The quote of a string that ends on its line.
        let mut short: Option<char> = None;
        while let Some((at, c)) = chars.next() {
            let is_triple = |quote: char| line[at..].chars().take(3).filter(|c| *c == quote).count() == 3;
            match (self.quote, short, c) {
                (Some(_), ..) | (_, Some(_), _) if c == '\\' => drop(chars.next()),
                (Some(quote), ..) if is_triple(quote) => {
                    self.quote = None;
                    chars.nth(1);
                }
                (Some(_), ..) => {}
                (_, Some(quote), _) => short = short.filter(|_| c != quote),
                (_, _, '#') => return,
                (_, _, '"' | '\'') if is_triple(c) => {
                    self.quote = Some(c);
                    chars.nth(1);
                }
                (_, _, '"' | '\'') => short = Some(c),
                (_, _, '(' | '[' | '{') => self.brackets += 1,
                (_, _, ')' | ']' | '}') => self.brackets = self.brackets.saturating_sub(1),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `>` and `.` for typed lines, `-` for others.
    fn roles(text: &str) -> String {
        let role = |row| match row {
            Row::First(_) => '>',
            Row::More(_) => '.',
            Row::Shown => '-',
        };
        rows(text).into_iter().map(role).collect()
    }

    #[test]
    fn as_at_a_prompt() {
        assert_eq!(roles(">>> x\n1\n... 2\n>>> if x:\n...     y\n...\n1\n\n"), ">--> ..--".replace(' ', ""));
        assert_eq!(roles("In [1]: f(\n   ...: )\nOut[1]: 2\n"), ">.-");
        assert_eq!(roles("In [10]: for x in y:\n   ....:     f(x)\n   ....:\n2\n"), ">..-");
        assert_eq!(roles(">>> f(\n...     1,\n...)\n2\n"), ">..-");
        assert_eq!(roles(">>> {1: 2,\n...}\n2\n"), ">.-");
        assert_eq!(roles(">>> print('....')\n....\n>>> 1\n1\n"), ">->-");
        assert_eq!(roles(">>> def f(x):\n...    '''Doubles.\n...\n...    :param x: it\n...    '''\n>>> f(1)\n"), ">....>");
        assert_eq!(roles(">>> f(1,\n...\t\t2) == (\n... \t3)\nTrue\n"), ">..-");
        assert_eq!(rows(">>> if x:\n...\ty\n")[1], Row::More(3));
        // What never ends is left to Python.
        assert_eq!(roles(">>> f(\n>>> g()\n1\n"), ">>-");
        assert_eq!(roles(">>> f('''\n1\n>>> g()\n"), ">->");
    }

    #[test]
    fn as_xdoctest_writes_them() {
        assert_eq!(roles(">>> f(1,\n>>>   2)\n3\n>>> g()\n"), ">.->");
        assert_eq!(roles(">>> for x in y:\n>>>     print(x)\n>>> else:\n>>>     z\n>>> done\n"), ">...>");
        assert_eq!(rows("  >>> s = '''\n      a\n\n        b\n      '''\n  >>> s\n").len(), 6);
        assert_eq!(roles(">>> x = f(\n    1,\n    2\n)\n>>> x\n1\n"), ">...>-");
        assert_eq!(roles(">>> s = f(\n    '''\n    >>> 1\n    1\n    ''')\n>>> s\n1\n"), ">....>-");
        assert_eq!(rows(">>> s = '''\n>>> a'''\n")[1], Row::More(4));
    }

    #[test]
    fn bodies_without_prompts() {
        assert_eq!(roles(">>> for x in y:\n        print(x)\n        x\n\n1\n"), ">..--");
        assert_eq!(roles("  >>> for x in (y,\n  ...    z):\n          x\n  >>> 1\n  1\n"), ">..>-");
        assert_eq!(roles(">>> @cached\n    def f(x):\n        return x\n\n1\n"), ">..--");
        assert_eq!(roles(">>> @cached\n... def f(x):\n...     return x\n...\n1\n"), ">...-");
        // Output, or a body that is there.
        for text in [">>> for x in y: x\n        1\n", ">>> 'if:'\n        1\n", ">>> if x:\n    1 2\n", ">>> 'a:'[1:\n... ]\n        1\n"]
        {
            assert!(roles(text).ends_with('-'), "{text}");
        }
    }

    #[test]
    fn bodies_of_idle() {
        assert_eq!(roles(">>> for x in y:\n\tif x:\n\t\tprint(x)\n\n\t\n1\n>>> x\n"), ">....->");
        assert_eq!(roles("  >>> if x:\n      y\n  >>> y\n"), ">.>");
        assert_eq!(rows(">>> if x:\n\ty\n")[1], Row::More(0));
        assert_eq!(roles(">>> if x:\n\ty\nelif z:\n\ty\nelse:\n\tz\n\n1\n>>> x\n"), ">......->");
        assert_eq!(roles(">>> try:\n\ty\nexcept Hot:\n\tz\n\n1\n"), ">....-");
        assert_eq!(roles("  >>> for x in y:\n          z\n  else:\n          y\n\n  1\n"), ">....-");
        assert_eq!(roles(">>> @cached\n@hot\ndef f(x):\n\treturn x\n\n>>> f(1)\n1\n"), ">....>-");
        // What is printed may begin with such words.
        assert_eq!(roles(">>> if x:\n\ty\nelse we pour tea\n"), ">.-");
        assert_eq!(roles(">>> @cached\nsyntax error\n"), ">-");
        for text in [">>> if x:\n\ty z\n", ">>> if x:\n\n\ty\n", ">>> if x: y\n\tz\n"] {
            assert!(roles(text)[1..].chars().all(|role| role == '-'), "{text}");
        }
    }

    #[test]
    fn code_before_the_first_prompt() {
        assert_eq!(roles("def f(x):\n    return x\n\n>>> f(1)\n1\n"), ">..>-");
        for text in ["Tea:\n>>> f(1)\n", "tea\n>>> f(1)\n", "a tea\n>>> f(1)\n", "# x\n>>> f(1)\n", "def f(x):\n", "x = 5 and\n>>> y\n"] {
            assert_eq!(code_before(text), 0, "{text}");
        }
    }

    #[test]
    fn comments_and_short_strings_open_nothing() {
        assert_eq!(roles(">>> f()  # (\n>>> '('\n>>> \"it's\"\n>>> '\\''\n>>> x\n"), ">>>>>");
        assert_eq!(roles(">>> '''a''' + \"\"\"b\"\"\"\n>>> x\n"), ">>");
    }
}
