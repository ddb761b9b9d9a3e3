//! Code that is glued to what stands around it: fences without their line ends, prose behind the last line of a function, headings that look like calls.

use super::{claims, rows};

#[test]
fn fences_that_are_glued_to_their_code() {
    let text = "```import math\ncups = math.ceil(1.5)\nprint(cups)  # 2```\n\nThen:\n\n```cups = [1, 2]\nprint(cups)  # [1, 3]\n```\n\n\
                ```In [1]: cups = 5\n\nIn [2]: cups\nOut[2]: 6\n```\n";
    assert_eq!(claims("page.md", text), rows(&[(3, 16, "2", "holds"), (8, 16, "[1, 3]", "wrong"), (14, 9, "6", "wrong")]));
    // A word is a language's name, and a line of backticks within code is none of its fences.
    let text = "```cups\nprint(1)  # 2\n```\n\n```python\n# ends with ```\nprint(1)  # 2\n```\n";
    assert_eq!(claims("page.md", text), rows(&[(7, 13, "2", "wrong")]));
}

#[test]
fn prose_that_is_glued_to_the_end_of_a_function() {
    let page = |end: &str, body: &str| {
        format!(
            "A function for tea:\n\ndef half(cups):\n{body}print(\"half\")\n{body}return {end}\n>>> half(6)\nhalf\n3.0\n>>> half(8)\nhalf\n5.0\n>>> cups = 1\n"
        )
    };
    for body in ["", "    "] {
        let text = page("cups / 2Then call it:", body);
        assert_eq!(claims("page.txt", &text), rows(&[(7, 1, "half\n3.0", "holds"), (10, 1, "half\n5.0", "wrong")]), "{text}");
        // Where the name ends can't be told, nor what the function gives.
        let text = page("cupsThen:", body);
        assert_eq!(claims("page.txt", &text), rows(&[(7, 1, "half\n3.0", "unsettled"), (10, 1, "half\n5.0", "unsettled")]), "{text}");
    }
}

#[test]
fn functions_that_call_themselves_and_lost_their_indentation() {
    let page = |last: &str, shown: &str| {
        format!(
            "How many ways are there?\n\n@lru_cache(maxsize=None)\ndef ways(n):\nif n < 2:\nreturn 1\n{last}\nprint(ways(4))  # {shown}\n\nThat is all.\n"
        )
    };
    let last = "return ways(n-1) + ways(n-2)";
    assert_eq!(claims("page.txt", &page(last, "5")), rows(&[(8, 19, "5", "holds")]));
    assert_eq!(claims("page.txt", &page(last, "6")), rows(&[(8, 19, "6", "wrong")]));
}

#[test]
fn headings_that_look_like_calls() {
    let text = "Two ways to pour.\n\nmath.gcd()\n\nimport math\nprint(math.gcd(4, 6))  # 2\nprint(math.gcd(4, 8))  # 5\n";
    assert_eq!(claims("page.txt", text), rows(&[(6, 26, "2", "holds"), (7, 26, "5", "wrong")]));
    // What is imported above is called.
    let text = "One way to pour.\n\nimport math\nmath.gcd()\nimport sys\nprint(math.gcd(4, 6))  # 3\n";
    assert_eq!(claims("page.txt", text), rows(&[(6, 26, "3", "wrong")]));
}

#[test]
fn numbers_before_code() {
    let text = "What will these print?\n\n  1. def pour(cups):\n        more = cups\n        more += [3]\n        return cups\n    \
                print(pour([1]))  # [1, 3]\n\n  2. def fill(cups):\n        return cups + [3]\n    print(fill([1]))  # [1]\n\nThat is all.\n";
    assert_eq!(claims("page.txt", text), rows(&[(7, 25, "[1, 3]", "holds"), (11, 25, "[1]", "wrong")]));
}
