use proptest::prelude::*;

use super::*;
use crate::extract::Block;

fn document(text: &str) -> Document {
    Document::decode("page.md", text.as_bytes()).expect("is text")
}

fn found(text: &str) -> Vec<(u32, u32, Language, String)> {
    let code = |block: &Block| block.lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("|");
    blocks(&document(text)).blocks.iter().map(|block| (block.first_line, block.last_line, block.language.clone(), code(block))).collect()
}

#[test]
fn fences_of_all_kinds() {
    assert_eq!(found("````python\n```\nx = 1\n````\n"), [(2, 3, Language::Python, "```|x = 1".into())]);
    assert_eq!(found("~~~ sh\nls\n~~~\n"), [(2, 2, Language::Shell, "ls".into())]);
    assert_eq!(found("> ```py\n> a\n>\n> b\n> ```\n"), [(2, 4, Language::Python, "a||b".into())]);
    assert_eq!(found("1. x\n\n   ```py\n   a\n\n     b\n   ```\n"), [(4, 6, Language::Python, "a||  b".into())]);
    assert_eq!(found("```py\nx = 1"), [(2, 2, Language::Python, "x = 1".into())]);
    assert_eq!(found("```py\r\na\r\n\r\nb\r\n```\r\n"), [(2, 4, Language::Python, "a||b".into())]);
    assert_eq!(found("```py\n```\n\ntext\n"), []);
    assert_eq!(found("```py\n\n  \na\n\n```\n"), [(2, 5, Language::Python, "|  |a|".into())]);
}

#[test]
fn markdown_that_is_shown() {
    let shown = "~~~\n# Title\n\n```py\n>>> 1\n1\n```\n~~~\n";
    assert_eq!(found(shown).into_iter().map(|(.., language, _)| language).collect::<Vec<_>>(), [Language::Other("markdown".into())]);
}

#[test]
fn names_are_forgotten_behind_the_block_that_says_so() {
    let text = "```py\nx = 1\n```\n<!--phmdoctest-clear-names-->\n```py\nx\n```\n\n```py\nx\n```\n";
    let parts: Vec<_> = blocks(&document(text)).blocks.into_iter().map(|block| block.part).collect();
    assert_eq!(parts, [None, None, Some("2".to_owned())]);
}

#[test]
fn prompts_make_sessions() {
    assert_eq!(found("```python\n>>> 1\n1\n```\n")[0].2, Language::Session);
    assert_eq!(found("Text:\n\n    >>> 1\n    1\n")[0].2, Language::Session);
}

#[test]
fn fences_in_admonitions_are_found() {
    let text = "!!! note\n\n    Text:\n\n    ```python\n    if x:\n        y\n    ```\n\n    More.\n";
    assert_eq!(found(text), [(6, 7, Language::Python, "if x:|    y".into())]);
}

#[test]
fn options_of_directives_are_attributes() {
    let text = "```{code-block} python\n:caption: x.py\n:linenos:\n\nx = 1\n```\n";
    assert_eq!(found(text), [(5, 5, Language::Python, "x = 1".into())]);
    assert_eq!(blocks(&document(text)).blocks[0].attributes.get("caption").map(String::as_str), Some("x.py"));
    assert_eq!(found("```{doctest}\n:options: +SKIP\n\n>>> 1\n1\n```\n"), [(4, 5, Language::Session, ">>> 1|1".into())]);
    assert_eq!(found("```{code-block} python\n:caption: x\n```\n"), []);
    assert_eq!(found("````{note}\n```py\nx\n```\n````\n"), [(3, 3, Language::Python, "x".into())]);
}

#[test]
fn restructuredtext_within_markdown_is_read() {
    let text = "```{eval-rst}\nText::\n\n    >>> 1\n    1\n\n.. code-block:: python\n\n   x\n```\n\n> ```{eval-rst}\n> >>> 2\n> 2\n> ```\n";
    let expected = [
        (4, 5, Language::Session, "    >>> 1|    1".to_owned()),
        (9, 9, Language::Python, "   x".to_owned()),
        (13, 14, Language::Session, ">>> 2|2".to_owned()),
    ];
    assert_eq!(found(text), expected);
    let skipped = found("<!-- skip: start -->\n```{eval-rst}\n>>> 1\n1\n```\n");
    assert_eq!(skipped.len(), 1);
}

#[test]
fn comments_speak_of_the_next_block() {
    let text = "<!-- skip: next -->\n\n```py\n1\n```\n\n<!-- invisible-code-block: python\nx = 1\n-->\n\n<!--\n```py\ny = 2\n```\n-->\n{/* pmd-metadata: notest */}\n```py\nz\n```\n";
    let found = blocks(&document(text)).blocks;
    let of = |block: &Block| (block.first_line, block.attributes.keys().map(String::as_str).collect::<Vec<_>>().join(" "));
    let expected = [(4, "skip"), (8, "hidden"), (13, "hidden"), (18, "notest")];
    assert_eq!(found.iter().map(of).collect::<Vec<_>>(), expected.map(|(line, words)| (line, words.to_owned())));
}

#[test]
fn output_belongs_to_the_code_before_it() {
    let outputs = |text: &str| blocks(&document(text)).blocks.iter().map(|block| block.outputs.len()).collect::<Vec<_>>();
    let code = "```python\nprint(1)\n```\n";
    assert_eq!(outputs(&format!("{code}\n```\n1\n```\n")), [1]);
    assert_eq!(outputs(&format!("{code}\nOutput:\n\n```text\n1\n```\n")), [1]);
    for word in ["html", "json", "bash", "hmtl"] {
        assert_eq!(outputs(&format!("{code}\nWill produce:\n\n```{word}\n1\n```\n")), [1], "{word}");
        assert_eq!(outputs(&format!("{code}\n```{word}\n1\n```\n")), [0, 0], "{word}");
    }
    assert_eq!(outputs(&format!("{code}\nOutput:\n\n```js\n1\n```\n")), [0, 0]);
    assert_eq!(outputs(&format!("{code}\nSave this as `x.cfg`:\n\n```text\n1\n```\n")), [0, 0]);
    assert_eq!(outputs(&format!("{code}\n```\nimport x\nx.f()\n```\n")), [0, 0]);
    assert_eq!(outputs(&format!("{code}\n```console\n$ python x.py\n1\n```\n")), [0, 0]);
    assert_eq!(outputs(&format!("{code}<!--pytest-codeblocks:expected-output-->\n```\nimport x\n```\n")), [1]);
    let raised = "TypeError: no tea";
    for (between, block, expected) in [
        ("Python gives you the following error:", raised, &[1][..]),
        ("This may give you an error:", raised, &[0, 0]),
        ("Handle the error:", raised, &[0, 0]),
        ("", "Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\nTypeError: no tea", &[1]),
        ("This raises:", "raise TypeError('no tea')", &[0, 0]),
    ] {
        assert_eq!(outputs(&format!("{code}\n{between}\n\n```python\n{block}\n```\n")), expected, "{between}");
    }
    assert_eq!(outputs("```{testcode}\nprint(1)\n```\nText\n```{testoutput}\n1\n```\n"), [1]);
}

#[test]
fn tags_in_a_page_are_read() {
    let text = "Text\n\n<pre><code class=\"language-python\">x &lt; 1\n</code></pre>\n\n<Tabs>\n```py\ny\n```\n</Tabs>\n";
    assert_eq!(found(text), [(3, 3, Language::Python, "x < 1".into()), (8, 8, Language::Python, "y".into())]);
}

#[test]
fn front_matter_is_no_markdown() {
    let text = "---\ntitle: x\nsetup: |\n    x = 1\n---\n\n```py\n1\n```\n";
    let document = document(text);
    let yaml = front_matter(&document).map(|(_, yaml)| &document.text[yaml]);
    assert_eq!(yaml, Some("title: x\nsetup: |\n    x = 1\n"));
    assert_eq!(found(text), [(8, 8, Language::Python, "1".into())]);
    assert_eq!(front_matter(&self::document("---")), None);
    assert_eq!(front_matter(&self::document("---\n---\n")).map(|(_, yaml)| yaml), Some(4..4));
}

proptest! {
    #[test]
    fn any_markdown_is_survived(text in "([-> `~\t\r\n]|```|py|x|!!! |    |1\\. |é){0,60}") {
        let document = document(&text);
        for block in blocks(&document).blocks {
            prop_assert!(block.first_line <= block.last_line);
            prop_assert_eq!(block.lines.len() as u32, block.last_line - block.first_line + 1);
            for (line, (offset, _)) in (block.first_line..).zip(&block.lines) {
                prop_assert_eq!(document.line_at(*offset), line);
            }
        }
    }
}
