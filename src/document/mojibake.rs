//! Repairs text that was UTF-8, was read as another code page, and was saved again (`â€”` for `—`, `โ€”`, `вЂ”`).
//!
//! Only places that can't be anything else are touched. A sequence that decodes to punctuation, an arrow or an emoji is proof
//! by itself, since letters and signs never meet so in writing. Sequences that decode to letters (`Ã©`, `Рё`) are taken where
//! the whole run of non-ASCII characters decodes and either is long enough, or stands where writing couldn't have it, or the
//! document has shown elsewhere that it was read as that code page. What was lost when the text was saved (characters that a
//! code page doesn't have, unless windows-1252 or a C1 control stands in) stays as it is.

use std::{collections::HashMap, sync::LazyLock};

use encoding_rs::{Encoding, MACINTOSH, WINDOWS_874, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253};

/// The repaired text, and where it is shorter than the given one: (offset behind the repaired place, characters that the
/// given text has more from the start of that line up to there).
pub(super) fn repair(text: String) -> (String, Vec<(usize, usize)>) {
    if text.is_ascii() {
        return (text, Vec::new());
    }
    let pages = pages_seen(&text);
    let mut repaired = String::with_capacity(text.len());
    let mut shifts = Vec::new();
    let mut more = 0;
    for run in runs(&text) {
        if run.text.is_ascii() {
            if run.text.contains(['\n', '\r']) {
                more = 0;
            }
            repaired.push_str(run.text);
            continue;
        }
        for piece in repair_run(&run, &pages) {
            repaired.push(piece.character);
            if piece.width > 1 {
                more += piece.width - 1;
                shifts.push((repaired.len(), more));
            }
        }
    }
    (repaired, shifts)
}

/// A code page, as a way from characters back to bytes.
struct CodePage {
    bytes: HashMap<char, u8>,
}

/// A maximal run of ASCII or of other characters, with its neighbours.
struct Run<'t> {
    text: &'t str,
    before: Option<char>,
    after: Option<char>,
}

/// A character of the repaired text, and how many characters of the given text it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    character: char,
    width: usize,
}

/// What a decoded character is, as far as it tells whether the decoding makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Punctuation, arrows, box drawings, emoji: by itself a proof.
    Sign,
    /// The signs and blanks of Latin-1.
    LatinSign,
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Devanagari,
    Thai,
    EastAsian,
}

static CODE_PAGES: LazyLock<Vec<CodePage>> = LazyLock::new(|| {
    [WINDOWS_1252, WINDOWS_1251, WINDOWS_1250, WINDOWS_1253, WINDOWS_874, MACINTOSH].into_iter().map(CodePage::new).collect()
});

/// How often text is repaired that was read wrongly several times.
const ROUNDS: usize = 3;

impl CodePage {
    fn new(encoding: &'static Encoding) -> Self {
        let mut bytes = HashMap::new();
        // Bytes that the page leaves undefined are read as windows-1252 by some programs and as C1 controls by others.
        let windows = |byte: u8| single(WINDOWS_1252, byte);
        let control = |byte: u8| char::from_u32(u32::from(byte));
        for byte in 0x80..=0xFF_u8 {
            if let Some(character) = single(encoding, byte) {
                bytes.insert(character, byte);
            }
        }
        for byte in 0x80..=0x9F_u8 {
            for character in [windows(byte), control(byte)].into_iter().flatten() {
                bytes.entry(character).or_insert(byte);
            }
        }
        Self { bytes }
    }

    /// The character that the characters at the start of `rest` are the UTF-8 of, and how many they are.
    fn decode_one(&self, rest: &[Piece]) -> Option<(char, usize)> {
        let byte = |piece: &Piece| self.bytes.get(&piece.character).copied();
        let length = match byte(rest.first()?)? {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return None,
        };
        let bytes: Vec<u8> = rest.get(..length)?.iter().map(byte).collect::<Option<_>>()?;
        let character = std::str::from_utf8(&bytes).ok()?.chars().next()?;
        class_of(character).map(|_| (character, length))
    }

    /// The run decoded, where all of it decodes and makes sense together.
    fn decode_whole(&self, run: &[Piece]) -> Option<Vec<Piece>> {
        let mut decoded = Vec::new();
        let mut at = 0;
        while at < run.len() {
            let (character, length) = self.decode_one(&run[at..])?;
            decoded.push(merge(character, &run[at..at + length]));
            at += length;
        }
        let mut scripts = decoded.iter().filter_map(|piece| class_of(piece.character)).filter(|class| !class.is_sign());
        let first = scripts.next();
        scripts.all(|class| Some(class) == first).then_some(decoded)
    }

    /// The run with only those sequences decoded that are proof by themselves.
    fn decode_signs(&self, run: &[Piece]) -> Option<Vec<Piece>> {
        let mut decoded = Vec::new();
        let mut at = 0;
        while at < run.len() {
            match self.decode_one(&run[at..]) {
                Some((character, length)) if class_of(character) == Some(Class::Sign) => {
                    decoded.push(merge(character, &run[at..at + length]));
                    at += length;
                }
                _ => {
                    decoded.push(run[at]);
                    at += 1;
                }
            }
        }
        (decoded.len() < run.len()).then_some(decoded)
    }

    /// Whether the decoding of a whole run can't be a coincidence.
    fn is_proof(&self, run: &[Piece], decoded: &[Piece], before: Option<char>, after: Option<char>) -> bool {
        let classes: Vec<Class> = decoded.iter().filter_map(|piece| class_of(piece.character)).collect();
        if classes.contains(&Class::Sign) {
            return true;
        }
        // Thai writing is full of letters that look like UTF-8; what isn't a letter in the middle of it tells them apart.
        let has_non_letter = run.iter().any(|piece| matches!(self.bytes.get(&piece.character), Some(0x80..=0x9F)));
        match (classes.as_slice(), run) {
            ([_, _, ..], _) => has_non_letter || !run.iter().any(|piece| class_of(piece.character) == Some(Class::Thai)),
            ([Class::Latin | Class::LatinSign], [lead, second]) if lead.character.is_uppercase() => {
                let in_word = before.is_some_and(char::is_lowercase);
                let opens_word = !before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_lowercase);
                let behind_number = before.is_some_and(|c| c.is_ascii_digit()) && lead.character == 'Â';
                (in_word || opens_word || behind_number) && (in_word || !closes(second.character))
            }
            _ => false,
        }
    }
}

impl Class {
    fn is_sign(self) -> bool {
        matches!(self, Self::Sign | Self::LatinSign)
    }
}

/// The code pages as which parts of the text have been read, the most frequent first.
fn pages_seen(text: &str) -> Vec<&'static CodePage> {
    let mut counts = vec![0_usize; CODE_PAGES.len()];
    for run in runs(text).filter(|run| !run.text.is_ascii()) {
        let pieces = pieces(run.text);
        for (page, count) in CODE_PAGES.iter().zip(&mut counts) {
            let whole = page.decode_whole(&pieces).is_some_and(|decoded| page.is_proof(&pieces, &decoded, run.before, run.after));
            *count += usize::from(whole || page.decode_signs(&pieces).is_some());
        }
    }
    let mut seen: Vec<(usize, &CodePage)> = counts.into_iter().zip(CODE_PAGES.iter()).filter(|(count, _)| *count > 0).collect();
    seen.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    seen.into_iter().map(|(_, page)| page).collect()
}

fn repair_run(run: &Run, pages: &[&CodePage]) -> Vec<Piece> {
    let mut current = pieces(run.text);
    for _ in 0..ROUNDS {
        let next = pages.iter().find_map(|page| {
            let whole = page.decode_whole(&current).filter(|decoded| {
                let letters = decoded.iter().filter_map(|piece| class_of(piece.character));
                // The page is one of those that the document was read as, so that a single letter will do.
                page.is_proof(&current, decoded, run.before, run.after)
                    || letters.into_iter().all(|class| matches!(class, Class::Latin | Class::LatinSign | Class::Cyrillic))
            });
            whole.or_else(|| page.decode_signs(&current))
        });
        match next {
            Some(next) => current = next,
            None => break,
        }
    }
    current
}

fn merge(character: char, from: &[Piece]) -> Piece {
    Piece { character, width: from.iter().map(|piece| piece.width).sum() }
}

fn pieces(text: &str) -> Vec<Piece> {
    text.chars().map(|character| Piece { character, width: 1 }).collect()
}

fn single(encoding: &'static Encoding, byte: u8) -> Option<char> {
    let bytes = [byte];
    let (text, broken) = encoding.decode_without_bom_handling(&bytes);
    text.chars().next().filter(|_| !broken)
}

/// The text cut into lines' ends, runs of ASCII and runs of other characters, in order.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let length = rest.find(|c: char| c.is_ascii() != first.is_ascii()).unwrap_or(rest.len());
        let run = Run { text: &rest[..length], before: text[..at].chars().next_back(), after: rest[length..].chars().next() };
        at += length;
        Some(run)
    })
}

/// Whether this follows a letter in ordinary writing (the capital in `“SÃO” …` isn't the start of a sequence).
fn closes(character: char) -> bool {
    matches!(
        character,
        '’' | '‘' | '”' | '“' | '»' | '›' | '…' | '–' | '—' | '™' | '®' | '©' | '°' | 'ª' | 'º' | '·' | '²' | '³' | '\u{A0}'
    )
}

/// The class of a character that documents have, `None` for one that they don't.
fn class_of(character: char) -> Option<Class> {
    Some(match u32::from(character) {
        0xA0..=0xBF | 0xD7 | 0xF7 => Class::LatinSign,
        0xC0..=0x17F | 0x1E00..=0x1EFF => Class::Latin,
        0x386..=0x3CE => Class::Greek,
        0x400..=0x45F | 0x490..=0x491 => Class::Cyrillic,
        0x5D0..=0x5EA => Class::Hebrew,
        0x60C..=0x652 => Class::Arabic,
        0x900..=0x97F => Class::Devanagari,
        0xE01..=0xE5B => Class::Thai,
        0x3000..=0x30FF | 0x4E00..=0x9FFF | 0xAC00..=0xD7A3 | 0xFF00..=0xFFEF => Class::EastAsian,
        0x2010..=0x205E | 0x20A0..=0x20BF | 0x2100..=0x214F | 0x2190..=0x27BF | 0x2900..=0x297F | 0x2B00..=0x2BFF => Class::Sign,
        0xFE0F | 0xFEFF | 0x1F000..=0x1FAFF => Class::Sign,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The text as it looks when its UTF-8 is read as a code page, undefined bytes as windows-1252 or as C1 controls.
    fn misread(text: &str, encoding: &'static Encoding) -> String {
        let fallback = |byte: u8| single(WINDOWS_1252, byte).unwrap_or(char::from(byte));
        text.bytes().map(|byte| single(encoding, byte).unwrap_or_else(|| fallback(byte))).collect()
    }

    #[track_caller]
    fn assert_kept(text: &str) {
        assert_eq!(repair(text.to_owned()), (text.to_owned(), Vec::new()));
    }

    #[test]
    fn wrongly_read_signs_are_repaired() {
        let (text, shifts) = repair("a โ€” b ๐Ÿ“‹ c".to_owned());
        assert_eq!(text, "a — b 📋 c");
        assert_eq!(shifts, [(5, 2), (12, 5)]);
        assert_eq!(repair("itâ€™s â†’ fine".to_owned()).0, "it’s → fine");
        assert_eq!(repair("Ð´Ð° Ð¸ Ð½ÐµÑ‚".to_owned()).0, "да и нет");
        assert_eq!(repair("РїСЂРёРІРµС‚ вЂ” РјРёСЂ".to_owned()).0, "привет — мир");
        assert_eq!(repair("cafÃ© Ã©tÃ© 25Â°C naÃ¯ve".to_owned()).0, "café été 25°C naïve");
        assert_eq!(repair("twice: Ã¢â€šÂ¬".to_owned()).0, "twice: €");
    }

    #[test]
    fn correct_text_beside_it_is_kept() {
        assert_eq!(repair("Python’s 📝 ”โ€” ภาษาไทย".to_owned()).0, "Python’s 📝 ”— ภาษาไทย");
    }

    #[test]
    fn correct_text_is_never_touched() {
        for text in [
            "L’été, « ça » — à Noël… œuvre, “déjà”, CAFÉ™ 20°C ½ × 2",
            "“IRMÃ” — AMANHÃ… SÃO PAULO, MANHû. « Â » et «Ã»",
            "Её зовут Ольга. «Ещё» — ёлка… Він Її ВІК РІК",
            "เขต แพทย์ โกง โทษ เธอ เขา ภาษาไทย “เขต” — แกะ…",
            "Straße… “Spaß” ÄÖÜ „Fuß“ Ångström",
            "Ελλάδα β–γ “αβ”",
            "日本語 한국어 😀 → ✓ ├── │",
        ] {
            assert_kept(text);
        }
    }

    proptest! {
        #[test]
        fn what_was_misread_comes_back(
            words in proptest::collection::vec(
                proptest::sample::select(vec!["l’été", "— dash", "→", "📋 list", "plain", "it’s", "…", "“quoted”", "a\nb", "≈ 2x"]), 1..12),
            page in proptest::sample::select(vec![WINDOWS_1252, WINDOWS_1251, WINDOWS_874, WINDOWS_1250, MACINTOSH]),
        ) {
            let text = words.join(" ");
            prop_assume!(words.iter().any(|word| !word.is_ascii() && *word != "l’été"));
            let (repaired, _) = repair(misread(&text, page));
            prop_assert_eq!(repaired, text);
        }

        #[test]
        fn lines_never_change_and_shifts_add_up(text in "[a-zâ€”โ–Ã©Â°РЂ’“📋\n ]{0,60}") {
            let (repaired, shifts) = repair(text.clone());
            prop_assert_eq!(repaired.matches('\n').count(), text.matches('\n').count());
            for (line, (short, long)) in repaired.split('\n').zip(text.split('\n')).enumerate() {
                let start: usize = repaired.split('\n').take(line).map(|line| line.len() + 1).sum();
                let more = shifts.iter().rev().find(|(at, _)| *at > start && *at <= start + short.len()).map_or(0, |(_, more)| *more);
                prop_assert_eq!(short.chars().count() + more, long.chars().count());
            }
        }

        #[test]
        fn any_text_is_survived(text in any::<String>()) {
            repair(text);
        }
    }
}
