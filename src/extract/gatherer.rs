//! Gathers the blocks of a document with markup, in its order, and what is said of them: words of fences, comments to tools, and output
//! that is shown behind the code.

use std::{collections::BTreeMap, ops::Range};

use super::{
    Excerpt, Extent, Found, Language, OutputKind, RESTORED, ShownOutput, annotated,
    aside::{self, Direction},
    banner,
    beside::{Beside, beside},
    callouts, cell, commented, indentation, is_saved_text, joined, language, marks, output, plain, prompted,
};
use crate::document::Document;

/// What was found so far, and what holds for the blocks to come.
pub(super) struct Gatherer<'d> {
    document: &'d Document,
    /// What was found so far.
    pub(super) found: Found,
    /// What comments say of the next block.
    next: Vec<(String, String)>,
    /// The next block is output of the last one.
    output_next: bool,
    /// Why all blocks are skipped until further notice.
    skipping: Option<String>,
    /// The group that all blocks belong to until further notice.
    group: Option<String>,
    /// How often names were forgotten.
    forgotten: usize,
    /// They are forgotten once more behind the next block.
    forgets_after_next: bool,
}

impl<'d> Gatherer<'d> {
    /// Nothing found yet.
    pub(super) fn new(document: &'d Document) -> Self {
        Gatherer {
            document,
            found: Found::default(),
            next: Vec::new(),
            output_next: false,
            skipping: None,
            group: None,
            forgotten: 0,
            forgets_after_next: false,
        }
    }

    /// Says that something at an offset of the document is doubtful.
    pub(super) fn doubt(&mut self, offset: usize, what: &str) {
        self.found.doubts.push((self.document.position(offset), what.to_owned()));
    }

    /// Heeds a comment, given without its marks.
    pub(super) fn heed(&mut self, comment: &Excerpt) {
        for direction in aside::directions(comment.text()) {
            match direction {
                Direction::Next(name, value) => self.next.push((name, value)),
                Direction::SkipFrom(reason) => self.skipping = Some(reason),
                Direction::SkipEnds => self.skipping = None,
                Direction::SkipFile => self.skipping = Some("its document is marked to be skipped".to_owned()),
                Direction::GroupFrom(name) => self.group = Some(name),
                Direction::GroupEnds => self.group = None,
                Direction::ForgetNames => self.forgotten += 1,
                Direction::ForgetAfterNext => self.forgets_after_next = true,
                Direction::OutputNext => self.output_next = true,
                Direction::Hidden(name, range) => {
                    let attributes = BTreeMap::from([("hidden".to_owned(), String::new())]);
                    self.push(&comment.slice(range), &name, attributes, None);
                }
            }
        }
    }

    /// Adds a block in the named language, with all that is said of it; or takes it for the output of the one before, given what stands
    /// between the two (`None` where they're apart).
    pub(super) fn push(&mut self, code: &Excerpt, name: &str, mut attributes: BTreeMap<String, String>, between: Option<&str>) {
        let bare = banner::without(code);
        let code = bare.as_ref().unwrap_or(code);
        let says_skip = self.next.iter().any(|(name, _)| name == "skip");
        if let Some(last) = self.found.blocks.last().filter(|_| !says_skip) {
            let marked = prompted::marked_output(code);
            let shown = marked.as_ref().unwrap_or(code);
            let kind =
                if self.output_next { Some(OutputKind::Seen) } else { between.and_then(|it| output::kind(last, name, shown.text(), it)) };
            if let Some(kind) = kind {
                if let Some(last) = self.found.blocks.last_mut() {
                    output::note_doubts(last, between.unwrap_or_default(), &mut attributes);
                }
                return self.output(shown, kind, attributes);
            }
            if let Some(output) = prompted::as_output(code)
                && let Some(kind) = between.and_then(|it| output::kind(last, "text", output.text(), it))
            {
                return self.output(&output, kind, attributes);
            }
            if let Some(output) = commented::as_output(code)
                && let Some(kind) = between.and_then(|_| output::seen_of(last))
            {
                return self.output(&output, kind, attributes);
            }
        }
        if matches!(Language::from_name(name), None | Some(Language::Python))
            && let Some((code, output)) = prompted::split(code)
        {
            self.push(&code, name, attributes, None);
            return self.output(&output, OutputKind::Seen, BTreeMap::new());
        }
        self.output_next = false;
        attributes.extend(std::mem::take(&mut self.next));
        self.say_of_all(&mut attributes);
        let texts: Vec<&str> = code.text().lines().collect();
        // A prompt says more than a name that stands for any text, or than none.
        let is_session = language::is_session(texts.iter().copied());
        let language = match Language::from_name(name) {
            None | Some(Language::Python | Language::Text) if is_session => Language::Session,
            Some(language) => language,
            // Markdown that is shown as Markdown: its fences are none of this page's.
            None if texts.iter().any(|line| is_fence(line)) => Language::Other("markdown".to_owned()),
            None => plain::language_of(&texts),
        };
        let is_cell = attributes.get("directive").is_some_and(|directive| directive == "code-cell");
        if is_cell {
            attributes.entry("group".to_owned()).or_insert_with(|| cell::GROUP.to_owned());
        }
        let bare = callouts::without(code, &language);
        let code = bare.as_ref().unwrap_or(code);
        let commented = prompted::as_comments(code, &language);
        let (code, language) = commented.as_ref().map_or((code, language), |code| (code, Language::Python));
        let annotated = if language == Language::Python { annotated::without(code) } else { None };
        let code = match &annotated {
            Some(rest) if rest.text().trim().is_empty() => {
                marks::skip(&mut attributes, "all of it is marked `phmdoctest:omit`");
                code
            }
            Some(rest) => rest,
            None => code,
        };
        let cell = (language == Language::Python).then(|| cell::read(code, &mut attributes));
        let (code, language) = cell.as_ref().map_or((code, language), |cell| (&cell.code, cell.language.clone()));
        let parted = joined::parted(code, &language);
        let code = parted.as_ref().unwrap_or(code);
        let restored = if is_saved_text(self.document) { indentation::restored(code, &language) } else { None };
        if restored.is_some() {
            attributes.insert(RESTORED.to_owned(), String::new());
        }
        if let Some(mut block) = restored.as_ref().unwrap_or(code).block(self.document, language, attributes) {
            block.part = (self.forgotten > 0).then(|| (self.forgotten + 1).to_string());
            self.found.blocks.push(block);
        }
        self.forgotten += usize::from(std::mem::take(&mut self.forgets_after_next));
    }

    /// Adds what is said of all blocks until further notice.
    fn say_of_all(&self, attributes: &mut BTreeMap<String, String>) {
        if let Some(group) = &self.group {
            attributes.entry("group".to_owned()).or_insert_with(|| group.clone());
        }
        if let Some(reason) = &self.skipping {
            attributes.insert("skip".to_owned(), reason.clone());
        }
    }

    /// Adds blocks that another format's reader finds in a part of the document, with what is said of all blocks there.
    pub(super) fn adopt(&mut self, read: impl FnOnce(&Document) -> Vec<super::Block>) {
        self.output_next = false;
        let said = std::mem::take(&mut self.next);
        for (index, mut block) in read(self.document).into_iter().enumerate() {
            block.attributes.extend(said.iter().filter(|_| index == 0).cloned());
            self.say_of_all(&mut block.attributes);
            if block.part.is_none() && self.forgotten > 0 {
                block.part = Some((self.forgotten + 1).to_string());
            }
            self.found.blocks.push(block);
        }
        self.forgotten += usize::from(std::mem::take(&mut self.forgets_after_next));
    }

    /// Takes what prose directly behind the last block shows of its output for that: `Output: 3`.
    pub(super) fn beside(&mut self, source: &Excerpt, range: Range<usize>) {
        let prose = &source.text()[range.clone()];
        let code = self.found.blocks.last().filter(|last| last.outputs.is_empty());
        let Some(Beside { range: shown, kind, extent }) = code.and_then(|code| beside(self.document, code, prose)) else { return };
        self.output_with(&source.slice(range.start + shown.start..range.start + shown.end), kind, BTreeMap::new(), extent);
    }

    /// Adds output to the last Python block; to that of the same group, where it's one of Sphinx's.
    pub(super) fn output(&mut self, output: &Excerpt, kind: OutputKind, attributes: BTreeMap<String, String>) {
        self.output_with(output, kind, attributes, Extent::default());
    }

    /// The same, where these of its lines may be meant.
    fn output_with(&mut self, output: &Excerpt, kind: OutputKind, attributes: BTreeMap<String, String>, extent: Extent) {
        self.next.clear();
        self.output_next = false;
        let group = attributes.get("group").cloned();
        let is_meant = |block: &&mut super::Block| {
            block.language == Language::Python && (kind != OutputKind::Printed || block.attributes.get("group") == group.as_ref())
        };
        if let Some(block) = self.found.blocks.iter_mut().rev().find(is_meant) {
            block.outputs.extend(output.output(kind, attributes).map(|output| ShownOutput { extent, ..output }));
        }
    }
}

/// Whether a line starts a fence, at no more than the indentation that Markdown gives one.
pub(super) fn is_fence(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    line.len() - text.len() < 4 && ["```", "~~~"].iter().any(|mark| text.starts_with(mark))
}
