//! Environment variables that a shell's commands set, or a file that is shown.

use std::sync::LazyLock;

use regex::Regex;

use super::{Block, Language};

/// The environment variable that a shell's commands set, in lines that start so: `export CUPS=5`, `# export CUPS=5`.
pub(super) fn set_by(block: &Block, mark: &str) -> Option<String> {
    // In a comment, `set cups` may be a sentence.
    static EXPORT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^(?:[$>%] )?(?:export|set|setenv) ([A-Za-z_](?-u:\w)*)(?:=|\s+\S+\s*$|\s*$)").expect("a pattern"));
    let name = |line: &str| Some(EXPORT.captures(line.trim().strip_prefix(mark)?.trim_start())?[1].to_owned());
    let mut lines = block.lines.iter().filter(|(_, line)| mark.is_empty() || line.contains('='));
    lines.find_map(|(_, line)| name(line))
}

/// The first variable of a block that sets some and does nothing else: `CUPS=5`, as in a file `.env`. What a shell sets before a command, it sets for
/// that alone: `CUPS=5 make tea`.
pub(super) fn settings(block: &Block) -> Option<String> {
    static SETTING: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:export )?([A-Z][A-Z0-9_]*)=").expect("a pattern"));
    static COMMAND: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"^[A-Z][A-Z0-9_]*=(?:"[^"]*"|'[^']*'|[^\s"'])*\s+[^\s#]"#).expect("a pattern"));
    let lines = || block.lines.iter().map(|(_, line)| line.trim()).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = SETTING.captures(lines().next()?)?[1].to_owned();
    let sets = |line: &str| SETTING.is_match(line) && !(block.language == Language::Shell && COMMAND.is_match(line));
    lines().all(sets).then_some(first)
}
