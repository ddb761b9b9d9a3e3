//! Evidence for a shell's commands, with what they print, and for Dockerfiles.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{Line, prose};
use super::{comment, compile, unlike};

pub(in crate::extract::plain) fn shell(lines: &[Line], at: usize) -> f32 {
    static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| compile(r"^([A-Z_][A-Z0-9_]*=\S* +)+(\S.*)$"));
    static HELP: LazyLock<Regex> =
        LazyLock::new(|| compile(r"^([Uu]sage: \S+|--?[A-Za-z?][\w-]*(,? |=|$)|[╭╮╰╯│┌┐└┘├┤─━┏┓┗┛┃].*[╮╯│┐┘┤─━┓┛┃]$)"));
    static PLAIN: LazyLock<Regex> = LazyLock::new(|| compile(r"^[a-z][\w.+-]*( +[^\s=]\S*)* +--?[A-Za-z][\w-]*([ =].*)?$"));
    let line = &lines[at];
    let trimmed = line.trimmed();
    if trimmed.starts_with('#') {
        return comment(trimmed);
    }
    if at > 0 && lines[at - 1].text.ends_with('\\') && line.gap == 0 {
        return 4.0;
    }
    if trimmed.starts_with("$ ") || trimmed.starts_with("PS> ") || trimmed.starts_with("C:\\>") {
        return 6.0;
    }
    let heads_indented = trimmed.ends_with(':') && lines.get(at + 1).is_some_and(|next| next.gap == 0 && next.trimmed().starts_with('-'));
    if (HELP.is_match(trimmed) || heads_indented) && below_command(lines, at) {
        return 3.5;
    }
    if line.indentation() > 0 && !prose::is_item(trimmed) && below_command(lines, at) {
        return 1.5 - line.weight * 0.2;
    }
    // How animated terminals write what isn't typed.
    if trimmed.starts_with("// ") && (below_command(lines, at) || lines.get(at + 1).is_some_and(|next| next.text.starts_with("$ "))) {
        return 3.0;
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
                if (second.starts_with('-') && second.len() > 1) || second.ends_with(".py") {
                    5.5
                } else if second.contains(['/', '.', '=']) || parts.next().is_none() {
                    4.5
                } else {
                    0.5
                }
            }
            ("pip" | "pip3", Some(second)) => {
                const COMMANDS: [&str; 12] =
                    ["install", "uninstall", "list", "show", "freeze", "download", "wheel", "check", "config", "cache", "index", "inspect"];
                if COMMANDS.contains(&second) || second.starts_with('-') { 6.0 } else { -1.0 }
            }
            _ => 6.0,
        };
    }
    if !is_prose && (code.starts_with("./") || ASSIGNED.is_match(code)) {
        return 4.5;
    }
    if common == 0 && !code.contains(['(', '—', '’']) && PLAIN.is_match(code) && !code.ends_with(['.', ':']) {
        return 4.0;
    }
    match line.printed_by {
        Some(prompt) if !prompt.is_python => 1.0 - line.weight * 0.9,
        _ => -4.0 - line.weight,
    }
}

pub(in crate::extract::plain) fn dockerfile(lines: &[Line], at: usize) -> f32 {
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

/// Whether a line may be one of what a command at a prompt prints: help has blank lines and indentation.
pub(super) fn below_command(lines: &[Line], at: usize) -> bool {
    let above = lines[..at].iter().rev().take(60);
    let drawn = |line: &&Line| line.text.starts_with(['╭', '╰', '│', '┌', '└', '├', '┏', '┗', '┃']);
    let starts = |line: &&Line| line.indentation() == 0 && !line.text.ends_with(':') && !drawn(line);
    above.filter(starts).take(2).any(|line| line.text.starts_with("$ "))
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
        && word.starts_with(|c: char| c.is_alphanumeric() || "-./~\"'$<[@_{".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_prose() {
        let evidence = |text: &str| {
            let lines = super::super::super::lines([text]);
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
