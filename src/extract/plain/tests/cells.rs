//! Cells of a notebook that was saved as text.

use super::*;

#[test]
fn cells_of_a_notebook_have_their_output_below() {
    let text = "\
Cups are counted in two cells, of which the first says nothing.

In [1]:
cups = [2, 3]

In [2]:
print(sum(cups))

5

The sum is told above, and the cups are told below, as they are.

In [3]:
a, b = cups
b, a

(3, 2)


In [4]:
cups
Out[4]:
[2, 3]
";
    let seen = |text: &str, ends: &[usize]| vec![(text.to_owned(), OutputKind::Seen, ends.to_vec())];
    let prose = "5||The sum is told above, and the cups are told below, as they are.";
    assert_eq!(shown(text), [vec![], seen(prose, &[1, 3]), seen("(3, 2)", &[1]), seen("[2, 3]", &[1])]);
}

#[test]
fn headings_and_objects_are_no_code_of_a_cell() {
    let text = "\
Cups are counted with a counter, which has a name of its own:

In [1]:
from collections import Counter
print(Counter('aab'))

Counter({'a': 2, 'b': 1})


# What is next

The pots are counted next, in the same way, and nothing else is done.

In [2]:
from collections import namedtuple
Pot = namedtuple('Pot', 'size')
print(Pot(2), type(Pot))

Pot(size=2) <class 'type'>


## The end

In [None]:
print(Pot(3))

That is all, and nobody has run it.
";
    let first: Vec<String> = shown(text).into_iter().map(|shown| shown.first().map_or(String::new(), |(text, ..)| text.clone())).collect();
    assert_eq!(first.len(), 3, "{first:?}");
    assert!(first[0].starts_with("Counter({'a': 2, 'b': 1})") && first[1].starts_with("Pot(size=2) <class"), "{first:?}");
    assert_eq!(first[2], "");
    // What is a value can't be prose.
    assert_eq!(shown(&text.replace("That is all, and nobody has run it.", "5"))[2], [("5".to_owned(), OutputKind::Seen, vec![1])]);
}

/// The code of the first cell of a page that begins with this text, and the output that is shown of it.
fn cell(text: &str) -> (String, Vec<(String, OutputKind, Vec<usize>)>) {
    let page = format!("The cups of this notebook are counted in cells, and what they show is below.\n\nIn [1]:\n{text}\n");
    let document = Document::decode("page.txt", page.as_bytes()).expect("is text");
    let code = |block: &Block| block.lines.iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>().join("|");
    (blocks(&document).first().map(code).unwrap_or_default(), shown(&page).remove(0))
}

#[test]
fn output_that_is_no_python_behind_the_code_of_a_cell() {
    let code = "for cup in (1, 2):\n    print(f' {cup}, tea')\n    if cup:\n        print()";
    let (found, outputs) = cell(&format!("{code}\n\n 1, tea\n\n 2, tea\n\n\nIn [2]:\n1\n"));
    assert_eq!((found, outputs[0].0.as_str()), (code.replace('\n', "|"), "1, tea||2, tea"));
    let (found, outputs) = cell("sorted(cups)\n\n[1, 2]\n\n#### More cups\n    sum(cups)\n");
    assert_eq!((found.as_str(), outputs[0].0.lines().next()), ("sorted(cups)", Some("[1, 2]||#### More cups|    sum(cups)")));
    // Code without indentation may have empty lines as well.
    let code = "cups\n\nfor cup in cups:\ntotal += cup\nprint(total)";
    assert_eq!(cell(code).1, []);
}

#[test]
fn tracebacks_of_ipython_end_with_their_exception() {
    let rule = "-".repeat(75);
    let traceback = format!(
        "{rule}\nValueError                                Traceback (most recent call last)\n<ipython-input-1> in <module>\n----> 1 cups.index(9)\n\nValueError: 9 is not in list"
    );
    let (_, outputs) = cell(&format!("cups.index(9)\n\n{traceback}\n\nThat is because there is none of them.\n"));
    assert_eq!(outputs, [(traceback.replace('\n', "|"), OutputKind::Seen, Vec::new())]);
}
