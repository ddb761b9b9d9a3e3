//! The search for all ways to nest lines.

use super::line::{Kind, Line};
use crate::claim::code::words;

/// Ways that are looked for.
const MOST: usize = 256;
/// Steps that are taken.
const STEPS: usize = 20_000;

/// How deep each line may be nested, in all ways of which exactly so much is unusual; `None` where there are too many.
/// With `is_one`, all of them are one statement.
pub(super) fn ways(lines: &[Line], unusual: usize, is_one: bool) -> Option<Vec<Vec<usize>>> {
    let mut search = Search { lines, is_one, levels: Vec::new(), open: Vec::new(), unusual: 0, most: unusual, ways: Vec::new(), steps: 0 };
    search.go_on();
    (search.ways.len() <= MOST && search.steps <= STEPS).then_some(search.ways)
}

/// The search for all ways to nest lines.
struct Search<'s, 't> {
    lines: &'s [Line<'t>],
    is_one: bool,
    /// Of the lines so far.
    levels: Vec<usize>,
    /// The blocks that are open, by the numbers of the lines that opened them.
    open: Vec<usize>,
    /// How much of the lines so far is unusual.
    unusual: usize,
    /// How much of it may be.
    most: usize,
    /// Those that are exactly so unusual.
    ways: Vec<Vec<usize>>,
    steps: usize,
}

impl Search<'_, '_> {
    fn go_on(&mut self) {
        self.steps += 1;
        if self.ways.len() > MOST || self.steps > STEPS {
            return;
        }
        let at = self.levels.len();
        let Some(line) = self.lines.get(at) else {
            let is_whole = self.open.iter().all(|&block| self.lines[block].kind != Kind::Try);
            let ends_well = self.lines[..at].iter().rfind(|line| line.kind != Kind::Comment).is_some_and(|line| !line.is_header);
            if is_whole && ends_well && self.unusual == self.most {
                self.ways.push(self.levels.clone());
            }
            return;
        };
        let before = (0..at).rev().find(|&before| self.lines[before].kind != Kind::Comment);
        let is_first = before.is_some_and(|before| self.lines[before].is_header);
        if line.kind == Kind::Comment {
            // What it speaks of is mostly the line above; where a block opens, the one below.
            let level = if is_first { self.open.len() } else { before.map_or(0, |before| self.levels[before]) };
            self.levels.push(level);
            self.go_on();
            self.levels.pop();
            return;
        }
        let is_over = before.is_some_and(|before| self.lines[before].ends_block());
        let deepest = self.open.len();
        let (shallowest, deepest) = if is_first { (deepest, deepest) } else { (0, deepest.saturating_sub(usize::from(is_over))) };
        for level in shallowest..=deepest {
            let Some(unusual) = self.fits(line, level, is_first, before).filter(|unusual| self.unusual + unusual <= self.most) else {
                continue;
            };
            let open = self.open.clone();
            self.open.truncate(level);
            if line.is_header {
                self.open.push(at);
            }
            self.levels.push(level);
            self.unusual += unusual;
            self.go_on();
            self.unusual -= unusual;
            self.levels.pop();
            self.open = open;
        }
    }

    /// How unusual a line is at a level; `None` where it can't stand there.
    fn fits(&self, line: &Line, level: usize, is_first: bool, before: Option<usize>) -> Option<usize> {
        let kinds = |blocks: &[usize]| blocks.iter().map(|&block| self.lines[block].kind).collect::<Vec<_>>();
        let (outer, closed) = (kinds(&self.open[..level]), kinds(&self.open[level..]));
        let continues = closed.first().is_some_and(|block| line.kind.continues(*block));
        if matches!(line.kind, Kind::Elif | Kind::Else | Kind::Except | Kind::Finally) && !continues {
            return None;
        }
        let goes_on = continues || before.is_none_or(|before| self.lines[before].kind == Kind::Decorator);
        if self.is_one && level == 0 && !goes_on {
            return None;
        }
        // A `try` needs what follows it.
        if closed.iter().skip(usize::from(continues)).any(|block| *block == Kind::Try) {
            return None;
        }
        let parent = outer.last().copied();
        if (parent == Some(Kind::Match)) != (line.kind == Kind::Case) {
            return None;
        }
        let function = outer.iter().rposition(|kind| matches!(kind, Kind::Function(_)));
        if matches!(line.kind, Kind::InFunction(_)) && function.is_none() {
            return None;
        }
        if line.kind == Kind::InLoop && !outer[function.map_or(0, |function| function + 1)..].contains(&Kind::Loop) {
            return None;
        }
        let decorator = before.filter(|&before| self.lines[before].kind == Kind::Decorator);
        if let Some(decorator) = decorator
            && (self.levels[decorator] != level || !line.kind.is_definition() && line.kind != Kind::Decorator)
        {
            return None;
        }
        let in_class = parent == Some(Kind::Class);
        let is_static = decorator.is_some_and(|decorator| self.lines[decorator].text.contains("static"));
        let is_placed = match line.kind {
            Kind::Function(true) => in_class,
            Kind::Function(false) => !in_class || is_first || is_static,
            Kind::Class | Kind::Decorator | Kind::Field | Kind::Binding | Kind::Pass => true,
            _ => !in_class || is_first,
        };
        if !is_placed {
            return None;
        }
        let nests = line.kind.is_definition() && !is_first && decorator.is_none() && line.kind != Kind::Function(true) && level > 0;
        // Code calls a function from without, but for what computes by calling itself; what a loop counts is used within it.
        let defines_used = |block: &usize| !line.needs.is_disjoint(&self.lines[*block].binds);
        let is_named = |block: &usize| {
            let block = &self.lines[*block];
            let name =
                block.binds.iter().find(|name| words(block.text).nth(1 + usize::from(block.text.starts_with("async"))) == Some(name));
            block.kind.is_definition() && name.is_some_and(|name| line.needs.contains(name))
        };
        let is_inside = line.kind != Kind::InFunction(true) && self.open[..level].iter().any(is_named);
        let left = self.open[level..].iter().any(|block| self.lines[*block].kind == Kind::Loop && defines_used(block));
        let is_stray = line.kind == Kind::Field && !in_class;
        let inner = self.open[..level].last().copied().filter(|_| !is_first);
        let runs_once = line.kind == Kind::InFunction(true) && inner.is_some_and(|block| self.may_end(block));
        let uses_default = inner.and_then(|block| self.emptied(block)).is_some_and(|name| line.needs.contains(name));
        Some([nests, is_inside, left, is_stray, runs_once, uses_default].into_iter().filter(|is_so| *is_so).count())
    }

    /// Whether a block is a loop that ends by itself, and always goes on to the end of its body: with a `return` there, it would run once.
    fn may_end(&self, block: usize) -> bool {
        let header = self.lines[block].text;
        let is_endless = ["while True", "while 1"].iter().any(|start| header.starts_with(start));
        let goes_on = self.lines[block..self.levels.len()].iter().any(|line| line.text == "continue");
        self.lines[block].kind == Kind::Loop && !is_endless && !goes_on
    }

    /// The name to which a block gives an empty container where it has none: `if cups is None:`, `cups = []`. That's all that such a block does.
    fn emptied(&self, block: usize) -> Option<&str> {
        const EMPTY: [&str; 5] = ["[]", "{}", "set()", "list()", "dict()"];
        let name = self.lines[block].text.strip_prefix("if ")?.trim_end_matches([':', ' ']).strip_suffix(" is None")?;
        let first = self.lines[block + 1..].iter().find(|line| line.kind != Kind::Comment)?;
        let value = first.text.strip_prefix(name)?.trim_start().strip_prefix('=')?.trim();
        EMPTY.contains(&value).then_some(name)
    }
}
