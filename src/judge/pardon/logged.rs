//! What a format of `logging` tells of the process and of the file that the code stands in.

use std::sync::LazyLock;

use regex::Regex;

use super::super::text::lines;

/// A field of a format, in any of its styles: `%(lineno)d`, `{lineno}`, `$lineno`.
static FIELD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:%\(|\{|\$\{?)([a-zA-Z]+)\b").expect("a pattern"));
/// A word with what a path has in it, or what stands between two of them.
static PART: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\w./\\<>-]+|[^\w./\\<>-]+").expect("a pattern"));

/// Fields that are numbers.
const NUMBERS: [&str; 6] = ["lineno", "process", "thread", "relativeCreated", "msecs", "created"];
/// Fields that name the file.
const FILES: [&str; 3] = ["filename", "pathname", "module"];

/// Whether two texts differ by no more than a format makes that has such fields: on each line by as many numbers and names as there are fields of them.
pub(super) fn is_elsewhere(code: &str, claimed: &str, actual: &str) -> bool {
    let has = |fields: &[&str]| {
        let mut own: Vec<&str> = FIELD.captures_iter(code).filter_map(|found| found.get(1)).map(|field| field.as_str()).collect();
        own.sort_unstable();
        own.dedup();
        own.iter().filter(|field| fields.contains(field)).count()
    };
    let (numbers, files) = (has(&NUMBERS), has(&FILES));
    let (claimed, actual) = (lines(claimed), lines(actual));
    numbers + files > 0
        && claimed.len() == actual.len()
        && claimed != actual
        && claimed.iter().zip(&actual).all(|(claimed, actual)| differs_by(claimed, actual, numbers, files))
}

/// Whether a line differs from another one by at most so many numbers and names of files.
fn differs_by(claimed: &str, actual: &str, numbers: usize, files: usize) -> bool {
    let parts = |line| PART.find_iter(line).map(|part| part.as_str()).collect::<Vec<_>>();
    let (claimed, actual) = (parts(claimed), parts(actual));
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_name = |text: &str| text.starts_with(|c: char| c.is_alphabetic() || "_./\\<".contains(c));
    let others: Vec<(&&str, &&str)> = claimed.iter().zip(&actual).filter(|(claimed, actual)| claimed != actual).collect();
    let of_numbers = others.iter().filter(|(claimed, actual)| is_number(claimed) && is_number(actual)).count();
    let of_names = others.iter().filter(|(claimed, actual)| is_name(claimed) && is_name(actual)).count();
    claimed.len() == actual.len() && of_numbers + of_names == others.len() && of_numbers <= numbers && of_names <= files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_files() {
        let code = "logging.basicConfig(format='%(levelname)s:%(filename)s:%(lineno)d:%(message)s')";
        assert!(is_elsewhere(code, "INFO:tea.py:5:2 cups\nINFO:tea.py:6:hot", "INFO:main.py:4:2 cups\nINFO:main.py:5:hot"));
        assert!(is_elsewhere("format='{module} {message}', style='{'", "tea hot", "main hot"));
        for actual in
            ["INFO:main.py:4:3 cups", "INFO:main.py:4:2 pots", "WARNING:main.py:4:2 cups", "INFO:main.py:4:2 cups\nINFO:main.py:5:hot"]
        {
            assert!(!is_elsewhere(code, "INFO:tea.py:5:2 cups", actual), "{actual}");
        }
        assert!(!is_elsewhere("format='%(message)s'", "5 cups", "4 cups"));
    }
}
