//! Documents in each format, through the real binary: examples are found, and each verdict points at its line and column.

#![expect(clippy::print_stderr, reason = "a test says what it leaves out")]

mod announced;
mod comments;
#[path = "../common/mod.rs"]
mod common;
mod glued;
mod leads;
mod output;
mod tags;
mod torn;

use std::{
    fs,
    io::Write,
    os::unix::fs::{PermissionsExt, symlink},
    process::Stdio,
};

use common::{Call, command, verify_in};

/// What `verify` finds in one document: for each claim its line, column, text and verdict.
fn claims(name: &str, text: &str) -> Vec<(u64, u64, String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(name), text).expect("a document");
    of_call(&verify_in(folder.path(), &["--format", "json", name]))
}

fn of_call(call: &Call) -> Vec<(u64, u64, String, String)> {
    let json = call.json();
    let examples = json["examples"].as_array().expect("examples");
    let claims = examples.iter().flat_map(|example| example["claims"].as_array().expect("claims"));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    claims
        .map(|claim| {
            let number = |name: &str| claim[name].as_u64().expect("a number");
            (number("line"), number("column"), text(&claim["expected"]), text(&claim["verdict"]))
        })
        .collect()
}

/// Rows as they are written in tests.
fn rows(rows: &[(u64, u64, &str, &str)]) -> Vec<(u64, u64, String, String)> {
    rows.iter().map(|(line, column, expected, verdict)| (*line, *column, (*expected).to_owned(), (*verdict).to_owned())).collect()
}

#[test]
fn markdown_with_admonitions_directives_and_output() {
    let text = "\
!!! note \"Tabs\"
    === \"Python\"
        ```{.python title=\"x.py\" hl_lines=\"1\"}
        len('abc')  # 4
        ```

:::{testcode}
print('one')
:::

:::{testoutput}
two
:::

> 1. ~~~~ python
>    for i in range(2):
>        print(i)
>    ~~~~
>
>    Output:
>
>    ```
>    0
>    1
>    ```
";
    assert_eq!(claims("page.md", text), rows(&[(4, 23, "4", "wrong"), (12, 1, "two", "wrong"), (23, 6, "0\n1", "holds")]));
}

/// A reference describes what its examples use without an import; what it doesn't describe is still missing.
#[test]
fn references_import_what_they_describe() {
    let page = ".. module:: colorsys\n\nIt's::\n\n   >>> 1 + 1\n   2\n\n.. function:: rgb_to_hsv(r, g, b)\n\n   It's so::\n\n      >>> rgb_to_hsv(0, 0, 0)\n      (0.0, 0.0, 0)\n      >>> colorsys.ONE_THIRD < 0.3\n      True\n      >>> hsv_to_rgb(0, 0, 0)\n      5\n";
    let verdicts: Vec<String> = claims("page.rst", page).into_iter().map(|(.., verdict)| verdict).collect();
    assert_eq!(verdicts, ["holds", "holds", "wrong", "unsettled"]);
    // A page with a single example, too.
    let page = ".. module:: colorsys\n\n.. function:: rgb_to_hsv(r, g, b)\n\n   >>> rgb_to_hsv(0, 0, 0)\n   (0.0, 0.0, 0)\n";
    assert_eq!(claims("page.rst", page).into_iter().map(|(.., verdict)| verdict).collect::<Vec<_>>(), ["holds"]);
}

#[test]
fn notebook_cells_share_a_namespace_and_stored_outputs_are_claims() {
    let text = r#"{"cells": [
 {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": [
  "%matplotlib inline\n",
  "xs = [1]"]},
 {"cell_type": "code", "execution_count": 2, "metadata": {}, "source": ["xs.append(\"\u00e9\"); print(xs)\n", "len(xs)  # 3"],
  "outputs": [
   {"output_type": "stream", "name": "stdout", "text": ["[1, 'é']\n"]},
   {"output_type": "execute_result", "execution_count": 2, "metadata": {}, "data": {"text/plain": ["2"]}}]},
 {"cell_type": "code", "execution_count": 3, "metadata": {}, "source": ["!ls"], "outputs": []},
 {"cell_type": "code", "execution_count": 4, "metadata": {}, "source": ["xs[9]"],
  "outputs": [{"output_type": "error", "ename": "KeyError", "evalue": "9", "traceback": []}]}
], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}"#;
    let mut found = claims("page.ipynb", text);
    found.sort();
    assert_eq!(
        found,
        rows(&[(5, 123, "3", "wrong"), (7, 58, "[1, 'é']", "holds"), (8, 101, "2", "holds"), (11, 50, "KeyError: 9", "unsettled"),])
    );
}

/// Cells that were run in another order: only those that it matters to can't be wrong.
#[test]
fn cells_that_were_run_in_another_order() {
    let cell = |count: u32, source: &str, shown: &str| {
        let output = format!(
            r#"{{"output_type": "execute_result", "execution_count": {count}, "metadata": {{}}, "data": {{"text/plain": ["{shown}"]}}}}"#
        );
        format!(r#"{{"cell_type": "code", "execution_count": {count}, "metadata": {{}}, "outputs": [{output}], "source": ["{source}"]}}"#)
    };
    let cells = [
        cell(1, "cups = [2]\\ncups", "[2]"),
        cell(6, "cups", "[3]"),
        cell(2, "tray = 4\\ntray", "5"),
        cell(5, "tray", "7"),
        cell(3, "tray = 7\\ntray", "7"),
        cell(4, "cups[0] + 1", "4"),
    ];
    let text = format!(r#"{{"cells": [{}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}"#, cells.join(",\n"));
    let verdicts: Vec<String> = claims("page.ipynb", &text).into_iter().map(|(.., verdict)| verdict).collect();
    assert_eq!(verdicts, ["holds", "wrong", "wrong", "unsettled", "holds", "wrong"]);
}

#[test]
fn cells_may_display_without_an_import() {
    let cell = |source: &str, shown: &str| {
        format!(r#"{{"cell_type": "code", "execution_count": null, "metadata": {{}}, "outputs": [], "source": ["{source}\n",{shown}]}}"#)
    };
    let cells = [cell("xs = [1]; display(xs, raw=True)", "\n\"print(xs)  # [1]\""), cell("xs.append(2)", "\n\"print(xs)  # [1]\"")];
    let text = format!(r#"{{"cells": [{}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}"#, cells.join(",\n"));
    assert_eq!(claims("page.ipynb", &text), rows(&[(2, 15, "[1]", "holds"), (4, 15, "[1]", "wrong")]));
    let page = "```{code-cell} python\ndisplay(1)\n1  # 1\n```\n\n```python\ndisplay(1)\n1  # 1\n```\n";
    assert_eq!(claims("page.md", page), rows(&[(3, 6, "1", "holds"), (8, 6, "1", "unsettled")]));
}

/// A cell that needs IPython isn't run; what it defines besides is there for later ones, of which nothing can be wrong then.
#[test]
fn cells_continue_what_python_can_run_of_others() {
    let page =
        |first: &str| format!("```{{code-cell}} python\n{first}\nxs = [1]\n```\n\n```{{code-cell}} python\nxs  # [1]\nlen(xs)  # 2\n```\n");
    assert_eq!(claims("page.md", &page("%cd tea")), rows(&[(7, 7, "[1]", "holds"), (8, 12, "2", "unsettled")]));
    assert_eq!(claims("page.md", &page("%matplotlib inline")), rows(&[(7, 7, "[1]", "holds"), (8, 12, "2", "wrong")]));
}

#[test]
fn pages_in_html() {
    let text = "<!doctype html>\n<p>Text</p>\n<div class=\"highlight-python\"><pre><span></span><span class=\"nb\">sorted</span>(&quot;ba&quot;)  <span class=\"c1\"># [&#39;a&#39;, &#39;c&#39;]</span>\n</pre></div>\n";
    assert_eq!(claims("page.html", text), rows(&[(3, 116, "['a', 'c']", "wrong")]));
    let text = "<html><pre><span class=\"gp\">&gt;&gt;&gt; </span>1 &lt; 2\n<span class=\"go\">False</span>\n</pre>";
    assert_eq!(claims("page", text), rows(&[(2, 18, "False", "wrong")]));
}

#[test]
fn asciidoc() {
    let text = "= Title\n\n[source,python]\n----\nx = 1 + 1 # <1>\nprint(x)  # 3 <2>\n----\n<1> Adds\n\n.Output\n....\n2\n....\n";
    assert_eq!(claims("page.adoc", text), rows(&[(6, 13, "3", "wrong"), (12, 1, "2", "holds")]));
}

#[test]
fn standard_input_has_the_name_that_it_is_given() {
    let folder = tempfile::tempdir().expect("a folder");
    let call = |arguments: &[&str], text: &str| {
        let mut child = command(folder.path()).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let child = child.as_mut().expect("the binary runs");
        child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
        let mut output = String::new();
        std::io::Read::read_to_string(&mut child.stdout.take().expect("a pipe"), &mut output).expect("it writes");
        (child.wait().expect("it ends").code(), output)
    };
    let (code, output) = call(&["-", "--stdin-name", "docs/page.md"], "```py\n1 + 1  # 3\n```\n");
    assert_eq!(code, Some(1));
    assert!(output.contains("docs/page.md:2:10"), "{output}");
    assert!(output.contains("--stdin-name docs/page.md"), "{output}");
    let (code, output) = call(&["extract", "-"], "```py\n1 + 1\n```\n");
    assert_eq!(code, Some(0));
    assert!(output.contains("stdin:2"), "{output}");
}

#[test]
fn marks_of_other_tools_are_heeded() {
    let text = "\
```python notest
1/0
```
<!-- skip: next \"too slow\" -->
```py
1/0
```
```python {raises-exception}
1/0
```
```python sparkle=yes another
1 + 1  # 2
```
<!-- invisible-code-block: python
hidden = 3
-->
```python
hidden  # 3
```
<!--pytest.mark.skipif(sys.version_info >= (3, 0), reason=\"x\")-->
```python
1/0
```
";
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("page.md"), text).expect("a document");
    let call = verify_in(folder.path(), &["--format", "json", "page.md"]);
    assert_eq!(call.code, Some(0), "{}", call.stdout);
    let outcome = |line: u32| {
        let example = call.example(&format!("page.md:{line}"));
        (example["outcome"].as_str().unwrap_or_default().to_owned(), example["reason"].as_str().unwrap_or_default().to_owned())
    };
    for (line, expected, why) in [(2, "skipped", "notest"), (6, "skipped", "too slow"), (9, "ran", ""), (22, "skipped", "skip")] {
        let (outcome, reason) = outcome(line);
        assert_eq!(outcome, expected, "line {line}: {reason}");
        assert!(reason.contains(why), "line {line}: {reason}");
    }
    assert_eq!(of_call(&call).iter().filter(|(_, _, _, verdict)| verdict == "holds").count(), 3);
}

#[test]
fn folders_are_walked_as_git_sees_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a document");
    };
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    write(".gitignore", "build/\n");
    write("build/a.md", "```py\n1  # 2\n```\n");
    write("docs/a.MD", "```py\n1  # 1\n```\n");
    write("docs/a.adoc", "```py\n2  # 2\n```\n");
    write("docs/a.bin", "```py\n3  # 4\n```\n");
    symlink(folder.path(), folder.path().join("docs/loop")).expect("a link");
    let call = verify_in(folder.path(), &["--format", "json", "."]);
    assert_eq!(call.code, Some(0), "{}", call.stdout);
    assert_eq!(of_call(&call).len(), 2, "{}", call.stdout);
}

#[test]
fn bad_documents_are_told_at_their_place_and_the_others_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &[u8]| fs::write(folder.path().join(name), text).expect("a document");
    write("good.md", b"```py\n1  # 1\n```\n");
    write("broken.ipynb", b"{\"cells\": [\n <<<<<<< HEAD\n]}");
    write("latin.md", b"Caf\xe9\n");
    write("open.md", b"Text\n\n```py\n2  # 2\n```\n\n```text\nnever closed\n");
    write("mixed.md", b"A\r\n\r\n```py\r\n3  # 3\n```\r\n\rB\n");
    write("open.adoc", b"[source,python]\n----\n4  # 4\n");
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("permissions");
    let is_closed = fs::read_dir(&closed).is_err();
    let call = verify_in(folder.path(), &["--format", "json", "."]);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("permissions");
    assert_eq!(call.code, Some(2), "{}", call.stdout);
    let problems = call.json()["problems"].to_string();
    for expected in ["broken.ipynb:2:", "latin.md:1:4", "open.md:7:1", "open.adoc:2:1"] {
        assert!(problems.contains(expected), "{expected} in {problems}");
    }
    if is_closed {
        assert!(problems.contains("closed"), "{problems}");
    } else {
        eprintln!("left out: an unreadable folder; this user may read everything");
    }
    let held = of_call(&call).iter().filter(|(_, _, _, verdict)| verdict == "holds").count();
    assert_eq!(held, 4, "{}", call.stdout);
}
