//! Gives code its indentation back, where a page lost it: its lines all stand at the left edge, and can be indented in one way alone.
//!
//! Blocks are nested in each way that Python allows, without code that's never reached and without names that nothing defines where they're used. Of
//! these the most usual one is taken; where several are as usual, nothing is guessed.

mod line;
mod prompts;
mod search;

use std::collections::BTreeSet;

use line::{Line, statements};
use prompts::restored_session;
use search::ways;

use super::{Excerpt, Language, language::indentation_of};
use crate::{claim::code::parse_valid, syntax::names::Names};

/// Statements that are looked at: more can be nested in too many ways.
const LONGEST: usize = 60;
/// How much may be unusual.
const UNUSUAL: usize = 2;

/// Code in this language with the indentation that it had; `None` where it has one, or where that can't be told.
pub(super) fn restored(code: &Excerpt, language: &Language) -> Option<Excerpt> {
    match language {
        Language::Python => restored_script(code),
        Language::Session => restored_session(code),
        _ => None,
    }
}

/// A statement whose lines below its head have lost their indentation, with all of them indented once.
pub(super) fn below_head(statement: &str) -> String {
    statement.trim_end().replace('\n', &format!("\n{}", indented(1)))
}

fn restored_script(code: &Excerpt) -> Option<Excerpt> {
    let text = code.text();
    if let Some(level) = above_others(text) {
        return code.without_starts(|number, line| Some(if number > 0 { level.min(line.len()) } else { 0 }));
    }
    let lost = levels(text, false)?;
    Some(code.with_inserted(lost.into_iter().map(|(start, level)| (start, indented(level)))))
}

/// Where each statement starts, and how deep it's nested, of code that lost its indentation; also of a statement that is all of it.
fn levels(text: &str, is_one: bool) -> Option<Vec<(usize, usize)>> {
    let is_left = |line: &str| !line.starts_with([' ', '\t']) || line.trim().is_empty();
    // What goes wrong here may be meant to.
    let is_meant = text.contains("NameError") || text.contains("UnboundLocalError") || text.contains("IndentationError");
    if is_meant || !text.lines().all(is_left) || parse_valid(text).is_some() {
        return None;
    }
    let lines = statements(text, LONGEST)?;
    let levels = nesting(text, &lines, is_one)?;
    Some(lines.iter().map(|line| line.start).zip(levels).collect())
}

fn indented(level: usize) -> String {
    "    ".repeat(level)
}

/// How much less the first line is indented than all others, where they are valid without that: a page cut the blanks off before its code.
fn above_others(text: &str) -> Option<usize> {
    let (first, others) = text.split_once('\n')?;
    let lines = others.lines().filter(|line| !line.trim().is_empty());
    let level = lines.clone().map(|line| indentation_of(line).len()).min().filter(|level| *level > 0)?;
    if first.starts_with([' ', '\t']) || !lines.clone().all(|line| line.is_char_boundary(level)) || parse_valid(text).is_some() {
        return None;
    }
    let shifted: String = others.lines().map(|line| format!("\n{}", line.get(level..).unwrap_or_default())).collect();
    parse_valid(&format!("{first}{shifted}\n")).map(|_| level)
}

/// How deep each line is nested, where that's told.
fn nesting(text: &str, lines: &[Line], is_one: bool) -> Option<Vec<usize>> {
    // Names that come from elsewhere, however the lines are nested; `cups += 1` defines nothing by itself.
    let is_foreign = |name: &&String| !lines.iter().any(|line| line.binds.contains(*name) && !line.needs.contains(*name));
    let foreign: BTreeSet<&String> = lines.iter().flat_map(|line| &line.needs).filter(is_foreign).collect();
    let is_defined = |levels: &Vec<usize>| needs(text, lines, levels).is_some_and(|needs| needs.iter().all(|name| foreign.contains(name)));
    for unusual in 0..=UNUSUAL {
        let mut ways = ways(lines, unusual, is_one)?.into_iter().filter(is_defined);
        match (ways.next(), ways.next()) {
            (None, _) => {}
            (Some(levels), None) => return Some(levels),
            (Some(_), Some(_)) => return None,
        }
    }
    None
}

/// The names that code needs and doesn't define, nested so; `None` where it's no Python.
fn needs(text: &str, lines: &[Line], levels: &[usize]) -> Option<BTreeSet<String>> {
    let mut code = String::new();
    let mut ends = lines.iter().skip(1).map(|line| line.start).chain([text.len()]);
    for (line, level) in lines.iter().zip(levels) {
        code.push_str(&indented(*level));
        code.push_str(&text[line.start..ends.next()?]);
    }
    parse_valid(&code)?;
    Names::of(&code).map(|names| names.needs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restored_of(text: &str) -> Option<String> {
        let mut code = Excerpt::default();
        code.push(text, 0);
        restored(&code, &Language::Python).map(|code| code.text().to_owned())
    }

    /// Code that is found again when it loses its indentation.
    #[test]
    fn what_can_only_be_meant_in_one_way() {
        for code in [
            "def put(cup, tray=[]):\n    tray.append(cup)\n    return tray\nprint(put('a'))\nprint(put('b'))\n",
            "for cup in range(3):\n    print(cup)\nelse:\n    print('none')\n",
            "def pour():\n    try:\n        return 1\n    finally:\n        return 2\nprint(pour())\n",
            "class Cup:\n    def __init__(self, size):\n        self.size = size\n    def fill(self):\n        return self.size\ncup = Cup(3)\nprint(cup.fill())\n",
            "def warm(pour):\n    def wrapper(*cups):\n        print('warm')\n        result = pour(*cups)\n        return result\n    return wrapper\n@warm\ndef pour(cup):\n    print(cup)\npour('tea')\n",
            "def count(cups):\n    if cups == 0:\n        return 0\n    else:\n        return 1 + count(cups - 1)\nprint(count(3))  # 3\n",
            "def cups():\n    yield 1\n    yield 2\nfor cup in cups():\n    print(cup)\n",
            "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)\n",
            "def pour(cup):\n    # hot\n    print(f'{cup}')\npour('a')  # twice\npour(\n'b')\n",
            "class Pot:\n    def show(self):\n        print('pot')\nclass Cup(Pot):\n    def show(self):\n        print('cup')\nclass Tea(Cup):\n    pass\ntea = Tea()\ntea.show()\n",
            "@dataclass\nclass Cup:\n    size: int\n    tea: str\ncup = Cup(1, 'a')\nprint(cup)\n",
            "def count(cups):\n    for cup in range(cups):\n        print(cup)\n        yield cup\n        print(f'{cup} is over')\ncups = count(3)\nnext(cups)\n",
            "async def pour(cup):\n    await asyncio.sleep(1)\n    print(cup)\nasync def main():\n    await pour(1)\nasyncio.run(main())\n",
            "class Tea:\n    pass\n\nprint(Tea.__name__)\n",
            "def total(cups):\n    all = 0\n    for cup in cups:\n        all += cup\n    return all\nprint(total([1]))\n",
            "def find(cups, cup):\n    for at, it in enumerate(cups):\n        if it == cup:\n            return at\n    return -1\nprint(find([1], 1))\n",
            "def put(cup, tray=None):\n    if tray is None:\n        tray = []\n    tray.append(cup)\n    return tray\nprint(put('a'))\n",
            "def half(cup): # once\n    return cup / 2\nprint(half(4)) # 2.0\n",
            "match cup:  # of tea\n    case 1: # one\n        print('one')  # hot\n    case _:\n        print('more')\n",
            "match cup:\n    case 1:\n        print('one')\n    case _:\n        print('more')\n",
        ] {
            let lost: String = code.lines().map(|line| format!("{}\n", line.trim_start())).collect();
            assert_eq!(restored_of(&lost).as_deref(), Some(code), "{code}");
        }
    }

    #[test]
    fn a_first_line_whose_blanks_were_cut_off() {
        let code = "import heapq\n\n    h = []\n    for cup in h:\n        print(cup)\n";
        assert_eq!(restored_of(code).as_deref(), Some("import heapq\n\nh = []\nfor cup in h:\n    print(cup)\n"));
        for code in ["for cup in h:\n    print(cup)\n", "h = [\n    1]\n", "x = 1\n  y = 2\n z =\n", "x = 1\n  y = 2\nz = 3\n"] {
            assert_eq!(restored_of(code), None, "{code}");
        }
    }

    #[test]
    fn what_may_be_meant_in_several_ways() {
        for code in [
            "total = 0\nfor cup in cups:\ntotal += cup\nprint(total)\n",
            "if cups:\nprint('some')\nelse:\nprint('none')\nprint('done')\n",
            "def pour():\nprint('a')\nprint('b')\npour()\n",
            "with cup as tea:\nx = tea.drink()\nprint(x)\n",
            "def last(cups):\nfor cup in cups:\nprint(cup)\nreturn cup\n",
            "def warm(pot):\nwhile True:\npot.heat()\nreturn pot\n",
            "def sip(cups):\nfor cup in cups:\nif not cup:\ncontinue\ncup.sip()\nreturn cups\n",
            "def put(tray=None):\nif tray is None:\ntray = []\nprint('new')\nreturn tray\n",
            "def put(tray=None):\nif tray is None:\ntray = ask()\ntray.wipe()\nreturn tray\n",
            // It's whole, or has an indentation, or isn't only that what it lacks.
            "x = 1\nprint(x)\n",
            "for cup in cups:\n    print(cup)\n  print(2)\nprint(3)\n",
            "for cup in cups:\n",
            "for cup in cups\nprint(cup)\n",
            "try:\nprint(1)\n",
            "def pour():\ncup = 1\nprint(cup)  # NameError\n",
        ] {
            assert_eq!(restored_of(code), None, "{code}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_code_is_survived(text in "(def f\\(x\\):|if x:|else:|try:|except:|return x|x = 1|print\\(x\\)|@f|class C:|case 1:|match x:|[ (\"#]|\n){0,30}") {
            if let Some(code) = restored_of(&text) {
                proptest::prop_assert!(parse_valid(&code).is_some());
                proptest::prop_assert_eq!(code.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
            }
        }
    }
}
