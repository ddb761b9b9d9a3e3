//! Jupyter notebooks, of format 4 and 3: the cells in Python with what is stored of their outputs, and the fences in the other cells.
//!
//! Each byte of a cell knows its place in the JSON, through lists of lines and escapes. All code cells belong to one group: they share a
//! namespace, in the order in which they stand. Stored outputs are claims by their kind: `stream` of standard output is what is printed,
//! `text/plain` of a result is the value of the last expression, an `error` is the exception that ends the cell. Figures, widgets,
//! standard error and other representations say nothing that could be compared.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Excerpt, Found, Language, OutputKind, cell, markdown, marks};
use crate::document::Document;

mod json;
mod order;

/// A notebook, as far as it matters.
#[derive(Deserialize)]
struct Notebook<'t> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'t>>,
    /// Format 3 has its cells here.
    #[serde(borrow, default)]
    worksheets: Vec<Worksheet<'t>>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Worksheet<'t> {
    #[serde(borrow, default)]
    cells: Vec<Cell<'t>>,
}

#[derive(Deserialize, Default)]
struct Metadata {
    kernelspec: Option<Kernel>,
    language_info: Option<Kernel>,
}

#[derive(Deserialize)]
struct Kernel {
    language: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Cell<'t> {
    cell_type: String,
    #[serde(borrow, alias = "input")]
    source: Option<&'t RawValue>,
    #[serde(borrow, default)]
    outputs: Vec<Output<'t>>,
    #[serde(default)]
    metadata: CellMetadata,
    #[serde(alias = "prompt_number")]
    execution_count: Option<i64>,
    /// Format 3's.
    language: Option<String>,
}

#[derive(Deserialize, Default)]
struct CellMetadata {
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Output<'t> {
    output_type: String,
    #[serde(alias = "stream")]
    name: Option<String>,
    #[serde(borrow)]
    text: Option<&'t RawValue>,
    #[serde(borrow)]
    data: Option<Data<'t>>,
    #[serde(borrow)]
    ename: Option<&'t RawValue>,
    #[serde(borrow)]
    evalue: Option<&'t RawValue>,
}

#[derive(Deserialize)]
struct Data<'t> {
    #[serde(borrow, rename = "text/plain")]
    plain: Option<&'t RawValue>,
}

/// Why a text isn't a notebook: line and column, from 1, and what is wrong there.
pub fn mistake(text: &str) -> Option<(u32, u32, String)> {
    let error = parse(text).err()?;
    let (line, column) = (u32::try_from(error.line()).unwrap_or(u32::MAX), u32::try_from(error.column()).unwrap_or(u32::MAX));
    // The parser's own words end with the place.
    let what = error.to_string();
    let what = what.rfind(" at line ").map_or(what.as_str(), |end| &what[..end]);
    Some((line.max(1), column.max(1), what.to_owned()))
}

/// Whether a text looks like a notebook, whatever its file is called.
pub fn is_notebook(text: &str) -> bool {
    text.trim_start().starts_with('{') && text.contains("\"nbformat\"") && (text.contains("\"cells\"") || text.contains("\"worksheets\""))
}

fn parse(text: &str) -> serde_json::Result<Notebook<'_>> {
    serde_json::from_str(text)
}

/// The code of a notebook, in its order.
pub(super) fn blocks(document: &Document) -> Found {
    // What isn't a notebook was refused when the document was decoded.
    let Ok(notebook) = parse(&document.text) else { return Found::default() };
    let kernel = notebook.metadata.kernelspec.and_then(|kernel| kernel.language);
    let kernel = kernel.or_else(|| notebook.metadata.language_info.and_then(|info| info.language.or(info.name)));
    let cells: Vec<&Cell> = notebook.cells.iter().chain(notebook.worksheets.iter().flat_map(|sheet| &sheet.cells)).collect();
    let sources: Vec<Excerpt> = cells.iter().map(|cell| json::text(&document.text, cell.source)).collect();
    let is_code = |(cell, _): &(&&Cell, &Excerpt)| cell.cell_type == "code";
    let in_order = cells.iter().filter_map(|cell| cell.execution_count).is_sorted();
    let codes: Vec<(Excerpt, Option<i64>)> = cells
        .iter()
        .zip(&sources)
        .filter(|it| !in_order && is_code(it))
        .map(|(cell, source)| (cell::read(source, &mut BTreeMap::new()).code, cell.execution_count))
        .collect();
    let mut matters = order::matters(codes.iter().map(|(code, count)| (code.text(), *count))).into_iter();
    let mut reader = markdown::Reader::new(document);
    for (cell, source) in cells.into_iter().zip(sources) {
        match cell.cell_type.as_str() {
            "code" => {
                let language = cell.language.as_deref().or(kernel.as_deref()).unwrap_or("python");
                reader.gatherer.found.blocks.extend(code_cell(document, cell, &source, language, matters.next().unwrap_or_default()));
            }
            _ => reader.read(&source),
        }
    }
    reader.gatherer.found
}

fn code_cell(document: &Document, cell: &Cell, source: &Excerpt, language: &str, order_matters: bool) -> Option<super::Block> {
    let mut attributes = BTreeMap::new();
    for tag in &cell.metadata.tags {
        marks::mark(&mut attributes, tag, "");
    }
    let named = Language::from_name(language).unwrap_or(Language::Python);
    if named != Language::Python {
        return source.block(document, named, attributes);
    }
    let cell::Cell { code, language, hides_output } = cell::read(source, &mut attributes);
    attributes.entry("group".to_owned()).or_insert_with(|| cell::GROUP.to_owned());
    let says_nothing = attributes.contains_key("ignore-output");
    let mut block = code.block(document, language, attributes)?;
    if says_nothing {
        return Some(block);
    }
    let mut about = BTreeMap::new();
    if order_matters {
        about.insert("condition".to_owned(), "the order in which the cells were run, which isn't that of the notebook".to_owned());
    }
    let mut printed = Excerpt::default();
    for output in &cell.outputs {
        match output.output_type.as_str() {
            "stream" if output.name.as_deref().unwrap_or("stdout") == "stdout" && !hides_output => {
                let text = json::text(&document.text, output.text);
                printed.extend(&text, 0..text.text().len());
            }
            "execute_result" | "pyout" => {
                let plain = output.data.as_ref().and_then(|data| data.plain).or(output.text);
                block.outputs.extend(json::text(&document.text, plain).output(OutputKind::Value, about.clone()));
            }
            "error" | "pyerr" => {
                let mut raised = json::text(&document.text, output.ename);
                let message = json::text(&document.text, output.evalue);
                if !message.text().is_empty() {
                    let end = raised.in_document(raised.text().len());
                    raised.push(": ", end);
                    raised.extend(&message, 0..message.text().len());
                }
                block.outputs.extend(raised.output(OutputKind::Raised, about.clone()));
            }
            _ => {}
        }
    }
    block.outputs.extend(printed.output(OutputKind::Printed, about));
    Some(block)
}

#[cfg(test)]
mod tests;
