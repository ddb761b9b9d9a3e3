//! Markup with the blocks that it holds.

use proptest::prelude::*;

use super::*;

fn document(text: &str) -> Document {
    Document::decode("page.rst", text.as_bytes()).expect("is text")
}

fn code(block: &Block) -> String {
    block.lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("|")
}

/// Lines, language and text of each block.
fn found(text: &str) -> Vec<(u32, u32, Language, String)> {
    blocks(&document(text)).0.iter().map(|block| (block.first_line, block.last_line, block.language.clone(), code(block))).collect()
}

/// The one block's attribute.
fn attribute(text: &str, name: &str) -> Option<String> {
    let (blocks, _) = blocks(&document(text));
    assert_eq!(blocks.len(), 1, "{text}");
    blocks[0].attributes.get(name).cloned()
}

#[test]
fn code_directives() {
    for name in ["code-block", "code", "sourcecode"] {
        let text = format!(".. {name}:: python\n   :caption: x.py\n   :linenos:\n\n   if x:\n\n       y\n\nText\n");
        assert_eq!(found(&text), [(5, 7, Language::Python, "   if x:||       y".into())]);
        assert_eq!(attribute(&text, "caption").as_deref(), Some("x.py"));
    }
    assert_eq!(found(".. code-block:: sh\n\n  ls\n"), [(3, 3, Language::Shell, "  ls".into())]);
    assert_eq!(found(".. code-block:: pycon\n\n  >>> 1\n  1\n\n  >>> 2\n")[0].2, Language::Session);
    assert_eq!(found(".. code-block:: python\n\n  >>> 1\n  1\n")[0].2, Language::Session);
    assert_eq!(found(".. code-block:: python\n"), []);
    assert_eq!(found(".. code-block::\n\n   import os\n   print(os.sep)\n")[0].2, Language::Python);
}

#[test]
fn literal_blocks_end_with_their_indentation() {
    let text = "Use it::\n\n    import os\n\n    print(os.sep)\n\nMore.\n";
    assert_eq!(found(text), [(3, 5, Language::Python, "    import os||    print(os.sep)".into())]);
    let text = "- An item::\n\n      import os\n      print(os.sep)\n\n  More text of it.\n";
    assert_eq!(found(text), [(3, 4, Language::Python, "      import os|      print(os.sep)".into())]);
    assert_eq!(found("::\n\n  $ ls -l\n")[0].2, Language::Shell);
    assert_eq!(found("So it is::\n\n  index = 14 5 9 3\n  print(index)\n")[0].2, Language::Text);
    assert_eq!(found("Nothing follows::\n\nText\n"), []);
    assert_eq!(found(".. note:: Look::\n\n      import os\n      print(os.sep)\n")[0].0, 3);
}

#[test]
fn highlight_names_the_language_of_what_names_none() {
    assert_eq!(found(".. highlight:: yaml\n\nX::\n\n   a: 1\n")[0].2, Language::Yaml);
    // Where Python is the default, other things stand there as well.
    assert_eq!(found(".. highlight:: python\n\nX::\n\n   $ pip install x\n")[0].2, Language::Shell);
    assert_eq!(found(".. highlight:: rust\n\nX::\n\n   >>> 1\n   1\n"), [(5, 6, Language::Session, "   >>> 1|   1".into())]);
}

#[test]
fn doctest_blocks_end_at_an_empty_line() {
    assert_eq!(found("Text\n\n>>> 1\n1\n\nmore\n"), [(3, 4, Language::Session, ">>> 1|1".into())]);
    assert_eq!(found("  >>> 1\n  1\n\n  >>> 2\n  2\n\nx\n\n  >>> 3\n").len(), 2);
    assert_eq!(found("Text\n>>> 1\n1\n")[0].0, 2);
    assert_eq!(found("- >>> not one\n"), []);
    assert_eq!(found(".. note::\n\n   >>> 1\n   1\n")[0].0, 3);
    assert_eq!(found(".. tab:: A\n\n   .. code-block:: python\n\n      x = 1\n"), [(5, 5, Language::Python, "      x = 1".into())]);
    assert_eq!(found(".. py:function:: f(x)\n   :noindex:\n\n   Does it::\n\n      f(1)  # 2\n      f(2)\n")[0].0, 6);
}

#[test]
fn comments_are_no_code_but_their_prompts_are_known() {
    assert_eq!(found(".. code-block: python\n\n   x = 1\n\n.. _target: https://example.org\n"), []);
    assert_eq!(attribute("..\n   >>> import os\n", "comment").as_deref(), Some(""));
    assert_eq!(found(".. [1] A footnote::\n\n      import os\n      os.sep\n")[0].2, Language::Python);
    assert_eq!(found(".. math::\n\n   >>> x\n"), []);
    assert_eq!(found(".. raw:: html\n\n   <b>::\n\n     x = 1\n"), []);
}

#[test]
fn tests_of_sphinx() {
    let text = ".. testsetup:: a, b\n\n   import os\n\n.. testcode:: a\n   :hide:\n\n   print(1)\n\nIt prints:\n\n.. testoutput:: a\n   :options: +ELLIPSIS\n\n   1\n\n     2\n";
    let (blocks, _) = blocks(&document(text));
    assert_eq!(blocks.iter().map(code).collect::<Vec<_>>(), ["   import os", "   print(1)"]);
    assert_eq!(blocks[0].attributes["directive"], "testsetup");
    assert_eq!(blocks[0].attributes["group"], "a, b");
    let [output] = &blocks[1].outputs[..] else { panic!("one output") };
    assert_eq!(output.lines, [(132, "1".to_owned()), (134, String::new()), (138, "  2".to_owned())]);
    assert_eq!(output.attributes["options"], "+ELLIPSIS");
    assert_eq!(&text[132..133], "1");
    let other = ".. testcode:: a\n\n   print(1)\n\n.. testoutput:: b\n\n   1\n";
    assert_eq!(found(other)[1].2, Language::Text);
    assert_eq!(attribute(".. doctest::\n   :pyversion: > 3.9\n\n   >>> 1\n   1\n", "python").as_deref(), Some(">3.9"));
    assert_eq!(attribute(".. testcode::\n   :skipif: x is None\n\n   1\n", "skipif").as_deref(), Some("x is None"));
}

#[test]
fn output_behind_code() {
    let kinds = |text: &str| -> Vec<(String, Vec<OutputKind>)> {
        blocks(&document(text)).0.iter().map(|block| (code(block), block.outputs.iter().map(|output| output.kind).collect())).collect()
    };
    let seen = |code: &str| vec![(code.to_owned(), vec![OutputKind::Seen])];
    let print = ".. code-block:: python\n\n   print(1)\n\n";
    for shown in [
        "Output::\n\n   1\n",
        "It prints:\n\n::\n\n   1\n",
        "::\n\n   1\n",
        ".. code-block:: text\n\n   1\n",
        "This prints:\n\n.. code-block:: console\n   :caption: x\n\n   1\n",
        ":Output:\n   .. parsed-literal::\n\n      1\n",
    ] {
        assert_eq!(kinds(&format!("{print}{shown}\nText\n")), seen("   print(1)"), "{shown}");
    }
    // The value of the last expression: as an object is shown, or in whatever words.
    let expression = ".. code-block:: python\n\n   cups = [1]\n   cups + [2]\n\n";
    let behind = |shown: &str| kinds(&format!("{expression}.. code-block:: text\n\n   {shown}\n"));
    let of_expression = |kind| vec![("   cups = [1]|   cups + [2]".to_owned(), vec![kind])];
    for shown in ["[1, 2]", "-2.5", "array([1., 2.])", "Cups(1, size=tea.Size(2))"] {
        assert_eq!(behind(shown), of_expression(OutputKind::Seen), "{shown}");
    }
    for shown in ["two cups", "cups"] {
        assert_eq!(behind(shown), of_expression(OutputKind::Likely), "{shown}");
    }
    for shown in ["pour(2)", "Cups()", "x = 1"] {
        assert_eq!(behind(shown).len(), 2, "{shown}");
    }
    let yaml = "Output:\n\n.. code-block:: yaml\n\n   1\n";
    assert_eq!(kinds(&format!("{print}{yaml}")), [("   print(1)".to_owned(), vec![OutputKind::Likely])]);
    let (blocks, _) = blocks(&document(&format!("{print}Output::\n\n     1\n\n       2\n")));
    assert_eq!(blocks[0].outputs[0].lines, [(52, "1".to_owned()), (54, String::new()), (60, "  2".to_owned())]);
    // Code that goes on, another sentence, another language, a session.
    for other in [
        "Now print the results::\n\n   for x in y:\n       print(x)\n",
        "A file may look so::\n\n   1 2\n",
        "Output:\n\n.. code-block:: c\n\n   1\n",
        "Output::\n\n   >>> 1\n   1\n",
    ] {
        assert_eq!(kinds(&format!("{print}{other}")).len(), 2, "{other}");
    }
    // Marked up, nothing is known of it.
    assert_eq!(kinds(&format!("{print}Output:\n\n.. parsed-literal::\n\n   *1*\n")), [("   print(1)".to_owned(), Vec::new())]);
    assert_eq!(kinds(&format!("{print}Output::\n\n   1\n\nOutput::\n\n   2\n"))[0].1.len(), 2);
    // Literals in a block of code are output where that's announced.
    let named = |shown: &str, lead: &str| kinds(&format!("{print}{lead}\n\n.. code-block:: python\n\n   {shown}\n")).len();
    assert_eq!((named("[1, -2]", "This will print"), named("total", "This will print"), named("[1, -2]", "A list:")), (1, 2, 2));
}

#[test]
fn programs_above_prompts() {
    let text = "It's so::\n\n   class Tea:\n       hot = True\n\n   >>> Tea.hot\n   True\n";
    let python = |last, code: &str| vec![(3, last, Language::Python, code.to_owned())];
    assert_eq!(found(text), python(7, "   class Tea:|       hot = True||   >>> Tea.hot|   True"));
    assert_eq!(found("It's so::\n\n   tea\n\n   >>> 1\n   1\n")[0].2, Language::Session);
}

#[test]
fn what_peers_skip() {
    let skipped = |text: &str| attribute(text, "skip");
    assert_eq!(skipped(".. skip: next\n\n>>> 1\n").as_deref(), Some(""));
    assert_eq!(skipped(".. skip: next \"too slow\"\n\n>>> 1\n").as_deref(), Some("too slow"));
    assert_eq!(attribute(".. skip: next if(x < 1, reason=\"old\")\n\n>>> 1\n", "skipif").as_deref(), Some("x < 1"));
    let of_all: Vec<bool> = blocks(&document(".. skip: start\n\n>>> 1\n\nx\n\n>>> 2\n\n.. skip: end\n\n>>> 3\n"))
        .0
        .iter()
        .map(|block| block.attributes.contains_key("skip"))
        .collect();
    assert_eq!(of_all, [true, true, false]);
    assert_eq!(skipped(".. doctest-skip::\n\n   >>> 1\n").as_deref(), Some(""));
    assert_eq!(skipped(".. doctest-skip-all\n\n>>> 1\n").as_deref(), Some(""));
    assert_eq!(skipped(".. doctest-requires-all\n\n>>> 1\n"), None);
    assert_eq!(skipped(">>> 1\n\n.. doctest-skip-all::\n"), None);
    assert_eq!(skipped(".. doctest-skip-all::\n\n>>> 1\n").as_deref(), Some(""));
    assert_eq!(attribute(".. doctest-requires:: a, b<3\n\n   >>> 1\n", "requires").as_deref(), Some("a, b<3"));
    assert_eq!(attribute(".. invisible-code-block: python\n\n   x = 1\n", "hidden").as_deref(), Some(""));
    let parts: Vec<Option<String>> =
        blocks(&document(">>> 1\n\n.. clear-namespace\n\n>>> 2\n")).0.into_iter().map(|block| block.part).collect();
    assert_eq!(parts, [None, Some("1".to_owned())]);
}

#[test]
fn what_is_included() {
    let text = ".. literalinclude:: /shop.py\n   :lines: 1-3\n   :language: python\n";
    let (blocks, includes) = blocks(&document(text));
    assert_eq!(blocks, []);
    assert_eq!((includes[0].line, includes[0].path.as_str()), (1, "/shop.py"));
    assert_eq!(includes[0].attributes["lines"], "1-3");
}

#[test]
fn blocks_of_ipython() {
    let text = ".. ipython:: python\n   :okwarning:\n\n   @suppress\n   import os\n   os.sep\n";
    assert_eq!(found(text), [(4, 6, Language::Python, "|   import os|   os.sep".into())]);
    assert_eq!(attribute(".. ipython::\n\n   %timeit f()\n", "skip").as_deref(), Some("`%timeit` is IPython's own"));
}

#[test]
fn fences_in_docstrings() {
    let lines = |text: &str| -> Vec<Line> {
        text.split('\n')
            .scan(0, |offset, text| {
                let line = Line { offset: *offset, text: text.to_owned(), jumps: Vec::new() };
                *offset += text.len() + 1;
                Some(line)
            })
            .collect()
    };
    let text = "Text\n\n```py id=a\n>>> 1\n1\n```\n\n>>> 2";
    let blocks = blocks_with_fences(&document(text), &lines(text));
    assert_eq!(blocks.iter().map(code).collect::<Vec<_>>(), [">>> 1|1", ">>> 2"]);
    assert_eq!(blocks[0].attributes["id"], "a");
}

proptest! {
    #[test]
    fn any_markup_is_survived(text in "([-:. `\t\r\n>]|>>> |::|\\.\\. |code-block:: python|testcode::|testoutput::|:skipif: x|x = 1|  |é){0,60}") {
        let document = document(&text);
        for block in blocks(&document).0 {
            prop_assert!(block.first_line <= block.last_line);
            prop_assert_eq!(block.lines.len() as u32, block.last_line - block.first_line + 1);
            for (line, (offset, _)) in (block.first_line..).zip(&block.lines) {
                prop_assert_eq!(document.line_at(*offset), line);
            }
        }
    }
}
