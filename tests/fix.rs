//! `--fix`, `--diff` and `--fill`, through the real binary: what was really seen is written, in the claim's own style and place; what can't be
//! written is left, with the reason; files are written whole or not at all.

#![expect(clippy::print_stderr, reason = "a test says what it leaves out")]

mod common;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use common::{Call, command, finish, folder_of, verify_in};

/// Calls `verify` where no continuous integration is.
fn call(folder: &Path, arguments: &[&str]) -> Call {
    finish(command(folder).args(arguments).env_remove("CI"))
}

/// What becomes of a document by `--fix`; a second call must change nothing, and find nothing wrong that it could write.
#[track_caller]
fn fixed_with(name: &str, text: &str, arguments: &[&str]) -> String {
    let folder = folder_of(&[(name, text)]);
    let path = folder.path().join(name);
    let first = call(folder.path(), &[&["--fix", name], arguments].concat());
    let after = fs::read_to_string(&path).expect("a file");
    let second = call(folder.path(), &[&["--fix", "--format", "json", name], arguments].concat());
    assert_eq!(fs::read_to_string(&path).expect("a file"), after, "a second call changes nothing\n{}", first.stderr);
    assert_eq!(second.json()["updates"], serde_json::json!([]), "{}", first.stderr);
    after
}

#[track_caller]
fn fixed(name: &str, text: &str) -> String {
    fixed_with(name, text, &[])
}

/// What becomes of Python code in a Markdown document.
#[track_caller]
fn fixed_code(code: &str) -> String {
    let text = fixed("page.md", &format!("```python\n{code}```\n"));
    text.strip_prefix("```python\n").and_then(|text| text.strip_suffix("```\n")).expect("the fences stay").to_owned()
}

/// Why a claim is left, and that the document stays as it is.
#[track_caller]
fn left(name: &str, text: &str) -> String {
    let folder = folder_of(&[(name, text)]);
    let report = call(folder.path(), &["--fix", "--format", "json", name]);
    assert_eq!(fs::read_to_string(folder.path().join(name)).expect("a file"), text);
    assert_eq!(report.code, Some(1), "{}", report.stdout);
    let json = report.json();
    let claims = json["examples"].as_array().expect("examples").iter().flat_map(|example| example["claims"].as_array().expect("claims"));
    let reasons: Vec<&str> = claims.filter_map(|claim| claim["left"].as_str()).collect();
    reasons.join("; ")
}

#[test]
fn comments_keep_their_style_place_and_remarks() {
    for (code, expected) in [
        ("sorted([3, 1])  # [1, 2]\n", "sorted([3, 1])  # [1, 3]\n"),
        ("sorted([3, 1])  # => [1, 2] -- a new list!\n", "sorted([3, 1])  # => [1, 3] -- a new list!\n"),
        ("len('abc')  # returns 4 (characters)\n", "len('abc')  # returns 3 (characters)\n"),
        ("'a'.upper()    # -> \"B\"\n", "'a'.upper()    # -> \"A\"\n"),
        ("['a'.upper()]  # [\"B\"]\n", "['a'.upper()]  # [\"A\"]\n"),
        ("x = 'a' * 2\nprint(x)  # prints \"ab\"\n", "x = 'a' * 2\nprint(x)  # prints \"aa\"\n"),
        ("for i in range(3):\n    print(i)  # 0, 1, 3\n", "for i in range(3):\n    print(i)  # 0, 1, 2\n"),
        ("x = [1, 2]\nprint(x)\n# [1, 3]\n", "x = [1, 2]\nprint(x)\n# [1, 2]\n"),
        ("y = len('abc')  # 4\n", "y = len('abc')  # 3\n"),
        ("list(range(9))  # [0, 2, ..., 9]\n", "list(range(9))  # [0, 1, ..., 8]\n"),
        ("22 / 7  # 3.17\n", "22 / 7  # 3.142857142857143\n"),
        ("\tx = 1\n\tx + 1  # 3\n", "\tx = 1\n\tx + 1  # 2\n"),
    ] {
        assert_eq!(fixed_code(code), expected);
    }
}

#[test]
fn what_stands_around_output_at_a_prompt_stays() {
    for (page, expected) in [
        (">>> 1 + 1\nOutput: 3\n>>> 2 + 2\n4\n", ">>> 1 + 1\nOutput: 2\n>>> 2 + 2\n4\n"),
        (">>> 'tea'.upper()\n'TEE'The method does that.\n", ">>> 'tea'.upper()\n'TEA'The method does that.\n"),
        (">>> 3 * 4\n13\n[40794 refs]\n>>> 1\n1\n", ">>> 3 * 4\n12\n[40794 refs]\n>>> 1\n1\n"),
        (">>> cups = [2] >>> cups[0] 3\n", ">>> cups = [2] >>> cups[0] 2\n"),
        // Nothing that is read again can take its place.
        (">>> int('x')\n3The method does that.\n", ">>> int('x')\n3The method does that.\n"),
    ] {
        assert_eq!(fixed("page.txt", page), expected);
    }
}

#[test]
fn exceptions_say_as_much_as_before() {
    for (code, expected) in [
        ("int('x')  # KeyError\n", "int('x')  # ValueError\n"),
        ("int('x')  # raises KeyError\n", "int('x')  # raises ValueError\n"),
        ("{}['a']  # raises KeyError: 'b'\n", "{}['a']  # raises KeyError: 'a'\n"),
        ("int('7')  # raises KeyError\n", "int('7')  # 7\n"),
        ("int('x') + 1  # 7\n", "int('x') + 1  # raises ValueError: invalid literal for int() with base 10: 'x'\n"),
    ] {
        assert_eq!(fixed_code(code), expected);
    }
}

#[test]
fn listings_change_only_where_they_differ() {
    let code = "for i in range(4):\n    print(f\"line {i} took {i * 7} ms\")\n# Output:\n# line 0 took ... ms\n# line 9 took 7 ms\n# line 2 took ... ms\n";
    let expected = "for i in range(4):\n    print(f\"line {i} took {i * 7} ms\")\n# Output:\n# line 0 took ... ms\n# line 1 took 7 ms\n# line 2 took ... ms\n# line 3 took 21 ms\n";
    assert_eq!(fixed_code(code), expected);
    // One value over several lines.
    let code = "dict(a=1, b=2)\n# {'a': 1,\n#  'b': 3}\n";
    assert_eq!(fixed_code(code), "dict(a=1, b=2)\n# {'a': 1, 'b': 2}\n");
}

#[test]
fn what_several_statements_print_is_written_whole() {
    let code = "for n in range(3):\n    print('cup', n)\nprint('all full')\n# cup 0\n# cup 2\n# cup 2\n# all full\n";
    assert_eq!(fixed_code(code), code.replacen("# cup 2", "# cup 1", 1));
    let session = "```python\n>>> print('one')\n>>> print('two')\none\nthree\n```\n";
    assert_eq!(fixed("page.md", session), session.replace("three", "two"));
}

#[test]
fn several_ellipses_stay() {
    assert_eq!(fixed_code("list(range(9))  # [0, 2, ..., 5, ..., 9]\n"), "list(range(9))  # [0, 1, ..., 5, ..., 8]\n");
}

#[test]
fn what_takes_several_lines_goes_below() {
    let code = "text = 'one 1, two 2'\nprint(text.replace(', ', '\\n'))  # 12\n";
    let expected = "text = 'one 1, two 2'\nprint(text.replace(', ', '\\n'))\n# one 1\n# two 2\n";
    let after = fixed_code(code);
    assert!(after == expected || after == expected.replace("\n# one", "\n# Output:\n# one"), "{after}");
}

#[test]
fn sessions_show_what_a_prompt_shows() {
    let text = "> ```pycon\n> >>> 1 + 1\n> 3\n> >>> print('a\\n\\nb')\n> z\n> >>> [][1]\n> Traceback (most recent call last):\n>   ...\n> KeyError: 1\n> >>> x = 1\n> 5\n> >>> int('x')\n> 7\n> >>> x\n> Traceback (most recent call last):\n>   ...\n> KeyError: 1\n> ```\n";
    let expected = "> ```pycon\n> >>> 1 + 1\n> 2\n> >>> print('a\\n\\nb')\n> a\n> <BLANKLINE>\n> b\n> >>> [][1]\n> Traceback (most recent call last):\n>   ...\n> IndexError: list index out of range\n> >>> x = 1\n> >>> int('x')\n> Traceback (most recent call last):\n>     ...\n> ValueError: invalid literal for int() with base 10: 'x'\n> >>> x\n> 1\n> ```\n";
    assert_eq!(fixed("page.md", text), expected);
    let text = ">>> for i in range(4):\n...     print(i)\n...\n0\n...\n4\n>>> 2 + 2\n5\n";
    assert_eq!(fixed("page.txt", text), ">>> for i in range(4):\n...     print(i)\n...\n0\n...\n3\n>>> 2 + 2\n4\n");
}

#[test]
fn blocks_of_output_are_written() {
    let text = "```python\nprint('one')\nprint('two')\n```\n\n```text\none\nthree\n```\n";
    assert_eq!(fixed("page.md", text), text.replace("three", "two"));
    let text = ".. testcode::\r\n\r\n   print('one\\n\\ntwo')\r\n\r\n.. testoutput::\r\n\r\n   one\r\n   three\r\n";
    assert_eq!(fixed("page.rst", text), text.replace("three", "<BLANKLINE>\r\n   two"));
}

#[test]
fn docstrings_are_escaped_as_their_literals_need() {
    let text = concat!(
        "\"\"\"Module.\n\n>>> \"a\\\\nb\"\n'x'\n>>> '\"' * 3\n1\n\"\"\"\n\n",
        "def f():\n    r'''Raw.\n\n    >>> \"a\\nb\"\n    'x'\n    '''\n\n",
        "def g():\n    \"one\\n\\n>>> 2 + 2\\n5\\n>>> print('a\\\\nb')\\n1\\n\"\n\n",
        "def h():\n    \"\"\">>> 1 + 1\n    3\n    \"\"\"\n",
    );
    let expected = concat!(
        "\"\"\"Module.\n\n>>> \"a\\\\nb\"\n'a\\\\nb'\n>>> '\"' * 3\n'\\\"\\\"\\\"'\n\"\"\"\n\n",
        "def f():\n    r'''Raw.\n\n    >>> \"a\\nb\"\n    'a\\nb'\n    '''\n\n",
        "def g():\n    \"one\\n\\n>>> 2 + 2\\n4\\n>>> print('a\\\\nb')\\na\\nb\\n\"\n\n",
        "def h():\n    \"\"\">>> 1 + 1\n    2\n    \"\"\"\n",
    );
    assert_eq!(fixed("module.py", text), expected);
}

#[test]
fn notebooks_stay_as_they_are_but_for_the_claims() {
    let text = r#"{
 "cells": [
  {"cell_type": "code", "execution_count": 1, "metadata": {},
   "outputs": [
    {"name": "stdout", "output_type": "stream", "text": ["a\n", "c\n"]},
    {"data": {"text/plain": ["'é\"x'"], "text/html": "<b>kept</b>"}, "execution_count": 1, "metadata": {}, "output_type": "execute_result"}
   ],
   "source": [
    "print(\"a\\nb\")\n",
    "len(\"abc\")  # 4\n",
    "\"q\\\"t\\n\""
   ]},
  {"cell_type": "markdown", "metadata": {}, "source": "```python\nlen(\"x\")  # 3\n```"}
 ],
 "metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4, "nbformat_minor": 5
}
"#;
    let expected = text
        .replace(r#""c\n""#, r#""b\n""#)
        .replace(r#"["'é\"x'"]"#, r#"["'q\"t\\n'"]"#)
        .replace("# 4", "# 3")
        .replace(r#"len(\"x\")  # 3"#, r#"len(\"x\")  # 1"#);
    let after = fixed("page.ipynb", text);
    assert_eq!(after, expected);
    serde_json::from_str::<serde_json::Value>(&after).expect("it's JSON still");
}

#[test]
fn pages_are_escaped_and_their_elements_stay() {
    let text = concat!(
        "<!DOCTYPE html><html><body>\n",
        "<pre><code class=\"language-pycon\"><span class=\"gp\">&gt;&gt;&gt; </span>x = 1\n",
        "<span class=\"gp\">&gt;&gt;&gt; </span>print(\"&lt;1&gt;\\n&amp;\")\n",
        "<span class=\"go\">&lt;1&gt;</span>\n",
        "<span class=\"gp\">&gt;&gt;&gt; </span>1 + 1\n",
        "<span class=\"go\">4</span>\n",
        "</code></pre>\n</body></html>\n",
    );
    let expected = text.replace("&lt;1&gt;</span>", "&lt;1&gt;\n&amp;</span>").replace(">4<", ">2<");
    assert_eq!(fixed("page.html", text), expected);
}

#[test]
fn other_formats_are_written_too() {
    let text = "= Title\n\n[source,python]\n----\n1 + 1  # 3\n----\n\n[source,pycon]\n----\n>>> 2 + 2\n5\n----\n";
    assert_eq!(fixed("page.adoc", text), text.replace("# 3", "# 2").replace("\n5\n", "\n4\n"));
    // A byte order mark, CRLF, tabs, and a dash that had been decoded wrongly.
    let text =
        "\u{FEFF}Some text.\r\n\r\n\tx = 5\r\n\ty = x * 2\r\n\tprint(y)  # 11\r\n\tprint([y])\r\n\t# [11]\r\n\r\nMore text â€” here.\r\n";
    assert_eq!(fixed("page.txt", text), text.replace("11", "10"));
    let text = "```python\nx = 'a â€” b'\nprint(x)  # \"a â€” c\"\nlen(x)  # 4 â€” really\n```\n";
    let expected = "```python\nx = 'a â€” b'\nprint(x)  # \"a — b\"\nlen(x)  # 5 â€” really\n```\n";
    assert_eq!(fixed("page.md", text), expected);
}

#[test]
fn utf_16_stays_utf_16() {
    let folder = folder_of(&[]);
    let path = folder.path().join("page.md");
    let encode = |text: &str| -> Vec<u8> { format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect() };
    fs::write(&path, encode("é\n\n```python\n1 + 1  # 3\n```\n")).expect("a file");
    assert_eq!(call(folder.path(), &["--fix", "page.md"]).code, Some(0));
    assert_eq!(fs::read(&path).expect("a file"), encode("é\n\n```python\n1 + 1  # 2\n```\n"));
}

#[test]
fn what_cannot_be_written_is_left_with_the_reason() {
    let code = |code: &str| format!("```python\n{code}```\n");
    for (text, reason) in [
        (code("object()  # 3\n"), "an address in memory"),
        (code("len('a'); len('b')  # 7\n"), "several statements stand on its line"),
        (code("x = ''\nprint(x, end='')  # 3\n"), "nothing was printed"),
        (code("len('abc')  # 2 -- not 3!\n"), "speak of what was seen, too"),
        ("```python raises=KeyError\nint('x')\n```\n".to_owned(), "a mark on the whole example"),
        (code("'x' * 200_000  # 'y'\n"), "too long to be written"),
    ] {
        let why = left("page.md", &text);
        assert!(why.contains(reason), "{text}: {why}");
    }
}

#[test]
fn acknowledged_claims_stay() {
    let text = "---\nacknowledged:\n  - { example: area, claim: \"5\", because: \"the page is about this mistake\" }\n---\n```python id=area\n2 * 3  # 5\n2 * 4  # 9\n```\n";
    assert_eq!(fixed("page.md", text), text.replace("# 9", "# 8"));
}

#[test]
fn code_of_another_file_is_left() {
    let page = "Page\n====\n\n.. literalinclude:: shown.py\n   :language: python\n";
    let folder = folder_of(&[("page.rst", page), ("shown.py", "1 + 1  # 3\n")]);
    let report = call(folder.path(), &["--fix", "page.rst"]);
    assert_eq!(report.code, Some(1));
    assert!(report.stderr.contains("its code stands in another file"), "{}", report.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("shown.py")).expect("a file"), "1 + 1  # 3\n");
}

const WRONG: &str = "```python\n1 + 1  # 3\n```\n";
const RIGHT: &str = "```python\n1 + 1  # 2\n```\n";

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let folder = folder_of(&[("page.md", WRONG)]);
    let report = call(folder.path(), &["--diff", "page.md"]);
    assert_eq!(report.stdout, "--- page.md\n+++ page.md\n@@ -1,3 +1,3 @@\n ```python\n-1 + 1  # 3\n+1 + 1  # 2\n ```\n");
    assert_eq!(report.code, Some(1), "as for a check");
    assert!(report.stderr.contains("would fix: page.md: 1 claim rewritten"), "{}", report.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("page.md")).expect("a file"), WRONG);
}

#[test]
fn a_fix_is_shown_and_written() {
    let folder = folder_of(&[("page.md", WRONG)]);
    let report = call(folder.path(), &["--fix", "page.md"]);
    assert!(report.stdout.contains("-1 + 1  # 3\n+1 + 1  # 2\n"), "{}", report.stdout);
    assert!(report.stderr.contains("fixed: page.md: 1 claim rewritten"), "{}", report.stderr);
    assert_eq!(report.code, Some(0), "nothing is wrong any more");
    assert_eq!(fs::read_to_string(folder.path().join("page.md")).expect("a file"), RIGHT);
}

#[test]
fn the_report_for_machines_has_each_edit() {
    let folder = folder_of(&[("page.md", "```python\n1 + 1  # 3\nobject()  # 4\nprint(7)\n```\n")]);
    let report = call(folder.path(), &["--diff", "--fill", "--format", "json", "page.md"]).json();
    assert_eq!(report["format_version"], 1);
    let example = &report["examples"][0];
    assert_eq!(example["claims"][0]["fix"], serde_json::json!({"line": 2, "column": 10, "old": "3", "new": "2"}));
    assert!(example["claims"][1]["left"].as_str().expect("a reason").contains("address"));
    assert_eq!(example["additions"][0]["fix"], serde_json::json!({"line": 4, "column": 9, "old": "", "new": "  # 7"}));
    let update = &report["updates"][0];
    assert_eq!((&update["document"], &update["rewritten"], &update["added"]), (&"page.md".into(), &1.into(), &1.into()));
    assert_eq!((&update["written"], &update["reason"]), (&false.into(), &serde_json::Value::Null));
    assert!(update["diff"].as_str().expect("a text").contains("+print(7)  # 7"));
    let plain = call(folder.path(), &["--format", "json", "page.md"]).json();
    assert!(plain.get("updates").is_none() && plain["examples"][0]["claims"][0].get("fix").is_none());
}

#[test]
fn nothing_is_written_in_ci_unless_told() {
    let folder = folder_of(&[("page.md", WRONG)]);
    let path = folder.path().join("page.md");
    let report = finish(command(folder.path()).args(["--fix", "page.md"]).env("CI", "true"));
    assert_eq!((report.code, fs::read_to_string(&path).expect("a file").as_str()), (Some(1), WRONG));
    assert!(report.stderr.contains("nothing is written, as `CI` is set; add `--in-ci`"), "{}", report.stderr);
    assert_eq!(finish(command(folder.path()).args(["--fix", "--in-ci", "page.md"]).env("CI", "true")).code, Some(0));
    assert_eq!(fs::read_to_string(&path).expect("a file"), RIGHT);
}

#[test]
fn permissions_and_links_stay() {
    let folder = folder_of(&[("real/page.md", WRONG)]);
    let real = folder.path().join("real/page.md");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("permissions");
    std::os::unix::fs::symlink("real/page.md", folder.path().join("link.md")).expect("a link");
    assert_eq!(call(folder.path(), &["--fix", "link.md"]).code, Some(0));
    assert_eq!(fs::read_to_string(&real).expect("a file"), RIGHT);
    assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(folder.path().join("link.md")).expect("a link").is_symlink());
    assert_eq!(fs::read_dir(folder.path().join("real")).expect("a folder").count(), 1, "nothing is left beside it");
}

#[test]
fn a_read_only_file_is_not_written() {
    let folder = folder_of(&[("page.md", WRONG), ("other.md", WRONG)]);
    fs::set_permissions(folder.path().join("page.md"), fs::Permissions::from_mode(0o444)).expect("permissions");
    let report = call(folder.path(), &["--fix", "page.md", "other.md"]);
    assert_eq!(report.code, Some(1));
    assert!(report.stderr.contains("not fixed: page.md: 1 claim rewritten: page.md: is read-only"), "{}", report.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("page.md")).expect("a file"), WRONG);
    assert_eq!(fs::read_to_string(folder.path().join("other.md")).expect("a file"), RIGHT, "the others are written");
}

#[test]
fn a_file_that_changed_meanwhile_is_not_written() {
    let text = "```python\nopen('page.md', 'a').write('more')\n1 + 1  # 3\n```\n";
    let folder = folder_of(&[("page.md", text), ("verify.toml", "[[allow]]\ngrants = [\"write:page.md\"]\n")]);
    let report = call(folder.path(), &["--fix", "page.md"]);
    assert!(report.stderr.contains("page.md: has changed since it was read"), "{}", report.stderr);
    assert_eq!(report.code, Some(1));
    assert_eq!(fs::read_to_string(folder.path().join("page.md")).expect("a file"), format!("{text}more"));
}

#[test]
fn standard_input_is_never_written() {
    use std::io::Write;
    let folder = folder_of(&[("page.md", "another page\n")]);
    let mut command = command(folder.path());
    command.args(["--fix", "-", "--stdin-name", "page.md"]).env_remove("CI");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(WRONG.as_bytes()).expect("it's read");
    let output = child.wait_with_output().expect("it ends");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("+1 + 1  # 2"), "{stdout}");
    assert!(stderr.contains("it came on standard input"), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(folder.path().join("page.md")).expect("a file"), "another page\n");
}

#[test]
fn an_interrupted_run_writes_nothing() {
    let text = format!("{WRONG}\nText.\n\n```python\nimport time\nopen('started.txt', 'w').write('x')\ntime.sleep(100)\n```\n");
    let configuration = "[[allow]]\ngrants = [\"write:started.txt\"]\n";
    let folder = folder_of(&[("page.md", &text), ("started.txt", ""), ("verify.toml", configuration)]);
    let mut command = command(folder.path());
    // The wrong claim is known when the second example starts.
    command.args(["--fix", "--jobs", "1", "--timeout", "90", "page.md"]).env_remove("CI");
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
    let limit = Instant::now() + Duration::from_secs(60);
    while fs::read(folder.path().join("started.txt")).expect("a file").is_empty() {
        assert!(Instant::now() < limit, "the example never ran");
        thread::sleep(Duration::from_millis(20));
    }
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).expect("a process"));
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).expect("it still runs");
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("nothing is written, as the run was interrupted"), "{stderr}");
    assert_eq!(fs::read_to_string(folder.path().join("page.md")).expect("a file"), text);
}

#[test]
fn calls_that_make_no_sense_are_refused() {
    let folder = folder_of(&[("page.md", WRONG)]);
    for arguments in [&["--fill", "page.md"][..], &["--fix", "--diff", "page.md"], &["--in-ci", "page.md"], &["list", "--fix", "page.md"]] {
        assert_eq!(verify_in(folder.path(), arguments).code, Some(2), "{arguments:?}");
    }
}

#[test]
fn claims_are_filled_in_the_style_of_the_document() {
    let text = "```python\nimport random\nprint(1 + 1)\nprint('l1\\n\\nl2')\nprint(random.random())\nprint(3)  # a remark\nfor i in (1, 2):\n    print(i)\n```\n";
    let expected = "```python\nimport random\nprint(1 + 1)  # 2\nprint('l1\\n\\nl2')\n# Output:\n# l1\n#\n# l2\nprint(random.random())\nprint(3)  # a remark\nfor i in (1, 2):\n    print(i)\n```\n";
    assert_eq!(fixed_with("page.md", text, &["--fill"]), expected);
    let text = "```python\nlen('a')  # => 1\nlen('b')  # => 1\nprint(2)\n```\n";
    assert_eq!(fixed_with("page.md", text, &["--fill"]), text.replace("print(2)", "print(2)  # => 2"));
    let text = "```python\nprint(1)\n#> 1\nprint(2)  #> 2\nprint(3)\n```\n";
    assert_eq!(fixed_with("page.md", text, &["--fill"]), text.replace("print(3)", "print(3)  #> 3"));
    let text = ">>> x = 5\n>>> x\n>>> print('a\\n\\nb')\n>>> for i in range(2):\n...     print(i)\n...\n>>> None\n>>> 'q'\n";
    let expected = ">>> x = 5\n>>> x\n5\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n>>> for i in range(2):\n...     print(i)\n...\n0\n1\n>>> None\n>>> 'q'\n'q'\n";
    assert_eq!(fixed_with("page.txt", text, &["--fill"]), expected);
    let text = "def f():\n    \"\"\"Shows.\n\n    >>> 'a\\\\nb'\n    \"\"\"\n";
    assert_eq!(fixed_with("module.py", text, &["--fill"]), "def f():\n    \"\"\"Shows.\n\n    >>> 'a\\\\nb'\n    'a\\\\nb'\n    \"\"\"\n");
}

#[test]
fn what_differs_by_version_needs_a_mark() {
    let pythons = common::interpreters();
    let wanted: Vec<&(String, String, String)> =
        pythons.iter().filter(|(minor, ..)| ["3.10", "3.11", "3.12", "3.13"].contains(&minor.as_str())).collect();
    if wanted.len() < 2 || !wanted.iter().any(|(minor, ..)| minor == "3.10") {
        eprintln!("left out: there are no two Pythons, 3.10 among them");
        return;
    }
    let text = "```python\nhasattr(__import__('asyncio'), 'TaskGroup')  # True\n'abc'.upper()  # 'ABD'\n```\n";
    let folder = folder_of(&[("page.md", text)]);
    let mut arguments = vec!["--fix", "page.md"];
    for (_, _, executable) in &wanted {
        arguments.extend(["--python", executable]);
    }
    arguments.extend(["--format", "json"]);
    let report = call(folder.path(), &arguments).json();
    let after = fs::read_to_string(folder.path().join("page.md")).expect("a file");
    assert_eq!(after, text.replace("ABD", "ABC"), "{report:#}");
    let left = report["examples"][0]["claims"][0]["left"].as_str().expect("a reason");
    assert!(left.ends_with("it needs a version mark: `True (Python 3.11+)`"), "{left}");
}
