//! Output that is announced below code.

use super::*;

#[test]
fn output_is_announced_below_the_code() {
    let code =
        "The cups are counted here, one after the other, and then the sum is told:\n\ncups = [2, 3]\nprint(sum(cups))\nprint(cups)\n";
    let of_code = |text: &str| shown(&format!("{code}{text}")).remove(0);
    let seen = |text: &str, kind, ends: &[usize]| vec![(text.to_owned(), kind, ends.to_vec())];
    let rest = "The sum comes first, as it was printed first.";
    let all = format!("5|[2, 3]||{rest}");
    assert_eq!(of_code(&format!("\nThis prints:\n\n5\n[2, 3]\n\n{rest}\n")), seen(&all, OutputKind::Seen, &[2, 1, 4]));
    let all = format!("5|[2, 3]|{rest}");
    assert_eq!(of_code(&format!("Copy\nOutput:\nCopy\n5\n[2, 3]\n{rest}\n")), seen(&all, OutputKind::Seen, &[2, 1, 3]));
    assert_eq!(of_code(&format!("Output: 5 [2, 3]\n{rest}\n")), seen("5 [2, 3]", OutputKind::Seen, &[]));
    assert_eq!(of_code("Output: 5\n        [2,\n\n         3]\n"), seen("5|        [2,||         3]", OutputKind::Seen, &[]));
    assert_eq!(of_code(&format!("Answer: 5\n{rest}\n")), seen("5", OutputKind::Likely, &[]));
    assert_eq!(of_code(&format!("TypeError: no cups\n{rest}\n")), seen("TypeError: no cups", OutputKind::Likely, &[]));
    // It announces code, or nothing is to be seen of the code above.
    let text = format!("{code}\nThis prints the cups:\n\nfor cup in cups:\n    print(cup)\n");
    assert_eq!(shown(&text), [[], []]);
    let text = code.replace("print", "f").replace("f(cups)", "x = 5") + "\nOutput:\n\n5\n";
    assert_eq!(shown(&text), [[]]);
}

#[test]
fn comments_announce_output_that_is_none() {
    let text = "\
The sum of the cups is told, and then whether there are enough of them for all:

cups = [2, 3]
print(sum(cups))
#output
5
print(sum(cups) > 9)
# Output:
False
# output
cups = 3

Those are all of the cups that there are, and nobody has any more of them.
";
    let seen = |text: &str| vec![(text.to_owned(), OutputKind::Seen, vec![1])];
    assert_eq!(shown(text)[..2], [seen("5"), seen("False")]);
}
