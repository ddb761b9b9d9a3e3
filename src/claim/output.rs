//! Output that a document shows of what an example as a whole writes, apart from the code: Sphinx's `testoutput::`, a notebook's stream.

use super::{Claim, Condition, Form, Kind, Options, Reading, Says, Strength, Subject, Target, session};
use crate::extract::{Example, OutputKind, ShownOutput};

/// The claims of the outputs that are shown of an example, in order.
pub(super) fn claims(example: &Example) -> Vec<Claim> {
    example.outputs.iter().filter(|output| output.kind == OutputKind::Printed).filter_map(|output| claim(example, output)).collect()
}

fn claim(example: &Example, output: &ShownOutput) -> Option<Claim> {
    let lines: Vec<&str> = output.lines.iter().map(|(_, text)| text.as_str()).collect();
    let options = Options::parse(output.attributes.get("options").map_or("", String::as_str));
    let shown = session::shown(&lines, &options)?;
    let firm = |says| Reading { says, strength: Strength::Firm };
    let (kind, readings) = match &shown.exception {
        Some((exception, message)) => {
            let says = Says::Raises { exception: Some(exception.clone()), message: message.clone() };
            (Kind::Exception, vec![firm(says), firm(shown.says(&options))])
        }
        None if options.ignores_output() => (Kind::Stdout, vec![firm(Says::RaisesNothing)]),
        None => (Kind::Stdout, vec![firm(Says::Printed(session::without_marks(&lines, &options))), firm(shown.says(&options))]),
    };
    let end = example.code.len();
    let target = Target { range: 0..end, subject: Subject::Example };
    // What holds for the code as well has been heeded there.
    let skipif = output.attributes.get("skipif").filter(|own| example.attributes.get("skipif") != Some(own));
    let skipif = skipif.map(|condition| format!("not skipped by `{condition}`"));
    let condition = options.skip().map(|name| format!("`+{name}`")).or(skipif).or(output.attributes.get("condition").cloned());
    let condition = condition.map(Condition::Other);
    let (start, _) = output.lines.get(shown.first)?;
    let mut claim = Claim::new(end..end, Form::Output, kind, shown.text, target, readings, condition)?;
    claim.position = example.document.position(*start);
    Some(claim)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        document::{Document, Position},
        extract::{Sections, extract},
    };

    fn claims_of(text: &str) -> Vec<Claim> {
        let document = Arc::new(Document::decode("page.rst", text.as_bytes()).expect("is text"));
        extract(&document, &Sections::default()).iter().flat_map(crate::claim::claims).collect()
    }

    #[test]
    fn what_is_printed_and_what_is_raised() {
        let printed = claims_of(".. testcode::\n\n   print(1)\n\n.. testoutput::\n\n   1\n   <BLANKLINE>\n   2\n");
        assert_eq!((printed.len(), printed[0].kind, printed[0].position), (1, Kind::Stdout, Position { line: 7, column: 4 }));
        assert_eq!(printed[0].readings[0].says, Says::Printed("1\n\n2".to_owned()));
        let text = ".. testcode::\n\n   1 / 0\n\n.. testoutput::\n\n   Traceback (most recent call last):\n     ...\n   ZeroDivisionError: division by zero\n";
        let raised = &claims_of(text)[0];
        assert_eq!((raised.kind, raised.position.line), (Kind::Exception, 9));
        assert_eq!(raised.expected, "ZeroDivisionError: division by zero");
    }
}
