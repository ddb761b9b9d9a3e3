//! Fuller texts of a claim: what was taken for its tail may belong to it.
//!
//! `print(x)  # 5 g` claims `5 g`, but only what was printed tells that from `5 apples are left`; so it's asked here, where that is
//! known. A fuller text can only make a claim hold, never wrong.

use std::ops::Range;

use crate::claim::Form;

/// More comment lines aren't joined: a listing of that length has a lead-in.
const MOST_LINES: usize = 40;

/// What a claim may say when more of its comment belongs to it, the shortest first.
pub(super) fn texts(code: &str, span: &Range<usize>, form: Form) -> Vec<String> {
    if form != Form::Trailing && form != Form::Following {
        return Vec::new();
    }
    let Some(from) = code.get(span.start..) else { return Vec::new() };
    let mut lines = from.split('\n').map(str::trim_end);
    let Some(first) = lines.next() else { return Vec::new() };
    let length = span.end.saturating_sub(span.start);
    let gaps = ["  ", " (", " -- ", " - ", " — ", " – ", "; "].into_iter().flat_map(|gap| first.match_indices(gap).map(|(at, _)| at));
    let mut ends: Vec<usize> = gaps.chain([first.len()]).filter(|end| *end > length).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut texts: Vec<String> = ends.into_iter().filter_map(|end| first.get(..end)).map(str::to_owned).collect();
    texts.extend(with_label(code, span.start, first));
    if form == Form::Following {
        let mut whole = first.to_owned();
        for line in lines.take(MOST_LINES) {
            let Some(comment) = line.trim_start().strip_prefix('#') else { break };
            whole.push('\n');
            whole.push_str(comment.strip_prefix(' ').unwrap_or(comment));
            texts.push(whole.clone());
        }
        texts.extend(with_marks(code, span.start));
    }
    texts
}

/// A comment's line from its beginning, where words stand there that may belong to what is claimed: `not hot: 'tea' is ...`.
fn with_label(code: &str, start: usize, rest: &str) -> Option<String> {
    let label = code[..start].rsplit('\n').next()?.rsplit_once("# ")?.1;
    label.trim_end().ends_with(':').then(|| format!("{label}{rest}").trim_start().to_owned())
}

/// The lines of a comment that all have the same mark, `# -> `, without it, and without the quotes that all of them have.
fn with_marks(code: &str, start: usize) -> Option<String> {
    let mark = code[..start].rsplit('\n').next()?.trim();
    if mark.trim_start_matches(['#', ' ']).is_empty() {
        return None;
    }
    let lines: Vec<&str> = std::iter::once(code[start..].lines().next()?.trim_end())
        .chain(code[start..].lines().skip(1).map_while(|line| line.trim().strip_prefix(mark)).map(str::trim))
        .take(MOST_LINES)
        .collect();
    let unquoted = |quote: char| lines.iter().map(|line| line.strip_prefix(quote)?.strip_suffix(quote)).collect::<Option<Vec<&str>>>();
    let texts = unquoted('"').or_else(|| unquoted('\''));
    (lines.len() > 1).then(|| texts.unwrap_or(lines.clone()).join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_each_gap_and_the_end() {
        let code = "f()  # 5 g (all of it) -- so far\n# more\n";
        assert_eq!(texts(code, &(7..8), Form::Trailing), ["5 g", "5 g (all of it)", "5 g (all of it) -- so far"]);
        assert_eq!(texts(code, &(7..8), Form::Session), [] as [&str; 0]);
        assert_eq!(texts(code, &(900..901), Form::Trailing), [] as [&str; 0]);
    }

    #[test]
    fn words_in_front() {
        let code = "print(e)  # not hot: 'tea'. Warm it, or ...\n";
        let start = code.find('\'').expect("a claim");
        assert_eq!(texts(code, &(start..start + 5), Form::Trailing).last().map(String::as_str), Some("not hot: 'tea'. Warm it, or ..."));
    }

    #[test]
    fn lines_with_marks() {
        let of = |code: &str| with_marks(code, code.find(['"', '5']).expect("a claim"));
        assert_eq!(of("f()\n# -> \"hot\"\n# -> \"tea\"\n\n# -> \"cold\"\n").as_deref(), Some("hot\ntea"));
        assert_eq!(of("f()\n# => 5\n# => 'tea'\n# done\n").as_deref(), Some("5\n'tea'"));
        assert_eq!(of("f()\n# -> 5\n# => 6\n"), None);
        assert_eq!(of("f()\n# 5\n# 6\n"), None);
    }

    #[test]
    fn lines_below() {
        let code = "print(x)\n# 3\n# fine\n#  done\n\n# other\n";
        assert_eq!(texts(code, &(11..12), Form::Following), ["3\nfine", "3\nfine\n done"]);
    }
}
