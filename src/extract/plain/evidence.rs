//! Evidence for languages other than Python, from the form of a line and of those next to it. Positive: likelier in such code
//! than in prose. What a language's lines don't look like counts against it, less so when indented, since prose isn't.

use std::sync::LazyLock;

use regex::Regex;

use super::{Line, State, prose, python};

/// Evidence for a line within a logical line of Python: in a string, code of another language is as well explained by Python
/// as by that language.
pub(super) fn within_python(lines: &[Line], at: usize, in_string: bool) -> f32 {
    let others: &[State] = if in_string {
        &[
            State::Shell,
            State::Toml,
            State::Ini,
            State::Yaml,
            State::Json,
            State::Html,
            State::JavaScript,
            State::C,
            State::Sql,
            State::Session,
        ]
    } else {
        &[State::Json]
    };
    let mut scanner = python::Scanner::default();
    let single = &lines[..=at];
    let best = others.iter().map(|state| state.evidence(single, at, &mut scanner).0).fold(0.0, f32::max);
    best.max(if in_string { 2.0 } else { 1.5 })
}

/// Whether a line without its indentation is a prompt, or continues one.
pub(super) fn is_prompt(trimmed: &str) -> bool {
    trimmed == ">>>" || trimmed.starts_with(">>> ")
}

pub(super) fn session(lines: &[Line], at: usize) -> f32 {
    static ERROR: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^([a-z_]\w*\.)*[A-Z]\w*(Error|Exception|Warning|Interrupt|Exit|Iteration)\b"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if is_prompt(trimmed) {
        return 6.0;
    }
    if !line.after_prompt {
        return if line.gap > 0 && trimmed.starts_with('#') { 0.5 } else { -4.0 };
    }
    if trimmed == "..." || trimmed.starts_with("... ") {
        return 4.0;
    }
    if trimmed.starts_with("Traceback (most recent call last)") || ERROR.is_match(trimmed) {
        return 3.0;
    }
    let literal = trimmed.starts_with(['\'', '"', '[', '{', '(', '<']) || trimmed.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let bonus = if literal || line.indentation() > 0 { 2.5 } else { 1.0 };
    bonus - prose::weight(trimmed) * 0.8
}

pub(super) fn shell(lines: &[Line], at: usize) -> f32 {
    static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| compile(r"^([A-Z_][A-Z0-9_]*=\S* +)+(\S.*)$"));
    static PLAIN: LazyLock<Regex> = LazyLock::new(|| compile(r"^[a-z][\w.+-]*( +\S+)* +--?[A-Za-z][\w-]*([ =].*)?$"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with('#') {
        return comment(trimmed);
    }
    if at > 0 && lines[at - 1].text.ends_with('\\') && line.gap == 0 {
        return 4.0;
    }
    if trimmed.starts_with("$ ") || trimmed.starts_with("% ") || trimmed.starts_with("PS> ") || trimmed.starts_with("C:\\>") {
        return 6.0;
    }
    let command = ASSIGNED.captures(trimmed).and_then(|captures| captures.get(2)).map_or(trimmed, |group| group.as_str());
    let command = command.strip_prefix("sudo ").unwrap_or(command);
    let code = command.split("  #").next().unwrap_or_default().trim_end();
    let (words, common) = prose::words(code);
    let is_prose =
        common >= 2 || words >= 9 || code.ends_with([':', '?']) || (code.ends_with('.') && !code.ends_with(" .") && !code.ends_with("/."));
    let mut parts = code.split_ascii_whitespace();
    let (name, second) = (parts.next().unwrap_or_default(), parts.next());
    if !is_prose && is_command(name) && second.is_none_or(is_argument) {
        return match (name, second) {
            (_, None) => {
                if matches!(name, "ls" | "pwd" | "make" | "pytest" | "tox" | "mypy") {
                    1.0
                } else {
                    -1.0
                }
            }
            ("export" | "source" | "set", Some(second)) => {
                if second.contains(['=', '/', '.']) {
                    5.0
                } else {
                    -1.0
                }
            }
            ("python" | "go" | "make" | "find" | "test" | "which" | "time" | "rich" | "black" | "rm", Some(second)) => {
                if second.contains(['-', '/', '.', '=']) || parts.next().is_none() { 4.5 } else { 0.5 }
            }
            _ => 6.0,
        };
    }
    if !is_prose && code.starts_with("./") {
        return 4.0;
    }
    if common == 0 && !code.contains(['(', '—', '’']) && PLAIN.is_match(code) && !code.ends_with(['.', ':']) {
        return 4.0;
    }
    // What a command prints follows its prompt.
    let printed = at > 0 && line.gap == 0 && lines[at - 1].trimmed().starts_with("$ ");
    if printed { -prose::weight(trimmed) * 0.5 } else { -4.0 - prose::weight(trimmed) }
}

/// A TOML line; an array over several lines is one logical line, scanned as Python's are.
pub(super) fn toml(lines: &[Line], at: usize, python: &mut python::Scanner) -> (f32, usize) {
    static HEADER: LazyLock<Regex> = LazyLock::new(|| compile(r#"^\[\[?[A-Za-z0-9_][\w."'-]*( *\. *[\w"'-]+)*\]\]?( +#.*)?$"#));
    static KEY: LazyLock<Regex> =
        LazyLock::new(|| compile(r#"^("[^"]+"|'[^']+'|[A-Za-z0-9_-]+)( *\. *("[^"]+"|[A-Za-z0-9_-]+))* *= *(.+)$"#));
    static VALUE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r#"^("([^"\\]|\\.)*"|'[^']*'|"""|'''|true|false|[+-]?[0-9][0-9_.eE+:TZ-]*|0x[0-9a-fA-F]+|inf|nan|\[|\{.*\})( *#.*)?$|^\[|^"""|^'''"#,
        )
    });
    let trimmed = lines[at].trimmed();
    if trimmed.starts_with('#') {
        return (comment(trimmed), 1);
    }
    if HEADER.is_match(trimmed) {
        return (if trimmed.starts_with("[[") || trimmed.contains(['.', '-']) { 5.0 } else { 4.0 }, 1);
    }
    let value = KEY.captures(trimmed).and_then(|captures| captures.get(5)).map(|group| group.as_str());
    match value {
        Some(value) if VALUE.is_match(value) => {
            let key = trimmed.split('=').next().unwrap_or_default().trim();
            let plain = if key.contains('-') || matches!(value, "true" | "false") { 4.0 } else { 3.0 };
            let length =
                if value.starts_with(['[', '{', '"', '\'']) { python.logical(lines, at).map_or(1, |logical| logical.length) } else { 1 };
            (plain + 1.5 * (length - 1) as f32, length)
        }
        _ => (unlike(&lines[at]), 1),
    }
}

pub(super) fn ini(lines: &[Line], at: usize) -> f32 {
    static HEADER: LazyLock<Regex> = LazyLock::new(|| compile(r"^\[[\w.:/* -]+\]$"));
    static KEY: LazyLock<Regex> = LazyLock::new(|| compile(r"^[A-Za-z_][\w.-]* *[=:] *([^=(].*)?$"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with(['#', ';']) {
        return comment(trimmed);
    }
    if HEADER.is_match(trimmed) && line.indentation() == 0 {
        return 3.5;
    }
    let in_section = lines[..at].iter().rev().take(40).any(|line| HEADER.is_match(line.text));
    if KEY.is_match(trimmed) && in_section {
        return 2.5 - prose::weight(trimmed) * 0.5;
    }
    if line.indentation() > 0 && in_section { 1.5 } else { unlike(line) }
}

pub(super) fn yaml(lines: &[Line], at: usize) -> f32 {
    static KEY: LazyLock<Regex> = LazyLock::new(|| compile(r#"^((?:- +)*)("[^"]+"|'[^']+'|[A-Za-z_.$][\w./$-]*)( [\w-]+)?:( +(.*))?$"#));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with('#') {
        return comment(trimmed);
    }
    if trimmed == "---" {
        return 1.0;
    }
    let inside = line.indentation() > 0 && at > 0;
    if let Some(captures) = KEY.captures(trimmed) {
        let value = captures.get(5).map_or("", |group| group.as_str());
        let value = value.split(" #").next().unwrap_or_default().trim();
        let is_listed = captures.get(1).is_some_and(|group| !group.is_empty());
        let next = lines.get(at + 1).filter(|next| next.gap == 0);
        let opens = next.is_some_and(|next| next.indentation() > line.indentation() || next.trimmed().starts_with("- "));
        let wordy = prose::weight(value);
        let capital = captures.get(2).is_some_and(|group| group.as_str().starts_with(char::is_uppercase));
        let mut score = match (value.is_empty(), opens) {
            (true, true) => 3.0,
            (true, false) => -1.5,
            (false, _) => 1.5 - wordy * 0.6,
        };
        if captures.get(3).is_some() {
            score -= 2.0;
        }
        if capital && !inside {
            score -= 2.0;
        }
        if value.ends_with([',', '{', '(', ';']) {
            score -= 3.0;
        }
        return score + f32::from(u8::from(inside)) * 1.5 + f32::from(u8::from(is_listed)) * 1.0;
    }
    if trimmed.starts_with("- ") && at > 0 {
        let listed = lines[at - 1].trimmed().starts_with("- ") || lines[at - 1].text.ends_with(':');
        return if listed { 2.0 - prose::weight(&trimmed[2..]) } else { -1.0 - prose::weight(trimmed) };
    }
    if inside && !prose::is_item(trimmed) { 0.5 - prose::weight(trimmed) * 0.3 } else { unlike(line) }
}

pub(super) fn json(lines: &[Line], at: usize) -> f32 {
    static MEMBER: LazyLock<Regex> =
        LazyLock::new(|| compile(r#"^"([^"\\]|\\.)*" *: *("([^"\\]|\\.)*"|true|false|null|-?[0-9][0-9.eE+-]*|\{.*|\[.*)? *,?$"#));
    static ITEM: LazyLock<Regex> = LazyLock::new(|| compile(r#"^("([^"\\]|\\.)*"|true|false|null|-?[0-9][0-9.eE+-]*|\{.*\}|\[.*\]) *,?$"#));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if matches!(trimmed, "{" | "[" | "}" | "]" | "}," | "]," | "},{" | "}, {" | "[{" | "}]") {
        return 2.5;
    }
    if MEMBER.is_match(trimmed) {
        return 4.0;
    }
    if ITEM.is_match(trimmed) && (line.indentation() > 0 || trimmed.starts_with("{\"")) {
        return if trimmed.starts_with("{\"") { 4.5 } else { 2.0 };
    }
    unlike(line)
}

pub(super) fn html(lines: &[Line], at: usize) -> f32 {
    static TAG: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^(</?[A-Za-z][\w:.-]*([ />]|$)|<!--|<!DOCTYPE|<!doctype|<\?xml|-->|\{%|\{\{|\{#)"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if TAG.is_match(trimmed) {
        return if line.indentation() > 0 { 4.0 } else { 4.5 };
    }
    if trimmed.ends_with("/>") || trimmed == ">" || (line.indentation() > 0 && trimmed.contains("=\"")) {
        return 2.0;
    }
    if line.indentation() > 0 && !prose::is_item(trimmed) { 1.0 } else { unlike(line) }
}

pub(super) fn javascript(lines: &[Line], at: usize) -> f32 {
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r#"^((export )?(default )?(const|let|var) [\w\[{$]|(export |async |default )*function\b.*\(|export (default|\{|\*)|import .*['"];?$|console\.\w+\(|document\.|window\.)|=>( |$)|^type \w+ = |^interface \w+ |=== |!== "#,
        )
    });
    static KEY: LazyLock<Regex> = LazyLock::new(|| compile(r#"^[A-Za-z_$][\w$]*\??: ?("[^"]*"|'[^']*'|[\w.$]+|[\[{(`].*),?$"#));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with("//") && !trimmed.starts_with("///") {
        return 2.5;
    }
    let code = trimmed.split(" //").next().unwrap_or_default().trim_end();
    let mut score = 0.0;
    if OWN.is_match(code) {
        score += 3.5;
    }
    if code.ends_with(';') {
        score += 2.5;
    }
    if code.starts_with(['}', ')', ']']) {
        score += 2.0;
    }
    if code.ends_with(['{', '(', '[']) && code.len() > 1 {
        score += 1.5;
    }
    if line.indentation() > 0 && KEY.is_match(code) {
        score += 2.5;
    }
    braced(line, score)
}

pub(super) fn c(lines: &[Line], at: usize) -> f32 {
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^(static|int|void|char|double|float|long|short|unsigned|struct|enum|union|typedef|extern|inline|const char|size_t|u?int\d+_t|Py\w+|std::\w+|namespace|template *<|using namespace|public:|private:|class \w+ *[{:]|auto|bool)\b.*[;{(,)=:]",
        )
    });
    static DIRECTIVE: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^# *(include *[<\x22]|define \w|ifdef \w|ifndef \w|if |endif|else$|pragma \w|undef \w)"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if DIRECTIVE.is_match(trimmed) {
        return 6.0;
    }
    if trimmed.starts_with("//") && !trimmed.starts_with("///") {
        return 2.0;
    }
    if trimmed.starts_with("/*") || trimmed.ends_with("*/") {
        return 3.5;
    }
    let code = trimmed.split(" //").next().unwrap_or_default().split(" /*").next().unwrap_or_default().trim_end();
    let mut score = 0.0;
    if OWN.is_match(code) {
        score += 3.5;
    }
    if code.ends_with(';') {
        score += 2.5;
    }
    if code.starts_with('}') {
        score += 2.0;
    }
    if code.ends_with('{') {
        score += if code.len() == 1 || code.ends_with(") {") || code.ends_with("= {") { 3.0 } else { 1.5 };
    }
    braced(line, score)
}

pub(super) fn sql(lines: &[Line], at: usize) -> f32 {
    static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^((SELECT|select)\b.|(INSERT INTO|insert into) |(UPDATE|update) \w+ (SET|set)\b|(DELETE FROM|delete from) |(CREATE|create|ALTER|alter|DROP|drop) (OR REPLACE |or replace |UNIQUE |unique |TEMP |temp )?(TABLE|table|INDEX|index|VIEW|view|DATABASE|database|FUNCTION|function|EXTENSION|extension|TYPE|type|SCHEMA|schema|USER|user)\b|WITH \w+ AS|EXPLAIN |PRAGMA |GRANT )",
        )
    });
    static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^(FROM|WHERE|(LEFT |RIGHT |INNER |OUTER |FULL |CROSS )*JOIN|GROUP BY|ORDER BY|LIMIT|OFFSET|SET|VALUES|AND|OR|ON|HAVING|RETURNING|UNION( ALL)?|SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|END)\b",
        )
    });
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with("-- ") {
        return 2.0;
    }
    let mut score = 0.0;
    if STATEMENT.is_match(trimmed) {
        score += if trimmed.starts_with(|c: char| c.is_uppercase()) { 5.0 } else { 2.0 };
    } else if CLAUSE.is_match(trimmed) {
        score += 3.0;
    }
    if trimmed.ends_with(';') {
        score += 2.0;
    }
    if trimmed.starts_with(");") {
        score += 2.0;
    }
    if prose::words(trimmed).1 >= 3 {
        score -= 4.0;
    }
    braced(line, score)
}

pub(super) fn dockerfile(lines: &[Line], at: usize) -> f32 {
    static INSTRUCTION: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            r"^(FROM|RUN|COPY|ADD|CMD|ENTRYPOINT|WORKDIR|ENV|ARG|EXPOSE|LABEL|USER|VOLUME|HEALTHCHECK|SHELL|STOPSIGNAL|ONBUILD|MAINTAINER) +\S",
        )
    });
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with('#') {
        return comment(trimmed);
    }
    if INSTRUCTION.is_match(trimmed) && line.indentation() == 0 {
        return 4.5;
    }
    if at > 0 && line.gap == 0 && lines[at - 1].text.ends_with('\\') { 3.0 } else { unlike(line) }
}

pub(super) fn tree(lines: &[Line], at: usize) -> f32 {
    static FOLDER: LazyLock<Regex> = LazyLock::new(|| compile(r"^(\./)?[\w.@{}<>-]+(/[\w.@{}<>-]+)*/( +(#|<-|←|//).*)?$"));
    static FILE: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^([\w@{}<>-]*\.[\w.]+|\.\.\.|…|Makefile|Dockerfile|LICENSE|README)( +(#|<-|←|//).*)?$"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with(['├', '└', '│']) {
        return 6.0;
    }
    let drawn = lines.get(at + 1).is_some_and(|next| next.gap == 0 && next.trimmed().starts_with(['├', '└', '│']));
    if drawn && prose::weight(trimmed) < 2.0 {
        return 4.0;
    }
    if trimmed == "." {
        return 1.0;
    }
    if FOLDER.is_match(trimmed) {
        return if line.indentation() > 0 { 4.5 } else { 3.0 };
    }
    if FILE.is_match(trimmed) && at > 0 {
        return if line.indentation() > 0 { 4.0 } else { 0.0 };
    }
    unlike(line)
}

pub(super) fn output(lines: &[Line], at: usize) -> f32 {
    static ERROR: LazyLock<Regex> = LazyLock::new(|| compile(r"^([a-z_]\w*\.)*[A-Z]\w*(Error|Exception|Warning)(: .*)?$"));
    static RULE: LazyLock<Regex> = LazyLock::new(|| compile(r"^([+|][-=+|]{3,}|[┏┌╭│┃├┡└╰┗╔║╚╠].*)$"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with("Traceback (most recent call last):") {
        return 6.0;
    }
    if trimmed.starts_with("File \"") && line.indentation() > 0 {
        return 5.0;
    }
    if RULE.is_match(trimmed) {
        return 4.0;
    }
    if trimmed.starts_with('|') && trimmed.ends_with('|') && trimmed.len() > 2 {
        return 3.0;
    }
    let in_traceback = lines[..at].iter().rev().take(40).any(|line| line.trimmed().starts_with("Traceback (most"));
    if in_traceback && ERROR.is_match(trimmed) {
        return 4.0;
    }
    if line.indentation() > 0 && in_traceback { 2.0 } else { unlike(line) }
}

fn compile(pattern: &'static str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant")
}

fn comment(trimmed: &str) -> f32 {
    if trimmed.starts_with("# ") || trimmed.starts_with("#!") || trimmed == "#" { 1.5 } else { 0.5 }
}

/// Evidence against a language that has no such lines.
fn unlike(line: &Line) -> f32 {
    let base = if line.indentation() > 0 && !prose::is_item(line.trimmed()) { -2.5 } else { -4.0 };
    base - prose::weight(line.trimmed())
}

/// Evidence for a language with braces, whose lines may be anything as long as they're indented.
fn braced(line: &Line, score: f32) -> f32 {
    if score > 0.0 {
        return score + if line.indentation() > 0 { 1.0 } else { 0.0 };
    }
    if line.indentation() > 0 && !prose::is_item(line.trimmed()) { 1.0 - prose::weight(line.trimmed()) * 0.5 } else { unlike(line) }
}

fn is_command(name: &str) -> bool {
    const COMMANDS: [&str; 98] = [
        "alembic",
        "apt",
        "apt-get",
        "awk",
        "bandit",
        "bash",
        "black",
        "brew",
        "bun",
        "bunx",
        "cargo",
        "cat",
        "cd",
        "celery",
        "chmod",
        "chown",
        "clang",
        "cmake",
        "coverage",
        "conda",
        "cp",
        "curl",
        "cython",
        "deno",
        "dnf",
        "django-admin",
        "docker",
        "docker-compose",
        "echo",
        "export",
        "fastapi",
        "find",
        "flake8",
        "flask",
        "gcc",
        "gdb",
        "git",
        "go",
        "grep",
        "gunicorn",
        "hatch",
        "helm",
        "http",
        "httpx",
        "hypercorn",
        "ipython",
        "isort",
        "jupyter",
        "kernprof",
        "kill",
        "kubectl",
        "ls",
        "make",
        "mamba",
        "mkdir",
        "mkdocs",
        "mv",
        "mypy",
        "node",
        "nox",
        "npm",
        "npx",
        "open",
        "pdm",
        "perf",
        "pip",
        "pip3",
        "pipenv",
        "pipx",
        "pnpm",
        "poetry",
        "pre-commit",
        "psql",
        "pwd",
        "py-spy",
        "pyenv",
        "pylint",
        "pyright",
        "pytest",
        "python",
        "python3",
        "redis-cli",
        "rm",
        "ruff",
        "rustup",
        "scp",
        "sed",
        "sh",
        "source",
        "sphinx-build",
        "ssh",
        "tar",
        "tox",
        "touch",
        "twine",
        "uv",
        "uvicorn",
        "uvx",
    ];
    COMMANDS.contains(&name)
        || matches!(
            name,
            "virtualenv"
                | "wget"
                | "yarn"
                | "unzip"
                | "typer"
                | "systemctl"
                | "strace"
                | "which"
                | "watchmedo"
                | "pip-compile"
                | "pyinstaller"
                | "set"
        )
        || name
            .strip_prefix("python3.")
            .or_else(|| name.strip_prefix("python2."))
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == 't'))
}

/// Whether the word after a command may be its argument: a word of prose isn't.
fn is_argument(word: &str) -> bool {
    !prose::is_common(word)
        && !matches!(word, "is" | "and" | "or" | "for" | "with" | "in" | "=" | "if" | "from" | "==" | "not")
        && !word.starts_with(['(', '—', '=', ','])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_prose() {
        let evidence = |text: &str| {
            let lines = super::super::lines([text]);
            shell(&lines, 0)
        };
        for command in
            ["pip install attrs", "$ anything", "git commit -m 'x'", "FOO=1 pytest -x", "mytool run --fast", "python -m venv .venv"]
        {
            assert!(evidence(command) >= 4.0, "{command}");
        }
        for text in ["pip is the tool to use.", "make sure that it works", "go to the page", "python is fun", "find the file in question:"]
        {
            assert!(evidence(text) < 0.0, "{text}");
        }
    }
}
