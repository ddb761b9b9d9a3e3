//! Words of other tools and prompts without a fence, through the real binary: they mean what they mean to the users of those tools.

mod common;

use common::{Call, check, folder_of, verify_in};

/// Outcome and reason of each example, by its line.
fn outcomes(call: &Call) -> Vec<(u64, String, String)> {
    let json = call.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let of = |example: &serde_json::Value| (example["lines"][0].as_u64().unwrap_or(0), text(&example["outcome"]), text(&example["reason"]));
    json["examples"].as_array().expect("examples").iter().map(of).collect()
}

fn rows(rows: &[(u64, u64, &str)]) -> Vec<(u64, u64, String)> {
    rows.iter().map(|(line, column, verdict)| (*line, *column, (*verdict).to_owned())).collect()
}

#[test]
fn prompts_in_the_prose_of_markdown_are_a_session() {
    let page = "\
# Baskets

A basket starts with one thing:
>>> basket = ['tea']
>>> basket
['tea']

>>> for thing in basket:
...     print(thing)
coffee

- And it grows:

  >>> basket.append('milk')
  >>> len(basket)
  3

<!-- skip: next -->

>>> 1/0

> > > Which is what he wrote.
>>> thanks
>> Not at all.

>>> I am prose.
";
    let folder = folder_of(&[("page.md", page)]);
    let call = check(folder.path(), &["page.md"]);
    assert_eq!(call.verdicts(), rows(&[(6, 1, "holds"), (10, 1, "wrong"), (16, 3, "wrong")]), "{}", call.stdout);
    let skipped = outcomes(&call).into_iter().filter(|(_, outcome, _)| outcome == "skipped").map(|(line, ..)| line);
    assert_eq!(skipped.collect::<Vec<_>>(), [20]);
}

#[test]
fn what_such_prompts_show_is_rewritten_in_its_place() {
    let folder = folder_of(&[("page.md", "Text:\n\n1. One\n\n   >>> [1 +\n   ...  1]\n   [3]\n\nText\n")]);
    assert_eq!(verify_in(folder.path(), &["--fix", "--in-ci", "page.md"]).code, Some(0));
    let page = std::fs::read_to_string(folder.path().join("page.md")).expect("the page");
    assert_eq!(page, "Text:\n\n1. One\n\n   >>> [1 +\n   ...  1]\n   [2]\n\nText\n");
}

#[test]
fn phmdoctest_leaves_out_annotated_lines() {
    let page = "\
```python
import nowhere  # phmdoctest:omit
def sold(things):
    print('sold', things)
    if things:  # it's slow: phmdoctest:omit
        print('wait')

        raise TimeoutError  # 17
    if things > 1:
        print('many')  # phmdoctest:pass
    else:
        print('few')
    return things

sold(2)  # 2
sold(1)  # 7
```

```python
1/0  # phmdoctest:omit
```
";
    let folder = folder_of(&[("page.md", page)]);
    let call = check(folder.path(), &["page.md"]);
    assert_eq!(call.verdicts(), rows(&[(15, 12, "holds"), (16, 12, "wrong")]), "{}", call.stdout);
    let why = "the document says to skip it: all of it is marked `phmdoctest:omit`".to_owned();
    assert_eq!(outcomes(&call), [(2, "ran".to_owned(), String::new()), (20, "skipped".to_owned(), why)]);
}

#[test]
fn requires_names_a_python_or_files_of_the_documents() {
    let pages = [
        (
            "shop.md",
            "```python {title=\"shop.py\"}\nPRICE = 3\n```\n\n```python {title=\"till.py\" requires=\"shop.py\"}\nfrom shop import PRICE\nPRICE  # 3\n```\n\n\
             ```python {title=\"shop.py\"}\nPRICE = 4\n```\n",
        ),
        (
            "tour.md",
            "```python requires=\"till.py, shop.py\"\nfrom till import PRICE\nPRICE  # 4\n```\n\n```python requires=\"3.9\"\nlen('ab')  # 3\n```\n\n\
             ```python requires=\"3.99\"\n1/0\n```\n\n```python requires=\"shops.py\"\nimport shops\n```\n\n```python requires=\"../x.py\"\n1\n```\n",
        ),
    ];
    let folder = folder_of(&pages);
    let call = check(folder.path(), &["shop.md", "tour.md"]);
    let mut found = call.verdicts();
    found.sort();
    assert_eq!(found, rows(&[(3, 10, "wrong"), (7, 10, "holds"), (7, 14, "wrong")]), "{}", call.stdout);
    let json = call.json();
    assert_eq!(call.example("shop.md:2")["used_by"], serde_json::json!(["shop.md:6"]));
    let problems: Vec<&str> =
        json["problems"].as_array().expect("problems").iter().filter_map(|problem| problem["message"].as_str()).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("tour.md:14:1: attribute `requires` of the fence: no other Python block has"), "{problems:?}");
    assert!(problems[0].ends_with("did you mean `shop.py`?"), "{problems:?}");
    assert!(problems[1].starts_with("tour.md:18:1: attribute `requires`"), "{problems:?}");
    let skipped = outcomes(&call).into_iter().filter(|(_, outcome, _)| outcome == "skipped").collect::<Vec<_>>();
    assert!(matches!(&skipped[..], [(11, _, why), (15, _, lack)] if why.contains("3.99") && lack.contains("shops")), "{skipped:?}");
}
