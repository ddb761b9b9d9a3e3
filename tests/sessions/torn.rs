//! Sessions that are for another Python, or lost something on their way to the page.

use super::expect;

#[test]
fn what_python_could_not_read_of_a_definition() {
    expect(&[
        (">>> def each(cup):\n...     print cup\n...\n>>> each(1)\n1\n>>> 2 + 3\n6", &["unsettled", "wrong"]),
        (">>> def each(cup):\n...     print(cup)\n...\n>>> each(1)\n2", &["wrong"]),
        (">>> def each(cup):\n...     print(cup)\n...\n>>> all(1)\n2", &["wrong"]),
    ]);
}

#[test]
fn indentation_behind_the_dots_of_ipython() {
    expect(&[
        ("In [4]: for cup in 'ab':\n   ...:     print(cup)\n   ...:\na\nb", &["holds"]),
        // Which of these lines the loop has can't be told.
        ("In [1]: total = 0\n\nIn [2]: for cup in [1, 2]:\n   ...: total += cup\n   ...: print(total)\n   ...:\n3", &["unsettled"]),
        (">>> if 3:\n... 1\n... 2\n... else:\n... 3\n1", &["unsettled"]),
        // Nothing is shown for what isn't valid Python.
        (">>> if 3:\n...     1 +\n...     2\n1", &["unsettled"]),
    ]);
}

#[test]
fn words_of_other_releases() {
    let raised = |message: &str| {
        format!(
            ">>> cups = 5\n>>> def pour():\n...     cups += 1\n...\n>>> pour()\nTraceback (most recent call last):\n  ...\nUnboundLocalError: {message}"
        )
    };
    let (old, new) = (
        "local variable 'cups' referenced before assignment",
        "cannot access local variable 'cups' where it is not associated with a value",
    );
    let of = |message: &str| super::verdicts("example", &[&raised(message)]).concat();
    let mut both = [of(old), of(new)].concat();
    both.sort();
    assert_eq!(both, ["holds", "unsettled"], "one of them is what this Python says");
    assert_eq!(of(&old.replace("cups", "tea")), ["wrong"]);
}
