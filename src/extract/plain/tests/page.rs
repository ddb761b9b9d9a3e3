//! What converters and printing leave among code, and what they take away.

use super::*;

#[test]
fn output_that_looks_like_code_is_announced() {
    let shown_below = |code: &str, announced: &str| {
        shown(&format!("The cups are counted here, one after the other, and then they are told:\n\n{code}\n\n{announced}\n"))
    };
    let seen = |text: &str, ends: &[usize]| vec![vec![(text.to_owned(), OutputKind::Seen, ends.to_vec())]];
    let code = "cups = [2, 3]\nprint(f'cups = {cups}')";
    assert_eq!(shown_below(code, "The output of the code above will be:\n\ncups = [2, 3]"), seen("cups = [2, 3]", &[1]));
    assert_eq!(shown_below(code, "Output:\n\nCup(size=2, kind='tea')"), seen("Cup(size=2, kind='tea')", &[1]));
    assert_eq!(shown_below(code, "This will print\n\n[2, 3]\n\nIt was filled before."), seen("[2, 3]||It was filled before.", &[1, 3]));
    // It's code nevertheless.
    assert_eq!(shown_below(code, "Print the results:\n\nmilk = [2, 3]\nprint(milk)"), [[], []]);
    assert_eq!(shown_below(code, "Results:\n\nmilk = [2, 3]\nfill(milk)"), [[], []]);
}

#[test]
fn headings_among_code_are_none() {
    let text = "\
Tea is poured into cups, which are counted before that and afterwards:

    cups = 2
    pour(cups)

### Milk

    milk = 1
    pour(milk)
";
    assert_eq!(found(text), [(3, 4, Language::Python), (8, 9, Language::Python)]);
    let text = "\
### Cups

    # Cups are what you need, and they are to be counted
    cups = 2
    print(f'''
    Cups: {cups}
    ''')

### Milk

    milk = 1
";
    assert_eq!(found(text), [(3, 7, Language::Python), (11, 11, Language::Python)]);
    let text = "\
cups = 2
print(cups)  # 2

  Milk

milk = 1
print(milk)  # 1
";
    assert_eq!(found(text), [(1, 2, Language::Python), (6, 7, Language::Python)]);
}

#[test]
fn blanks_before_the_first_line_are_none_of_the_code() {
    let lines = |code: &str| {
        let text = format!("Tea is poured into cups, which are counted before that and afterwards:\n{code}\nAnd so it goes on.\n");
        let document = Document::decode("page.txt", text.as_bytes()).expect("is text");
        blocks(&document).remove(0).lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("|")
    };
    assert_eq!(lines(" cups = [2, 3]\nfor cup in cups:\n    print(cup)"), "cups = [2, 3]|for cup in cups:|    print(cup)");
    assert_eq!(lines("    cups = [2, 3]\n  for cup in cups:\n      print(cup)"), "  cups = [2, 3]|  for cup in cups:|      print(cup)");
    assert_eq!(lines("  cups = [2, 3]\n  print(cups)"), "  cups = [2, 3]|  print(cups)");
}

#[test]
fn code_goes_on_behind_what_stands_between() {
    let text = "\
Tea is poured into cups, which are counted before that and afterwards:
1
2
3
4
def pour(cup):
    return cup

print(pour(1))
And so it goes on, with one cup after the other, until there is no more.
";
    assert_eq!(found(text), [(6, 9, Language::Python)]);
    let text = "\
On tea

Tea is poured into cups, which are counted before that and afterwards:

    def pour(cup):

                 1
\u{C}On tea

        return cup

And so it goes on, with one cup after the other, until there is no more.

                 2
";
    let document = Document::decode("page.txt", text.as_bytes()).expect("is text");
    let lines: Vec<String> = blocks(&document).remove(0).lines.into_iter().map(|(_, line)| line).collect();
    assert_eq!(lines, ["    def pour(cup):", "        return cup"]);
}
