//! Inline script metadata (PEP 723): what an example says of itself in a comment.
//!
//! ```python
//! # /// script
//! # requires-python = ">=3.11"
//! # dependencies = ["attrs>=23"]
//! # ///
//! ```

use serde::Deserialize;

/// What a block of type `script` says; other tools' tables (`[tool.…]`) are none of our business.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Byte offset of the block's first line in the code.
    pub offset: usize,
    /// `requires-python`: a specifier of versions.
    pub python: Option<String>,
    /// `dependencies`: requirements by PEP 508.
    pub dependencies: Vec<String>,
}

/// A block that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    /// Byte offset in the code.
    pub offset: usize,
    /// What is wrong, in a sentence.
    pub reason: String,
}

/// The metadata of an example's code, if it has some.
pub fn read(code: &str) -> Result<Option<Script>, ScriptError> {
    let mut found: Option<(usize, String, Vec<usize>)> = None;
    let mut lines = lines(code).into_iter().peekable();
    while let Some((offset, line)) = lines.next() {
        if line != "# /// script" {
            continue;
        }
        // The block ends at the last `# ///` of the comment lines that follow each other.
        let mut content = Vec::new();
        let mut end = None;
        while let Some((at, text)) = lines.next_if(|(_, line)| *line == "#" || line.starts_with("# ")) {
            if text == "# ///" {
                end = Some(content.len());
            }
            content.push((at, text));
        }
        // Without an end it's a comment like others.
        let Some(end) = end else { continue };
        if found.is_some() {
            let reason = "a second `# /// script` block; an example has one at most".to_owned();
            return Err(ScriptError { offset, reason });
        }
        let body: String = content[..end].iter().map(|(_, line)| format!("{}\n", line.get(2..).unwrap_or_default())).collect();
        found = Some((offset, body, content[..end].iter().map(|(at, _)| *at).collect()));
    }
    let Some((offset, body, starts)) = found else { return Ok(None) };
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Metadata {
        requires_python: Option<String>,
        #[serde(default)]
        dependencies: Vec<String>,
    }
    match toml::from_str::<Metadata>(&body) {
        Ok(metadata) => Ok(Some(Script { offset, python: metadata.requires_python, dependencies: metadata.dependencies })),
        Err(error) => {
            let before = error.span().and_then(|span| body.get(..span.start)).unwrap_or_default();
            let column = before.rsplit('\n').next().map_or(0, str::len);
            let line = starts.get(before.matches('\n').count()).copied();
            // Two bytes for `# `; the line that is said may be the one behind the last.
            let offset = line.map_or(offset, |start| (start + 2 + column).min(code.len()));
            let offset = code.floor_char_boundary(offset);
            Err(ScriptError {
                offset,
                reason: format!("the `# /// script` block isn't TOML as PEP 723 has it: {}", error.message().trim()),
            })
        }
    }
}

/// Lines without their ends, each with its byte offset.
fn lines(code: &str) -> Vec<(usize, &str)> {
    let mut offset = 0;
    let lines = code.split_inclusive('\n').map(|line| {
        let start = offset;
        offset += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn metadata_is_read_wherever_it_stands() {
        let code = "import attrs\n# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n#   \"attrs>=23\",\n# ]\n#\n# [tool.other]\n# x = 1\n# ///\nprint(1)\n";
        let script = read(code).unwrap().unwrap();
        assert_eq!((script.offset, script.python.as_deref()), (13, Some(">=3.11")));
        assert_eq!(script.dependencies, ["attrs>=23"]);
    }

    #[test]
    fn other_comments_are_none() {
        for code in ["# /// script\nx = 1\n", "# /// pyproject\n# a = 1\n# ///\n", "# script\n", "", "#/// script\n# ///\n"] {
            assert_eq!(read(code), Ok(None), "{code}");
        }
        assert_eq!(read("# /// script\n# ///\n").unwrap().unwrap(), Script::default());
    }

    #[test]
    fn the_last_end_counts() {
        let code = "# /// script\n# dependencies = [\"a\"]\n# ///\n# more = 1\n# ///\n";
        assert!(read(code).unwrap_err().reason.contains("TOML"));
    }

    #[test]
    fn errors_have_their_place() {
        let code = "# /// script\n# dependencies = 3\n# ///\n";
        let error = read(code).unwrap_err();
        assert_eq!(&code[error.offset..][..1], "3");
        let code = "# /// script\n# ///\n\n# /// script\n# ///\n";
        assert_eq!(
            read(code).unwrap_err(),
            ScriptError { offset: 20, reason: "a second `# /// script` block; an example has one at most".to_owned() }
        );
    }

    proptest! {
        #[test]
        fn any_code_is_survived(code in "(# /// script\n|# ///\n|# [a-zé=\"\\[]{0,6}\n|#\n|x\r\n|\\PC{0,4}){0,8}") {
            if let Err(error) = read(&code) {
                prop_assert!(code.is_char_boundary(error.offset));
            }
        }
    }
}
