//! What `verify review` shows: an edit or a pending result, what it's about, and the keys that answer.

use super::{
    Checked, Settings,
    diff::painted,
    style::{Palette, paint},
    units::count,
    visible,
};
use crate::{judge::Judgement, review::pending::Pending, update::Edit};

/// Lines of a difference, or of an output, that are shown.
const LINES: usize = 60;

/// An edit that is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// Its example, with all that is known of it.
    pub checked: &'a Checked,
    /// The claim that it rewrites; `None` where it adds one.
    pub claim: Option<usize>,
    /// The edit.
    pub edit: &'a Edit,
    /// The difference that it makes by itself.
    pub diff: &'a str,
    /// Which one it is of all, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// It was skipped before.
    pub again: bool,
}

/// An edit: where it is, what was claimed and seen, and the difference that it makes.
pub fn item(item: &Item, settings: &Settings) -> String {
    let Item { checked, claim, edit, diff, number, of, again } = *item;
    let palette = Palette::new(settings.color);
    let path = visible::one_line(checked.example.document.path.as_str(), usize::MAX);
    let place = format!("{path}:{}:{}", edit.position.line, edit.position.column);
    let which = format!("{number} of {of}{}", if again { ", once more" } else { "" });
    let mut text = format!("\n{}  {}\n", paint(palette.strong, &place), paint(palette.quiet, &which));
    let room = settings.width.saturating_sub(9);
    let mut fact = |name: &str, value: &str| {
        text.push_str(&format!("{} {}\n", paint(palette.quiet, &format!("{name:<8}")), visible::one_line(value, room)));
    };
    if let Some((claim, judgement)) = claim.and_then(|index| checked.claims.get(index).zip(checked.judged.judgements.get(index))) {
        let Judgement { actual, difference, .. } = judgement;
        fact("claimed", &claim.expected);
        fact("seen", actual.as_deref().filter(|actual| !actual.is_empty()).unwrap_or("nothing"));
        if let Some(difference) = difference {
            fact("differs", &difference.words);
        }
    } else {
        fact("claims", "nothing so far");
    }
    text.push_str(&hunks(diff, settings));
    text
}

/// A pending result: its file, and how it differs from the approved one.
pub fn pending(pending: &Pending, diff: &str, (number, of): (usize, usize), settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let path = visible::one_line(pending.path.as_str(), usize::MAX);
    let mut text = format!("\n{}  {}\n", paint(palette.strong, &path), paint(palette.quiet, &format!("{number} of {of}")));
    if pending.old.is_none() {
        text.push_str("a new result: nothing is approved so far\n");
    }
    text.push_str(&hunks(diff, settings));
    text
}

/// The question, with its keys in short.
pub fn question(of_document: bool, settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let keys: &[&str] = if of_document { &["a", "r", "s", "e", "A", "q", "?"] } else { &["a", "r", "s", "q", "?"] };
    format!("{} [{}] ", paint(palette.strong, if of_document { "write this?" } else { "approve this?" }), keys.join(","))
}

/// What the keys mean.
pub fn help(of_document: bool) -> &'static str {
    if of_document {
        "a  accept: write this\n\
         r  reject: leave it as it is\n\
         s  skip: ask again when the others of this document are done\n\
         e  show the whole example, and what it printed\n\
         A  accept this and all that are left of this document\n\
         q  quit: write what was accepted, and leave the rest\n\
         ?  this help\n\
         Ctrl-C  leave without writing into this document\n"
    } else {
        "a  accept: it becomes the approved result\n\
         r  reject: take it away; the approved result stays\n\
         s  skip: it stays pending\n\
         q  quit\n\
         ?  this help\n"
    }
}

/// The whole example of an edit, as it stands in the document, and what it printed.
pub fn example(checked: &Checked, settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let example = &checked.example;
    let width = example.last_line.to_string().len();
    let mut text = format!("{}\n", paint(palette.strong, &visible::one_line(&example.id, 80)));
    for (index, line) in example.code.lines().enumerate() {
        let number = u32::try_from(index + 1).map_or(example.last_line, |line| example.document_line(line));
        let gutter = paint(palette.quiet, &format!("{number:>width$} │"));
        text.push_str(&format!("{gutter} {}\n", visible::one_line(&line.replace('\t', "    "), settings.width.saturating_sub(width + 3))));
    }
    for (name, output) in [("printed", &checked.stdout), ("on standard error", &checked.stderr)] {
        let lines: Vec<&str> = output.lines().collect();
        if lines.is_empty() {
            continue;
        }
        text.push_str(&format!("{}\n", paint(palette.strong, name)));
        for line in lines.iter().take(LINES) {
            text.push_str(&format!("  {}\n", visible::one_line(line, settings.width.saturating_sub(2))));
        }
        if lines.len() > LINES {
            text.push_str(&format!("  ⋯ {}\n", count(lines.len() - LINES, "more line")));
        }
    }
    if checked.stdout.is_empty() {
        text.push_str("it printed nothing\n");
    }
    text
}

/// The hunks of a difference, without the names of the files.
fn hunks(diff: &str, settings: &Settings) -> String {
    let lines: Vec<&str> = diff.lines().skip_while(|line| !line.starts_with("@@")).collect();
    let shown = lines.iter().take(LINES).map(|line| format!("{line}\n")).collect::<String>();
    let mut text = painted(&shown, settings.color);
    if lines.len() > LINES {
        text.push_str(&format!("⋯ {}\n", count(lines.len() - LINES, "more line")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        claim::Kind,
        judge::Verdict,
        report::sample::{checked, claim, example as sample},
        update::Edit,
    };

    #[test]
    fn an_edit_and_its_example() {
        let text = "```\nx = [1]\nprint(x)  # [2]\n```\n";
        let example_of = sample("q1.1", "docs/a.md", text, (2, 3));
        let claim = claim(&example_of, "print(x)", "[2]", Kind::Stdout);
        let edit = Edit::new(&example_of.document, 24..27, "[1]".to_owned());
        let mut checked = checked(example_of).with(claim, Verdict::Wrong, "[1]");
        checked.stdout = "[1]\n\x1b[2J\n".to_owned();
        let diff = "--- docs/a.md\n+++ docs/a.md\n@@ -1,4 +1,4 @@\n ```\n x = [1]\n-print(x)  # [2]\n+print(x)  # [1]\n ```\n";
        let settings = Settings::default();
        let shown = item(&Item { checked: &checked, claim: Some(0), edit: &edit, diff, number: 1, of: 2, again: true }, &settings);
        insta::assert_snapshot!(shown, @r"

        docs/a.md:3:13  1 of 2, once more
        claimed  [2]
        seen     [1]
        @@ -1,4 +1,4 @@
         ```
         x = [1]
        -print(x)  # [2]
        +print(x)  # [1]
         ```
        ");
        let whole = example(&checked, &settings);
        assert!(whole.contains("3 │ print(x)  # [2]") && whole.contains("printed\n  [1]\n") && !whole.contains('\x1b'), "{whole}");
        let colored = item(
            &Item { checked: &checked, claim: None, edit: &edit, diff, number: 1, of: 2, again: false },
            &Settings { color: true, ..settings },
        );
        assert!(colored.contains("\x1b[") && colored.contains("nothing so far"), "{colored}");
    }
}
