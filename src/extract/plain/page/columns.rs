//! Columns of line numbers, which stand beside code on a page, and above it in its text.

use super::{super::prose, Part};

/// So many lines make a column that needs no other to be believed.
const SURE: usize = 4;

/// Marks the columns. A page that has one has them all over; lines of numbers may be output as well, which stands below code.
pub(super) fn mark(texts: &[&str], parts: &mut [Part]) {
    let columns: Vec<Column> = columns(texts);
    let sure: Vec<&Column> = columns.iter().filter(|column| column.length > 1 && column.is_below_prose(texts)).collect();
    if sure.len() < 2 && !sure.iter().any(|column| column.length >= SURE) {
        return;
    }
    for column in &columns {
        parts[column.first..column.first + column.length].fill(Part::Nothing);
        parts[column.first] = Part::Between;
    }
}

#[derive(Debug)]
struct Column {
    /// The index of its first line.
    first: usize,
    /// How many lines it has.
    length: usize,
}

impl Column {
    /// Whether it's behind prose; output isn't.
    fn is_below_prose(&self, texts: &[&str]) -> bool {
        let above = texts[..self.first].iter().rev().find(|text| !text.is_empty());
        above.is_none_or(|above| prose::weight(above) >= 1.0 && !above.ends_with(['>', ')', ']']) && !is_number(above))
    }
}

/// The columns that number as many lines of something else than prose.
fn columns(texts: &[&str]) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut at = 0;
    while at < texts.len() {
        let length = (1..).zip(&texts[at..]).take_while(|(number, text)| text.trim().parse() == Ok::<usize, _>(*number)).count();
        let numbered = texts[at + length..].iter().take(length);
        let is_numbered = |first: &&str| !first.is_empty() && !is_number(first) && prose::weight(first) < 3.0;
        if length > 0
            && numbered.clone().next().is_some_and(is_numbered)
            && numbered.filter(|text| prose::weight(text) >= 3.0).count() * 2 <= length
        {
            columns.push(Column { first: at, length });
        }
        at += length.max(1);
    }
    columns
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(page: &str) -> String {
        super::super::tests::left(page, mark)
    }

    #[test]
    fn columns_beside_code_are_left_out() {
        let page = "Tea is poured so:\n1\n2\n3\n4\ncups = 2\n\npour(cups)\nserve(cups)\nThen it is drunk.";
        assert_eq!(kept(page), "Tea is poured so:\n~\ncups = 2\n\npour(cups)\nserve(cups)\nThen it is drunk.");
        let page = "Tea is poured so:\n1\n2\ncups = 2\npour(cups)\nThen it is served:\n\n1\n2\nserve(cups)\ndrink(cups)\n1\nwash(cups)";
        let rest = "Tea is poured so:\n~\ncups = 2\npour(cups)\nThen it is served:\n\n~\nserve(cups)\ndrink(cups)\n~\nwash(cups)";
        assert_eq!(kept(page), rest);
    }

    #[test]
    fn numbers_that_are_none_stay() {
        for page in [
            "for cup in range(1, 5):\n    print(cup)\n1\n2\n3\n4\ncups = 2\npour(cups)\nserve(cups)\ndrink(cups)",
            "It prints these four:\n1\n2\n3\n4\n\nThen it is over.\nNothing is poured any more.\nThat is the end of it.\nSo be it.",
            "Tea is poured so:\n1\n2\ncups = 2\npour(cups)",
            "Tea is poured so:\n2\n3\n4\n5\ncups = 2\npour(cups)\nserve(cups)\ndrink(cups)",
        ] {
            assert_eq!(kept(page), page);
        }
    }
}
