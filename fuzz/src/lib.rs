//! What holds of the parsers for any bytes: the bodies of the fuzz targets.
//!
//! Each body takes foreign bytes and panics where something is wrong: not only where a parser panics, but also where what it gives can't be
//! true (a span outside of the text, a line that isn't where the code stands, a soft claim that is wrong). The fuzzer calls them with bytes that it makes up
//! (`fuzz_targets/`); `tests/fuzz.rs` of the package, which includes this very file, with those that are kept in `corpus/`.

mod answers;
mod code;
mod documents;
mod settings;

/// A body: it panics where something is wrong with these bytes.
pub type Body = fn(&[u8]);

/// The targets by their names. Each has a folder of this name in `corpus/`.
pub const TARGETS: &[(&str, Body)] = &[
    ("text", text),
    ("markdown", markdown),
    ("rst", rst),
    ("html", html),
    ("notebook", notebook),
    ("docstrings", docstrings),
    ("claims", claims),
    ("judge", judge),
    ("front_matter", front_matter),
    ("configuration", configuration),
    ("frames", frames),
    ("repeated", repeated),
];

/// A plain text: decoding, repair, and the search for code without any marks.
pub fn text(data: &[u8]) {
    documents::check("page.txt", data);
}

/// A Markdown document: fences, their info strings, admonitions, front matter.
pub fn markdown(data: &[u8]) {
    documents::check("page.md", data);
}

/// A page in reStructuredText.
pub fn rst(data: &[u8]) {
    documents::check("page.rst", data);
}

/// An HTML page.
pub fn html(data: &[u8]) {
    documents::check("page.html", data);
}

/// A Jupyter notebook: JSON, and the Markdown in it.
pub fn notebook(data: &[u8]) {
    documents::check("page.ipynb", data);
}

/// Python code with docstrings.
pub fn docstrings(data: &[u8]) {
    documents::check("page.py", data);
}

/// Examples of one document, cut at bytes 0xFF: their claims, what they continue, and their plans. Every second one is taken for a session.
pub fn claims(data: &[u8]) {
    let examples = code::examples(data);
    code::check(&examples);
}

/// An example, and behind each byte 0xFF something that was seen of it.
pub fn judge(data: &[u8]) {
    let (code, seen) = data.iter().position(|&byte| byte == 0xFF).map_or((data, &[][..]), |at| (&data[..at], &data[at + 1..]));
    for example in code::examples(code) {
        code::judge(&example, &answers::seen(seen));
    }
}

/// YAML as front matter of a document.
pub fn front_matter(data: &[u8]) {
    settings::front_matter(data);
}

/// A `verify.toml`, and the same text as a `pyproject.toml`.
pub fn configuration(data: &[u8]) {
    settings::configuration(data);
}

/// What comes from a server: a stream of frames, and the JSON of one.
pub fn frames(data: &[u8]) {
    answers::stream(data);
    answers::json(data);
}

/// How long an input is that stands for all long ones.
const LONG: usize = 100_000;

/// A piece of a document, over and over: what takes more than linear time shows as a slow input. The first byte says of which kind.
pub fn repeated(data: &[u8]) {
    let Some((kind, piece)) = data.split_first().filter(|(_, piece)| !piece.is_empty()) else { return };
    // What stands before a byte 0xFF comes once, at the start.
    let (start, unit) = match piece.iter().position(|&byte| byte == 0xFF) {
        Some(at) if at + 1 < piece.len() => (&piece[..at], &piece[at + 1..]),
        _ => (&[][..], piece),
    };
    let long: Vec<u8> = start.iter().chain(unit.iter().cycle()).copied().take(LONG).collect();
    match kind % 8 {
        0 => text(&long),
        1 => markdown(&long),
        2 => claims(&long),
        3 => front_matter(&long),
        4 => rst(&long),
        5 => html(&long),
        6 => notebook(&long),
        _ => docstrings(&long),
    }
}
