//! Tags of site generators that stand around code in Markdown: Jekyll's `{% highlight python %}`, Hugo's `{{< highlight python >}}`, Hexo's
//! `{% codeblock lang:python %}`, WordPress's `[code language="python"]`.

/// A block of code that a tag opens.
pub(super) struct Block {
    /// What its last line holds, without blanks.
    closing: String,
    /// The language that the tag names; empty where it names none.
    pub(super) language: String,
}

impl Block {
    /// The block that a line opens.
    pub(super) fn opened_by(line: &str) -> Option<Block> {
        const NAMES: [&str; 2] = ["highlight", "codeblock"];
        const WORDPRESS: [&str; 4] = ["code", "sourcecode", "python", "py"];
        let (kind, inner) = tag(line)?;
        let mut words = inner.split_whitespace();
        let name = words.next().filter(|name| if kind.is_bracket() { WORDPRESS.contains(name) } else { NAMES.contains(name) })?;
        let language = match name {
            "python" | "py" => name,
            _ => words.enumerate().find_map(|(place, word)| language(word, place == 0 && name == "highlight")).unwrap_or_default(),
        };
        Some(Block { closing: kind.closing(name), language: language.to_owned() })
    }

    /// Whether a line closes it.
    pub(super) fn is_closed_by(&self, line: &str) -> bool {
        closing(line).is_some_and(|closing| closing == self.closing)
    }

    /// Whether one of the lines below its first closes it, before another one opens.
    pub(super) fn is_closed_in<'t>(&self, lines: impl IntoIterator<Item = &'t str>) -> bool {
        let mut ends = lines.into_iter().filter(|line| line.trim_start().starts_with(['{', '[']));
        ends.find(|line| closing(line).is_some() || Block::opened_by(line).is_some()).is_some_and(|line| self.is_closed_by(line))
    }
}

/// Whether a line is nothing but the end of something that a tag opened, or turns the tags themselves off: no reader of the page sees it.
pub(super) fn is_unseen(line: &str) -> bool {
    closing(line).is_some() || tag(line).is_some_and(|(kind, inner)| !kind.is_bracket() && inner == "raw")
}

/// The marks around a tag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `{% … %}`
    Liquid,
    /// `{{< … >}}` and `{{% … %}}`
    Hugo,
    /// `[…]`
    Bracket,
}

impl Kind {
    fn is_bracket(self) -> bool {
        self == Kind::Bracket
    }

    /// What a tag holds that closes what this name opened.
    fn closing(self, name: &str) -> String {
        let mark = if self == Kind::Liquid { "end" } else { "/" };
        format!("{mark}{name}")
    }
}

/// The tag that a line is, and nothing else.
fn tag(line: &str) -> Option<(Kind, &str)> {
    const MARKS: [(&str, &str, Kind); 4] =
        [("{%", "%}", Kind::Liquid), ("{{<", ">}}", Kind::Hugo), ("{{%", "%}}", Kind::Hugo), ("[", "]", Kind::Bracket)];
    let line = line.trim();
    let (kind, inner) = MARKS.into_iter().find_map(|(open, close, kind)| Some((kind, line.strip_prefix(open)?.strip_suffix(close)?)))?;
    // `{%-` takes the blanks before it away.
    let inner = if kind == Kind::Liquid { inner.trim_matches('-') } else { inner };
    (!inner.contains(['{', '}', '[', ']'])).then(|| (kind, inner.trim()))
}

/// What a line holds that closes something, without its blanks.
fn closing(line: &str) -> Option<String> {
    let (kind, inner) = tag(line)?;
    let inner: String = inner.split_whitespace().collect();
    let name = inner.strip_prefix(if kind == Kind::Liquid { "end" } else { "/" })?;
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))).then_some(inner)
}

/// The language that a word of a tag names: `lang:python`, `language="python"`; the first one of Jekyll's and Hugo's is one.
fn language(word: &str, is_first: bool) -> Option<&str> {
    let named = ["lang:", "lang=", "language=", "language:"].iter().find_map(|key| word.strip_prefix(key));
    let language = named.or_else(|| Some(word).filter(|word| is_first && !word.contains(['=', ':'])))?;
    Some(language.trim_matches(['"', '\'', ','])).filter(|language| !language.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_their_languages() {
        for (line, language) in [
            ("{% highlight python %}", "python"),
            ("{%- highlight pycon linenos -%}", "pycon"),
            ("  {{< highlight python \"linenos=table\" >}}", "python"),
            ("{{% highlight \"py\" %}}", "py"),
            ("{% codeblock Tea lang:python %}", "python"),
            ("{% codeblock %}", ""),
            ("[code]", ""),
            ("[sourcecode language=\"python\"]", "python"),
            ("[python]", "python"),
        ] {
            assert_eq!(Block::opened_by(line).map(|block| block.language).as_deref(), Some(language), "{line}");
        }
        for line in
            ["{% raw %}", "{% highlight python %}x = 1{% endhighlight %}", "{{ highlight }}", "[tea]", "[code][1]", "highlight", "{% %}"]
        {
            assert!(Block::opened_by(line).is_none(), "{line}");
        }
    }

    #[test]
    fn each_block_has_an_end_of_its_own() {
        let is_closed = |line: &str, below: &str| Block::opened_by(line).expect("a block").is_closed_in(below.lines());
        assert!(is_closed("{% highlight python %}", "x = 1\n{% endhighlight %}"));
        assert!(is_closed("{{< highlight python >}}", "{x}\n{{< / highlight >}}"));
        assert!(is_closed("[code]", "[1]\n[2, 3]\n[/code]"));
        for below in ["x = 1", "{% endraw %}", "{% highlight python %}\n{% endhighlight %}", "{{< /highlight >}}"] {
            assert!(!is_closed("{% highlight python %}", below), "{below}");
        }
    }

    #[test]
    fn ends_are_no_text() {
        for line in ["{% endtab %}", "{% raw %}", "{% endraw %}", "{{< /tab >}}", "{{% /expand %}}", "[/code]"] {
            assert!(is_unseen(line), "{line}");
        }
        for line in ["{% tab %}", "{% include tea.html %}", "[1]", "[/]", "tea {% endraw %}", "{{ end }}", "{}"] {
            assert!(!is_unseen(line), "{line}");
        }
    }
}
