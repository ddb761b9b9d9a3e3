//! HTML's code blocks: `pre` elements, whatever highlighted them (Pygments, Sphinx, highlight.js, Prism, pandoc, nbconvert).
//!
//! Markup within them goes away, entities are decoded, line numbers and buttons are left out, and each byte keeps its place in the file.
//! The language is what classes say, of the element or of those around it; else it's told by the code. The page isn't rendered: what
//! scripts or styles would show or hide is beyond this, and so is code in other elements than `pre`.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, EndTag, HtmlString, StartTag, Token, Tokenizer};

use super::{Excerpt, Found, OutputKind, gatherer::Gatherer};
use crate::document::Document;

/// The code blocks of a page, in its order.
pub(super) fn blocks(document: &Document) -> Found {
    let mut source = Excerpt::default();
    source.push(&document.text, 0);
    let mut gatherer = Gatherer::new(document);
    read(&source, &mut gatherer);
    gatherer.found
}

/// Reads a text in HTML.
pub(super) fn read(source: &Excerpt, gatherer: &mut Gatherer) {
    let mut page = Page { source, gatherer, open: Vec::new(), pre: None, between: String::new() };
    let mut emitter = DefaultEmitter::new_with_span();
    // Scripts and styles hold no tags.
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(source.text(), emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => page.start(&tag),
            Token::EndTag(tag) => page.end(&tag),
            Token::String(text) => page.text(text.span.start, text.span.end),
            Token::Comment(comment) => {
                let text = &source.text()[comment.span.start..comment.span.end];
                let inner = text.trim_start_matches("<!--").trim_end_matches("-->");
                let start = comment.span.start + (text.len() - text.trim_start_matches("<!--").len());
                page.gatherer.heed(&source.slice(start..start + inner.len()));
            }
            Token::Doctype(_) | Token::Error(_) => {}
        }
    }
}

/// Elements that have no end tag.
const VOID: [&str; 12] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"];
/// Elements whose text isn't shown, or isn't code.
const SILENT: [&str; 5] = ["button", "script", "style", "svg", "template"];
/// Classes of what stands beside code: numbers of lines, links and buttons.
const BESIDE: [&str; 10] =
    ["linenos", "lineno", "linenodiv", "line-number", "line-numbers-rows", "gutter", "ln", "headerlink", "copybtn", "hljs-ln-numbers"];
/// Classes of what shows output.
const OUTPUT: [&str; 7] =
    ["output", "cell_output", "output_area", "output_text", "jp-OutputArea-output", "jp-RenderedText", "output_stdout"];
/// How many elements around a `pre` may tell its language.
const REACH: usize = 4;
/// More elements aren't nested into each other in a page that a browser could show.
const DEPTH: usize = 2_000;

struct Page<'p, 'd> {
    source: &'p Excerpt,
    gatherer: &'p mut Gatherer<'d>,
    /// The elements around.
    open: Vec<Element>,
    /// The `pre` that is being read.
    pre: Option<Pre>,
    /// The text since the last one.
    between: String,
}

struct Element {
    name: String,
    classes: String,
    language: Option<String>,
}

struct Pre {
    code: Excerpt,
    /// How many elements are open around it.
    depth: usize,
    language: Option<String>,
    is_output: bool,
}

impl Page<'_, '_> {
    fn start(&mut self, tag: &StartTag<usize>) {
        let name = text(&tag.name);
        if name == "br" && !self.is_beside() {
            match &mut self.pre {
                Some(pre) => pre.code.push("\n", self.source.in_document(tag.span.start)),
                None => self.between.push('\n'),
            }
        }
        if VOID.contains(&name.as_str()) || tag.self_closing || self.open.len() >= DEPTH {
            return;
        }
        let classes = tag.attributes.get(&b"class"[..]).map(|value| text(value)).unwrap_or_default();
        let named =
            [&b"data-lang"[..], b"data-language", b"lang"].iter().find_map(|name| tag.attributes.get(*name)).map(|value| text(value));
        let language = language(&classes).or(named.filter(|_| matches!(name.as_str(), "pre" | "code" | "div" | "figure")));
        if name == "code"
            && let Some(pre) = &mut self.pre
        {
            pre.language = language.clone().or(pre.language.take());
        }
        self.open.push(Element { name, classes, language });
        let is_pre = self.open.last().is_some_and(|element| element.name == "pre");
        if is_pre && self.pre.is_none() && !self.is_beside() {
            let around = || self.open.iter().rev().take(REACH);
            let language = around().find_map(|element| element.language.clone());
            let is_output =
                around().any(|element| element.has(&OUTPUT)) && !around().any(|element| element.has(&["input_area", "jp-InputArea"]));
            self.pre = Some(Pre { code: Excerpt::default(), depth: self.open.len(), language, is_output });
        }
    }

    fn end(&mut self, tag: &EndTag<usize>) {
        let name = text(&tag.name);
        // An end without a start means nothing.
        let Some(at) = self.open.iter().rposition(|element| element.name == name) else { return };
        let is_beside = self.is_beside();
        if let Some(pre) = &mut self.pre
            && !is_beside
            && pre.depth <= at
            && matches!(name.as_str(), "li" | "div" | "tr" | "p")
            && !pre.code.text().ends_with('\n')
        {
            pre.code.push("\n", self.source.in_document(tag.span.start));
        }
        self.open.truncate(at);
        if self.pre.as_ref().is_some_and(|pre| pre.depth > at) {
            self.finish();
        }
        if self.pre.is_none() && matches!(name.as_str(), "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "td") {
            self.between.push('\n');
        }
    }

    fn finish(&mut self) {
        let Some(pre) = self.pre.take() else { return };
        // The line end behind `<pre>` isn't shown.
        let text = pre.code.text();
        let start = if text.starts_with("\r\n") { 2 } else { usize::from(text.starts_with('\n')) };
        let code = pre.code.slice(start..text.len());
        let between = std::mem::take(&mut self.between);
        if pre.is_output {
            return self.gatherer.output(&code, OutputKind::Seen, BTreeMap::new());
        }
        self.gatherer.push(&code, pre.language.as_deref().unwrap_or_default(), BTreeMap::new(), Some(&between));
    }

    /// Text of the page, as it's written in the source.
    fn text(&mut self, start: usize, end: usize) {
        let Some(written) = self.source.text().get(start..end) else { return };
        if self.is_beside() {
            return;
        }
        let Some(pre) = &mut self.pre else {
            self.between.push_str(written);
            return;
        };
        let mut at = 0;
        while let Some(reference) = written[at..].find('&').map(|found| at + found) {
            pre.code.extend(self.source, start + at..start + reference);
            let length = reference_length(&written[reference..]);
            let meant = decoded(&written[reference..reference + length]);
            at = reference + length;
            // Behind a reference without `;`, and instead of what is none, text stands as it's written.
            let tail = meant.bytes().rev().zip(written[..at].bytes().rev()).take(length).take_while(|(meant, written)| meant == written);
            let tail = tail.count();
            pre.code.push(&meant[..meant.len() - tail], self.source.in_document(start + reference));
            pre.code.extend(self.source, start + at - tail..start + at);
        }
        pre.code.extend(self.source, start + at..end);
    }

    /// Whether what comes now is no code: within a `pre` and around it.
    fn is_beside(&self) -> bool {
        let inner = self.pre.as_ref().map_or(self.open.len().saturating_sub(REACH), |pre| pre.depth.saturating_sub(REACH));
        self.open[inner.min(self.open.len())..].iter().any(|element| SILENT.contains(&element.name.as_str()) || element.has(&BESIDE))
    }
}

impl Element {
    fn has(&self, classes: &[&str]) -> bool {
        self.classes.split_whitespace().any(|class| classes.contains(&class))
    }
}

fn text(name: &HtmlString) -> String {
    String::from_utf8_lossy(name).into_owned()
}

/// The language that classes name.
fn language(classes: &str) -> Option<String> {
    let prefixes = ["language-", "lang-", "highlight-source-", "highlight-text-", "highlight-", "hl-", "src-", "brush:"];
    let mut words = classes.split([' ', ';', '\t', '\n']).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        if word == "brush:" {
            return words.next().map(str::to_owned);
        }
        let name = prefixes.iter().find_map(|prefix| word.strip_prefix(prefix)).unwrap_or(match word {
            "python" | "python3" | "py" | "pycon" | "ipython" | "ipython3" | "bash" | "json" | "console" | "javascript" | "sql"
            | "yaml" => word,
            _ => "",
        });
        // Sphinx's own default is Python or a session: the code tells which.
        if !name.is_empty() && !matches!(name, "default" | "guess" | "wrapper" | "container") {
            return Some(name.to_owned());
        }
    }
    None
}

/// Bytes of the character reference that a text starts with: at least those of `&`.
fn reference_length(text: &str) -> usize {
    let name = text[1..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    1 + name + usize::from(name > 0 && text[1 + name..].starts_with(';'))
}

/// What a character reference stands for; itself, where it's none.
fn decoded(reference: &str) -> String {
    let mut meant = String::new();
    for token in Tokenizer::new(reference) {
        if let Ok(Token::String(text)) = token {
            meant.push_str(&String::from_utf8_lossy(&text));
        }
    }
    // A blank that doesn't break is a blank for Python.
    meant.replace('\u{A0}', " ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::extract::{self, Language};

    fn document(text: &str) -> Document {
        Document::decode("page.html", text.as_bytes()).expect("is text")
    }

    fn found(text: &str) -> Vec<(u32, Language, String)> {
        let code = |block: &super::super::Block| block.lines.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("|");
        blocks(&document(text)).blocks.iter().map(|block| (block.first_line, block.language.clone(), code(block))).collect()
    }

    #[test]
    fn highlighters_of_all_kinds() {
        let python = |line, code: &str| vec![(line, Language::Python, code.to_owned())];
        assert_eq!(found("<pre><code class=\"hljs language-python\">x &lt; 1\ny</code></pre>"), python(1, "x < 1|y"));
        assert_eq!(found("<pre class='language-py'>\nx<br>y\n</pre>"), python(2, "x|y"));
        let sphinx = "<div class=\"highlight-python notranslate\"><div class=\"highlight\"><pre><span></span><span class=\"n\">x</span> <span class=\"o\">=</span> <span class=\"s1\">&#39;a&#39;</span>\n</pre></div></div>";
        assert_eq!(found(sphinx), python(1, "x = 'a'"));
        let numbered = "<table class=\"highlighttable python\"><tr><td class=\"linenos\"><pre>1\n2</pre></td><td class=\"code\"><div><pre><span></span>x\ny</pre></div></td></tr></table>";
        assert_eq!(found(numbered).len(), 1);
        assert_eq!(
            found("<pre class=\"python\"><span class=\"lineno\">1 </span>x\n<span class=\"lineno\">2 </span>y</pre>"),
            python(1, "x|y")
        );
        assert_eq!(found("<pre class=\"brush: python;\"><ol><li>x</li><li>y</li></ol></pre>"), python(1, "x|y"));
        let session =
            "<div class=\"highlight-default\"><pre><span class=\"gp\">&gt;&gt;&gt; </span>1\n<span class=\"go\">1</span>\n</pre></div>";
        assert_eq!(found(session), [(1, Language::Session, ">>> 1|1".to_owned())]);
    }

    #[test]
    fn text_behind_a_reference_without_its_semicolon_knows_its_place() {
        let document = Arc::new(document("<pre class=\"py\">x = &quoty&quot; &zzz</pre>"));
        let [example] = &extract::extract(&document, &extract::Sections::default())[..] else { panic!("there is one example") };
        assert_eq!(example.code, "x = \"y\" &zzz\n");
        for name in ["x", "y", "zzz"] {
            let place = example.document_offset(example.code.find(name).expect("is there")).expect("is in the code");
            assert!(document.text[place..].starts_with(name), "{name}");
        }
    }

    #[test]
    fn bytes_know_their_place() {
        let text = "<p>Text</p>\n<pre class=\"language-python\">\nif a &amp; <b>b</b>:\n    c(&quot;&eacute;&quot;)\n</pre>";
        let document = document(text);
        let block = &blocks(&document).blocks[0];
        assert_eq!((block.first_line, block.last_line), (3, 4));
        assert_eq!(block.lines[1].1, "    c(\"é\")");
        let places: Vec<&str> = block.jumps.iter().map(|jump| &document.text[jump.offset..][..3]).collect();
        assert_eq!(places, [" <b", "b</", ":\n ", "&ea", "&qu", ")\n<"]);
    }

    #[test]
    fn output_beside_code_belongs_to_it() {
        let text = "<pre class=\"language-python\">print(1)</pre><p>Output:</p><pre>1</pre><div class=\"output\"><pre>2</pre></div>";
        let blocks = blocks(&document(text)).blocks;
        assert_eq!((blocks.len(), blocks[0].outputs.len()), (1, 2));
    }

    #[test]
    fn comments_and_scripts_are_no_code() {
        assert_eq!(found("<script>\"<pre class='python'>x</pre>\"</script><!-- <pre>y</pre> -->"), []);
        let text = "<!-- skip: next --><pre class=\"python\">x</pre>";
        assert!(blocks(&document(text)).blocks[0].attributes.contains_key("skip"));
    }

    proptest! {
        #[test]
        fn any_page_is_survived(text in "(<pre class=\"py\">|</?pre>|<br>|</?div>|<code>|&lt;|&#x;|&|é|x = 1|\r|\n| |<!--|-->|<script>){0,40}") {
            let document = document(&format!("<html>{text}"));
            for block in blocks(&document).blocks {
                for (offset, line) in &block.lines {
                    prop_assert!(document.text.is_char_boundary(*offset), "{line}");
                }
            }
        }
    }
}
