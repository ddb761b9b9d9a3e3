use proptest::prelude::*;

use super::*;
use crate::extract::OutputKind;

mod cells;
mod output;
mod page;

fn found(text: &str) -> Vec<(u32, u32, Language)> {
    let document = Document::decode("page.txt", text.as_bytes()).expect("is text");
    blocks(&document).into_iter().map(|block| (block.first_line, block.last_line, block.language)).collect()
}

#[test]
fn prose_is_no_code() {
    let text = "\
Performance
Rules:
sorted() vs .sort():
@overload for type checkers (no effect at runtime):
Flow: Class() call -> type.__call__ -> an instance
ToolLock fileSpeed
pip + venvrequirements.txt (manual)Slow
  • for x in y: nothing happens here
  1. import foo is what you write
read/write, yes or no
Note: the end
";
    assert_eq!(found(text), []);
    assert_eq!(found(""), []);
    assert_eq!(found("\n\n \n"), []);
}

#[test]
fn code_touches_prose_on_both_sides() {
    let text = "\
A bed has a name and a size:
class Bed:
    size = 1

    def grow(self): ...

# a bed
bed = Bed()
The class above grows when it is watered, as all beds do.
";
    assert_eq!(found(text), [(2, 8, Language::Python)]);
}

#[test]
fn code_that_does_not_parse_is_found_too() {
    let text = "\
When to use is: only for singletons, as said above.
if x is None:    # right
if x == None:    # wrong
Everything else is compared by value, and that is what you want.
";
    assert_eq!(found(text), [(2, 3, Language::Python)]);
    let text = "\
Measure before you change anything, and measure again after that:

import cProfile

# At the prompt of a shell
python -m cProfile -s cumtime script.py

# In a program
cProfile.run(\"main()\")

That shows where the time went, function by function.
";
    assert_eq!(found(text), [(3, 9, Language::Python)]);
}

#[test]
fn blocks_of_two_languages_touch() {
    let text = "\
/* The sum of two numbers */
static int sum(int a, int b) {
    return a + b;
}
# setup.py
from setuptools import Extension, setup

setup(ext_modules=[Extension(\"sum\", [\"sum.c\"])])
";
    assert_eq!(found(text), [(1, 4, Language::C), (5, 8, Language::Python)]);
    let text = "\
# pyproject.toml
[project]
name = \"garden\"
requires-python = \">=3.11\"
# Set it up
uv sync
uv run pytest
";
    assert_eq!(found(text), [(1, 4, Language::Toml), (5, 7, Language::Shell)]);
    let text = "\
Find out where the time goes, and only then change something:
python -m cProfile -s cumulative script.py
import cProfile
cProfile.run(\"main()\")
";
    assert_eq!(found(text), [(2, 2, Language::Shell), (3, 4, Language::Python)]);
}

#[test]
fn strings_may_hold_prose() {
    let text = "\
letter = \"\"\"
Dear reader,

  • this is a list within a string, and no list of the page.
It is not the end of the code, although it looks like that.
\"\"\"
print(letter)
";
    assert_eq!(found(text), [(1, 7, Language::Python)]);
}

#[test]
fn sessions_end_with_their_output() {
    let text = "\
At the prompt it looks like this:
>>> x = 0.1 + 0.2
>>> x
0.30000000000000004
That is as close as binary fractions can come to the result.
>>> y
Traceback (most recent call last):
  File \"<stdin>\", line 1, in <module>
NameError: name 'y' is not defined
Now you know.
";
    assert_eq!(found(text), [(2, 4, Language::Session), (6, 9, Language::Session)]);
}

#[test]
fn headings_between_blocks_are_in_neither() {
    let text = "\
Some pages have a blank line around each block, and very short headings.

beds = [\"roses\"]
print(beds)

Adding

beds.append(\"beans\")

garden/beds.py

import garden

A last paragraph, so that this page has more than code.
";
    assert_eq!(found(text), [(3, 4, Language::Python), (8, 8, Language::Python), (12, 12, Language::Python)]);
}

#[test]
fn references_are_no_code() {
    let text = "\
Bed#
Bases: object
grow()
water()
Return type:
Callable[[int], Optional[str]]
Soil (rich)
[1, 2]\t(1, 2)
garden/beds.py
";
    assert_eq!(found(text), []);
}

#[test]
fn buttons_are_in_no_block() {
    let text = "\
Beds are made of soil and of whatever grows in it.
python
Copy code
bed = make_bed(3)
bed.water()
Copy code
>>> bed.wet
True
Copy code
>>> bed.dry
False
That is all there is to say about beds, for now.
";
    assert_eq!(found(text), [(4, 5, Language::Python), (7, 8, Language::Session), (10, 11, Language::Session)]);
}

#[test]
fn prose_may_have_a_margin() {
    let text = "\
Beds

   A bed has a name and a size, and it grows when it's watered, as
   beds do.
bed = Bed(\"roses\")

if bed.dry:
    bed.water()

   The bed is wet now, and stays
   wet for a day.
";
    assert_eq!(found(text), [(5, 8, Language::Python)]);
}

#[test]
fn what_a_prompt_shows_may_look_like_anything() {
    let text = "\
A table is printed like this:
>>> print(table)
+------+-------+
| bed  | width |
+------+-------+
>>> for bed in beds:
...     print(bed)
...
roses
beans
>>> beds
[Bed('roses'),
 Bed('beans')]
The Beds
In [1]: width = 3

In [2]: width
Out[2]: 3

In [3]: table
Out[3]:
[[1, 2],
 [3, 4]]
Nothing else is shown at this place, as far as we know.
";
    assert_eq!(found(text), [(2, 13, Language::Session), (15, 23, Language::Session)]);
}

#[test]
fn tracebacks_of_a_chain_belong_together() {
    let text = "\
Two exceptions are shown, one after the other:

>>> water(None)
Traceback (most recent call last):
  File \"<stdin>\", line 1, in <module>
KeyError: None

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File \"<stdin>\", line 1, in <module>
ValueError: no bed

The first of them is the cause of the second one.
";
    assert_eq!(found(text), [(3, 12, Language::Session)]);
}

#[test]
fn strings_are_told_from_what_is_between_them() {
    let text = "\
Le code du module, dans le fichier garden.py :

\"\"\"
garden.py : les plates-bandes du jardin

Usage :
    python garden.py --water
\"\"\"

import beds


def water():
    \"\"\"
    Arrose toutes les plates-bandes.

    >>> water()
    3
    \"\"\"
    return beds.water()

On peut maintenant arroser tout le jardin.
";
    assert_eq!(found(text), [(3, 20, Language::Python)]);
}

#[test]
fn code_may_be_shortened() {
    let text = "\
A class has a name, and what is in it stands below, indented by four blanks:
class Bed(Base):
    <statement>
    .
async def water(bed, ...):
    ...
match bed:
    case Bed(name=\"roses\"):
        water(bed)
Everything else is left to those who read this page.
";
    assert_eq!(found(text), [(2, 9, Language::Python)]);
}

#[test]
fn languages_are_told_by_their_looks() {
    let language = |text: &str| language_of(&text.lines().collect::<Vec<_>>());
    assert_eq!(language("import x\nx.y()"), Language::Python);
    assert_eq!(language("{\n  \"a\": [1, 2],\n  \"b\": null\n}"), Language::Json);
    assert_eq!(language("name: x\non:\n  push:\n    branches: [main]"), Language::Yaml);
    assert_eq!(language("<p>\n  text\n</p>"), Language::Html);
    assert_eq!(language("SELECT a\nFROM b;"), Language::Sql);
    assert_eq!(language("src/\n├── a.py\n└── b.py"), Language::Tree);
    assert_eq!(language("pip install x"), Language::Shell);
    assert_eq!(language("some words"), Language::Text);
    assert_eq!(language("# only a comment"), Language::Text);
    assert_eq!(language(""), Language::Text);
}

#[test]
fn deep_nesting_does_not_exhaust_the_stack() {
    for open in ["(", "[", "{", "-", "not ", "a+", "a.", "lambda:", "f\"{", "x if y else ", "a[", "f("] {
        found(&format!("x = 1\n{}\n", open.repeat(20_000)));
        found(&format!("x = 1\n>>> {}\n", open.repeat(20_000)));
        found(&format!("x = {}1\n", open.repeat(300)));
        found(&format!("x = 1\n>>> {}\n", open.repeat(1_000)));
        found(&open.repeat(1_000).replace(' ', "\n"));
    }
    found(&"if x:\n".repeat(3_000));
    let nested: String = (0..300).map(|depth| format!("... {}if x:\n", " ".repeat(depth))).collect();
    found(&format!(">>> if x:\n{nested}"));
    found(&">>> ".repeat(20_000));
}

#[test]
fn many_open_strings_and_brackets_take_linear_time() {
    // Without a budget this would look at eight million lines.
    found(&"x = f(\n".repeat(4_000));
    found(&"\"\"\"\n".repeat(3_999));
}

#[test]
fn a_text_longer_than_a_window_is_found_in_order() {
    let page = "Some lines of prose that nobody reads, and then code:\nimport x\nx.y(1)\n";
    let regions = found(&page.repeat(8_000));
    assert_eq!(regions.len(), 8_000);
    assert!(regions.iter().zip(0..).all(|(region, n)| *region == (3 * n + 2, 3 * n + 3, Language::Python)));
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "([a-z (){}\\[\\]\"'#:=.,\\\\é>$-]|\n|    |\"\"\"|>>> |\\.\\.\\. |def f\\(\\):|\\$ |import x|  • |Traceback|\\{%|[├│]){0,80}") {
        let document = Document::decode("page.txt", text.as_bytes()).expect("is text");
        let mut end = 0;
        for block in blocks(&document) {
            prop_assert!(end < block.first_line && block.first_line <= block.last_line);
            // Prompts that were joined into one line stand on several.
            prop_assert!(block.lines.len() as u32 > block.last_line - block.first_line);
            prop_assert!(!block.lines[0].1.trim().is_empty());
            end = block.last_line;
        }
    }
}

/// The output that is shown of each block, with its kind and how many of its lines may be meant.
fn shown(text: &str) -> Vec<Vec<(String, OutputKind, Vec<usize>)>> {
    let document = Document::decode("page.txt", text.as_bytes()).expect("is text");
    let texts = |output: crate::extract::ShownOutput| {
        let lines: Vec<&str> = output.lines.iter().map(|(_, line)| line.as_str()).collect();
        (lines.join("|"), output.kind, output.extent.ends)
    };
    blocks(&document).into_iter().map(|block| block.outputs.into_iter().map(texts).collect()).collect()
}

#[test]
fn fences_without_a_language_are_no_code() {
    let text = "\
The cups are counted in a page whose code has lost what its fences said:

``````>>> cups = 2
>>> cups
2
``````

They are poured by somebody who returns the rest of them, as it should be:

```
def pour(n):
    return n - 1``````

Each of these is called once, and shows what is left of it:

```
>>> pour(2)
1 # that's all
```

Output:

```
1
```
";
    let document = Document::decode("page.txt", text.as_bytes()).expect("is text");
    let code = |block: &Block| block.lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("|");
    let found: Vec<String> = blocks(&document).iter().map(code).collect();
    assert_eq!(found, [">>> cups = 2|>>> cups|2", "def pour(n):|    return n - 1", ">>> pour(2)|1 # that's all"]);
}

#[test]
fn bodies_of_idle_belong_to_their_session() {
    let text = "\
What is typed into IDLE has no prompts before the lines of a body, but tabs:

>>> cups = 5
>>> def pour(n):
\tleft = n
\tdef fill():
\t\treturn left - 1
\tprint(left)
\treturn fill()

>>> pour(cups)
5
4
It pours one cup of them, as you can see from what it gives back.
";
    assert_eq!(found(text), [(3, 13, Language::Session)]);
}

#[test]
fn words_in_other_scripts_are_headings_and_labels() {
    let text = "\
Cups are counted on this page, first those that are full and then all of them.

cups = [2, 3]
print(sum(cups))

输出

5

每个杯子

cups = [4]
print(cups)
";
    assert_eq!(found(text), [(3, 4, Language::Python), (12, 13, Language::Python)]);
    assert_eq!(shown(text)[0], [("5||每个杯子".to_owned(), OutputKind::Seen, vec![1, 3])]);
}

#[test]
fn sessions_keep_what_has_no_prompt() {
    let text = "\
A tray takes cups, and tells how many there are when it is asked for it:

>>> def tray(cups):
        print(len(cups))
        return cups

>>> tray(set((\"tea\", \"milk\",
              7, \"tea\")))
3
milk = 4
It is the same with each tray that there is, as you will see.
";
    assert_eq!(found(text), [(3, 10, Language::Session)]);
    let text = "\
It is marked what the text below speaks of, as books do it now and then:

cups = [2, 3]  \u{2776}
print(cups)  \u{2777}
";
    let document = Document::decode("page.txt", text.as_bytes()).expect("is text");
    let lines: Vec<String> = blocks(&document).remove(0).lines.into_iter().map(|(_, line)| line).collect();
    assert_eq!(lines, ["cups = [2, 3]", "print(cups)"]);
}
