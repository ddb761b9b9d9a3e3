//! Comments → claims: which statement a comment belongs to, and which comments belong together.

use std::ops::Range;

use rustpython_ruff_python_ast::Stmt;

use super::{
    Claim, Form, Kind, Says, Strength, Subject, Target,
    code::{Code, Comment, Statement},
    exception,
    lead::{self, Lead},
    reading::{Found, Remark},
    tail::{self, Tail},
    value::{self, Shape},
    values, words,
};

mod ahead;
mod apart;
mod contrast;
mod listing;
mod marked;
mod numbering;
mod several;

/// All claims of the comments, in the order of their lines.
pub(super) fn claims(code: &Code<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let mut used = 0;
    for (index, comment) in code.comments.iter().enumerate() {
        if index < used {
            continue;
        }
        if comment.alone {
            let group = group(code, index);
            used = index + group.len();
            claims.extend(following(code, group, &claims));
        } else if let Some(statement) = in_front(code, comment) {
            if let Some(actual) = contrast::below(code, index) {
                used = index + 2;
                claims.extend(trailing(code, statement, actual));
                continue;
            }
            let lines = trailing_lines(code, index, statement);
            used = index + lines.len();
            claims.extend(trailing(code, statement, &code.comments[index..used]));
        }
    }
    numbering::soften(code, &mut claims);
    claims
}

/// What stands for lines that are left out.
const ELLIPSES: [&str; 2] = ["...", "…"];

/// One or several comment lines as one text, and the way back to the code.
struct Text {
    text: String,
    /// For each line: offset in `text`, offset in the code.
    lines: Vec<(usize, usize)>,
}

impl Text {
    /// One comment without its marks and the blanks around.
    fn of(code: &Code<'_>, comment: &Comment) -> Text {
        let range = content(code, comment);
        let text = &code.text[range.clone()];
        let shown = behind_pointer(text.trim_start());
        let start = range.start + text.len() - shown.len();
        Text { text: shown.trim_end().to_string(), lines: vec![(0, start)] }
    }

    /// Several comments, the indentation that all of them have taken off.
    fn listing(code: &Code<'_>, comments: &[Comment]) -> Text {
        let contents: Vec<Range<usize>> = comments.iter().map(|comment| content(code, comment)).collect();
        let filled = contents.iter().map(|range| &code.text[range.clone()]).filter(|text| !text.trim().is_empty());
        let indent = filled.map(|text| text.len() - text.trim_start_matches(' ').len()).min().unwrap_or(0);
        let mut listing = Text { text: String::new(), lines: Vec::new() };
        for range in contents {
            if !listing.lines.is_empty() {
                listing.text.push('\n');
            }
            let line = code.text[range.clone()].get(indent..).unwrap_or_default().trim_end();
            listing.lines.push((listing.text.len(), (range.start + indent).min(range.end)));
            listing.text.push_str(line);
        }
        listing
    }

    /// Takes off what stands behind an ellipsis that begins the last line: `... and so on`.
    fn cut_behind_ellipsis(&mut self) {
        let last = self.text.rfind('\n').map_or(0, |end| end + 1);
        let mark = ELLIPSES.into_iter().find(|mark| self.text[last..].trim_start().starts_with(mark));
        if let Some(at) = mark.and_then(|mark| Some(last + self.text[last..].find(mark)? + mark.len())) {
            self.text.truncate(at);
        }
    }

    fn in_code(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.lines.get(line).map_or(0, |(start, in_code)| in_code + (offset - start))
    }
}

/// A comment's text without the mark that points to the line above: `↑ this prints 5`.
fn behind_pointer(text: &str) -> &str {
    let behind = ["↑ ", "⬆ ", "⬆️ ", "☝ ", "☝️ ", "👆 ", "^ "].into_iter().find_map(|mark| text.strip_prefix(mark));
    behind.map(str::trim_start).filter(|behind| behind.starts_with(char::is_alphabetic)).unwrap_or(text)
}

/// What follows `#` (also `##`, `#:` and `#>`), with its blanks.
fn content(code: &Code<'_>, comment: &Comment) -> Range<usize> {
    let text = &code.text[comment.range.clone()];
    let inner = text.trim_start_matches('#');
    let inner = inner.strip_prefix('>').unwrap_or(inner);
    comment.range.end - inner.len()..comment.range.end
}

/// The simple statement that ends in front of a comment on its line. For `class A(B): pass` it is the class.
fn in_front<'c, 'a>(code: &'c Code<'a>, comment: &Comment) -> Option<&'c Statement<'a>> {
    let ends_here = |statement: &&Statement<'_>| {
        let between = code.text.get(statement.range.end..comment.range.start).map(str::trim);
        statement.subject != Subject::Compound && matches!(between, Some("" | ";"))
    };
    let statement = code.ending_on(comment.line).rfind(ends_here)?;
    let is_stub =
        matches!(statement.node, Stmt::Pass(_)) || matches!(statement.node, Stmt::Expr(it) if it.value.is_ellipsis_literal_expr());
    let parent = statement.parent.and_then(|parent| code.statements.get(parent));
    match parent {
        Some(parent) if is_stub && parent.node.is_class_def_stmt() && parent.first_line == statement.first_line => Some(parent),
        _ => Some(statement),
    }
}

/// A comment behind a statement, with the comments below that go on with it.
fn trailing_lines<'c>(code: &'c Code<'_>, index: usize, statement: &Statement<'_>) -> &'c [Comment] {
    let comments = &code.comments[index..];
    let below = comments.windows(2).take_while(|pair| pair[1].alone && pair[1].line == pair[0].line + 1).count();
    let first = Text::of(code, &comments[0]);
    if value::open_brackets(&first.text).is_some() {
        for count in 2..=(below + 1).min(30) {
            let joined = Text::listing(code, &comments[..count]);
            if value::open_brackets(&joined.text).is_none() {
                return if value_at(&joined.text) { &comments[..count] } else { &comments[..1] };
            }
        }
        return &comments[..1];
    }
    // Lines of output, each under the first.
    let column = |comment: &Comment| comment.range.start - code.line(comment.line).start;
    let aligned = comments[1..=below].iter().take_while(|comment| column(comment) == column(&comments[0])).count();
    let lines = &comments[..=aligned];
    let prints = statement.subject == Subject::Print || statement.node.is_expr_stmt();
    if aligned > 0 && prints && lines.iter().all(|comment| is_value_line(&Text::of(code, comment).text)) { lines } else { &comments[..1] }
}

fn value_at(text: &str) -> bool {
    let lead = lead::read(text);
    let starts = [Some(lead.end), lead::label(text), text.find('=').map(|at| at + 1)];
    starts
        .into_iter()
        .flatten()
        .any(|at| text.get(at..).is_some_and(|rest| value::scan(rest.trim_start()).is_some_and(|value| value.text.contains('\n'))))
}

fn trailing(code: &Code<'_>, statement: &Statement<'_>, comments: &[Comment]) -> Vec<Claim> {
    if let [comment] = comments
        && statement.subject == Subject::Print
        && marked::is_marked(code, comment)
        && let Some(claims) = marked::claims(code, statement, Form::Trailing, comments)
    {
        return claims;
    }
    let is_listing = comments.len() > 1 && value::open_brackets(&Text::of(code, &comments[0]).text).is_none();
    let text = if comments.len() > 1 { Text::listing(code, comments) } else { Text::of(code, &comments[0]) };
    let remark = Remark { code, statement: Some(statement), subject: &statement.subject, text: &text.text, form: Form::Trailing };
    let found = if is_listing { values::listing(&remark, remark.strength()).into_iter().collect() } else { remark.read() };
    let only_exceptions = statement.subject == Subject::Compound;
    let found = found.into_iter().filter(|found| !only_exceptions || found.kind == Kind::Exception);
    found.filter_map(|found| claim(statement.range.clone(), &statement.subject, Form::Trailing, &text, found)).collect()
}

/// Comments on lines of their own, one below the other in one column.
fn group<'c>(code: &'c Code<'_>, index: usize) -> &'c [Comment] {
    let comments = &code.comments[index..];
    let column = |comment: &Comment| comment.range.start - code.line(comment.line).start;
    let more =
        comments.windows(2).take_while(|pair| pair[1].alone && pair[1].line == pair[0].line + 1 && column(&pair[1]) == column(&pair[0]));
    let more = more.count();
    // `# Output`, an empty line, and the lines that are it, down to the end.
    if let (0, [label, next, ..]) = (more, comments)
        && next.alone
        && column(next) == column(label)
        && code.text[label.range.end..next.range.start].trim().is_empty()
        && lead::is_label(&Text::of(code, label).text)
        && !lead::is_label(&Text::of(code, next).text)
    {
        let rest = group(code, index + 1);
        let is_last = rest.last().is_some_and(|last| code.text[last.range.end..].trim().is_empty());
        return if is_last { &comments[..=rest.len()] } else { &comments[..1] };
    }
    &comments[..=more]
}

/// The claims of comments below a statement.
fn following(code: &Code<'_>, all: &[Comment], claims: &[Claim]) -> Vec<Claim> {
    let group = contrast::shown(code, all);
    let Some((top, first)) = all.first().zip(group.first()) else { return Vec::new() };
    let first_text = Text::of(code, first);
    let lead = lead::read(&first_text.text);
    let says_output =
        lead.is_explicit && matches!(lead.lead, Lead::Output | Lead::Any) || group.len() > 1 && lead::is_label(&first_text.text);
    let points_up = {
        let text = code.text[content(code, first)].trim_start();
        behind_pointer(text).len() < text.len()
    };
    if let Some(found) = ahead::claims(code, all, claims).filter(|_| !points_up) {
        return found;
    }
    let Some((statement, is_direct)) = above(code, top) else { return Vec::new() };
    if statement.node.is_function_def_stmt() || is_text(code, statement) {
        return Vec::new();
    }
    let has_claim = claims.iter().rev().take(20).any(|claim| claim.target.range == statement.range);
    let at_end = group.last().is_some_and(|last| code.text[last.range.end..].trim().is_empty());
    if !is_direct {
        let is_output = says_output && lead.lead == Lead::Output;
        return apart::claims(code, statement, group, claims, is_output);
    }
    if has_claim && !lead.is_explicit {
        return Vec::new();
    }
    // A listing under the last of several prints that nothing was said of is for all of them.
    let prints = |statement: &Statement<'_>| statement.subject == Subject::Print && statement.function.is_none();
    let earlier = || code.statements.iter().filter(|other| prints(other) && other.range.end <= statement.range.start).count();
    let is_listing = says_output && lead.lead == Lead::Output && group.len() > 2;
    if is_listing
        && at_end
        && earlier() > 0
        && claims.is_empty()
        && statement.function.is_none()
        && statement.subject == Subject::Print
        && !statement.in_loop
    {
        return below(code, None, &Subject::Example, 0..code.text.len(), group);
    }
    if let Some(found) = several::claims(code, statement, group, claims) {
        return found;
    }
    if marked::is_marked(code, first)
        && let Some(found) = marked::claims(code, statement, Form::Following, group)
    {
        return found;
    }
    let only_exceptions = statement.node.is_class_def_stmt();
    let found = below(code, Some(statement), &statement.subject, statement.range.clone(), group);
    found.into_iter().filter(|claim| !only_exceptions || claim.kind == Kind::Exception).collect()
}

/// Whether a statement is nothing but a text of several lines: a remark, or what the code above it shows.
fn is_text(code: &Code<'_>, statement: &Statement<'_>) -> bool {
    let is_literal = matches!(statement.node, Stmt::Expr(it) if it.value.is_string_literal_expr());
    is_literal && code.text[statement.range.clone()].contains('\n')
}

/// The statement above a comment in the same column, and whether it is on the line above. Behind an arrow, `# -> 5` stands deeper as well.
fn above<'c, 'a>(code: &'c Code<'a>, comment: &Comment) -> Option<(&'c Statement<'a>, bool)> {
    let line = (0..comment.line).rev().find(|&line| !code.text[code.line(line)].trim().is_empty())?;
    let column = comment.range.start - code.line(comment.line).start;
    let is_direct = line + 1 == comment.line;
    let has_arrow = || ["->", "=>", "→"].iter().any(|arrow| Text::of(code, comment).text.starts_with(arrow));
    let deeper = || {
        let simple = |statement: &&Statement<'_>| statement.subject != Subject::Compound && code.indent(statement.first_line) < column;
        code.ending_on(line).rfind(simple).filter(|_| is_direct && has_arrow())
    };
    let statement = code.ending_on(line).find(|statement| code.indent(statement.first_line) == column).or_else(deeper)?;
    Some((statement, is_direct))
}

/// The claims that comments below a statement (or the whole example) make.
fn below(code: &Code<'_>, statement: Option<&Statement<'_>>, subject: &Subject, target: Range<usize>, group: &[Comment]) -> Vec<Claim> {
    let remark =
        |text: &str, form: Form, read: &dyn Fn(&Remark<'_, '_>) -> Vec<Found>| read(&Remark { code, statement, subject, text, form });
    let strength = |remark: &Remark<'_, '_>| remark.strength();
    let first = Text::of(code, &group[0]);
    let lead = lead::read(&first.text);
    let to_claims = |text: &Text, form: Form, found: Vec<Found>| -> Vec<Claim> {
        found.into_iter().filter_map(|found| claim(target.clone(), subject, form, text, found)).collect()
    };
    // `Output:` and the lines below.
    if lead.end > 0 && lead.end == first.text.len() && group.len() > 1 && (lead.is_explicit || lead.lead == Lead::Output) {
        let Some(text) = listing::shown(code, &group[1..]) else { return Vec::new() };
        let mut found = remark(&text.text, Form::Block, &|remark| listing_or_exception(remark, strength(remark)));
        found.iter_mut().for_each(|found| found.condition = found.condition.take().or(lead.condition.clone()));
        return to_claims(&text, Form::Block, found);
    }
    if first.text.starts_with("Traceback (most recent call last)") {
        let text = Text::listing(code, group);
        let found = remark(&text.text, Form::Block, &|remark| traceback(remark).into_iter().collect());
        return to_claims(&text, Form::Block, found);
    }
    // A value over several lines.
    if value::open_brackets(&first.text).is_some() {
        for count in 2..=group.len().min(60) {
            let text = Text::listing(code, &group[..count]);
            if value::open_brackets(&text.text).is_none() {
                let found = if value_at(&text.text) { remark(&text.text, Form::Following, &|remark| remark.read()) } else { Vec::new() };
                return to_claims(&text, Form::Following, found.into_iter().filter(is_firm).collect());
            }
        }
        return Vec::new();
    }
    let may_list = !matches!(
        subject,
        Subject::Assignment { .. } | Subject::ClassAttribute { .. } | Subject::Return | Subject::Deletion { .. } | Subject::Simple
    );
    // `Output: first line`, the others below it.
    let led_lines = group.iter().skip(1).take_while(|comment| indent_of(code, comment) >= 3).count();
    if may_list && lead.is_explicit && lead.lead == Lead::Output && led_lines > 0 {
        let mut text = Text::listing(code, &group[..=led_lines]);
        let mut lines: Vec<String> = text.text.lines().map(|line| line.trim().to_string()).collect();
        lines[0] = first.text[lead.end..].to_string();
        let listing = lines.join("\n");
        let found = remark(&listing, Form::Block, &|remark| values::listing(remark, strength(remark)).into_iter().collect());
        text.lines = lines
            .iter()
            .scan(0, |at, line| {
                let start = *at;
                *at += line.len() + 1;
                Some(start)
            })
            .zip(group.iter().map(|comment| Text::of(code, comment).lines[0].1))
            .collect();
        text.lines[0].1 += lead.end;
        text.text = listing;
        return to_claims(&text, Form::Block, found);
    }
    let is_shown =
        |line: &str| is_value_line(line) || words::is_printed_line(&Remark { code, statement, subject, text: line, form: Form::Block });
    // Markup is shown with what lies in it, deeper and whatever that is.
    let goes_on =
        |text: &str, comment: &Comment| is_markup(text) || is_markup(&first.text) && indent_of(code, comment) > indent_of(code, &group[0]);
    let is_listed = |(index, comment): &(usize, &Comment)| {
        let text = Text::of(code, comment).text;
        is_shown(&text) || *index > 0 && (goes_on(&text, comment) || ELLIPSES.into_iter().any(|mark| text.starts_with(mark)))
    };
    let value_lines = group.iter().enumerate().take_while(is_listed).count();
    let is_indented = group.len() > 1 && group.iter().all(|comment| indent_of(code, comment) >= 2);
    let calls = *subject == Subject::Print
        || statement
            .is_some_and(|statement| matches!(statement.node, Stmt::Expr(it) if it.value.is_call_expr() || it.value.is_await_expr()));
    let lists_output =
        may_list && (calls || *subject == Subject::Compound) && !group.iter().any(|comment| is_drawing(&Text::of(code, comment).text));
    // What is printed before it's raised.
    let raised = group.get(value_lines).map(|comment| Text::of(code, comment)).filter(|text| {
        let raise = exception::read(&text.text, |name| code.exceptions.contains(name));
        value_lines > 0
            && raise.is_some_and(|raise| raise.span.start == 0 && raise.strength == Strength::Firm && !raise.messages.is_empty())
    });
    // What runs once prints one line.
    let runs_once = statement.is_some_and(|it| matches!(it.node, Stmt::Try(_) | Stmt::If(_) | Stmt::With(_)) && !it.in_loop);
    let is_line = runs_once && value_lines == 1 && group.len() == 1 && !is_value_line(&first.text);
    if lists_output && (value_lines > 1 || raised.is_some() || (is_indented && calls) || is_line) {
        let count = if is_indented && raised.is_none() { group.len() } else { value_lines };
        let mut text = Text::listing(code, &group[..count]);
        text.cut_behind_ellipsis();
        let found = remark(&text.text, Form::Block, &|remark| values::listing(remark, strength(remark)).into_iter().collect());
        let mut claims = to_claims(&text, Form::Block, found);
        if let Some(text) = raised {
            let found = remark(&text.text, Form::Following, &|remark| remark.read());
            claims.extend(to_claims(&text, Form::Following, found));
        }
        return claims;
    }
    let of_words = || if lists_output && lead.end == 0 { listing::of_words(code, statement, subject, group) } else { None };
    if group.len() > 1
        && let Some((text, found)) = of_words()
    {
        return to_claims(&text, Form::Block, vec![found]);
    }
    let mut found = remark(&first.text, Form::Following, &|remark| remark.read());
    if group[1..].iter().any(|comment| says_it_is_text(&Text::of(code, comment).text)) {
        found.iter_mut().for_each(|found| found.add_text(&first.text));
    }
    let may_stay = |found: &Found| is_firm(found) || (found.is_led && lead.is_explicit) || matches!(found.kind, Kind::Timing | Kind::Size);
    found.retain(may_stay);
    if found.is_empty() {
        found.extend(listing::of_token(code, statement, subject, group));
    }
    match of_words().filter(|_| found.is_empty() && group.len() == 1) {
        Some((text, found)) => to_claims(&text, Form::Following, vec![found]),
        None => to_claims(&first, Form::Following, found),
    }
}

/// `Type: string`: what is shown above it may lack its quotes.
fn says_it_is_text(line: &str) -> bool {
    let mut words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.next().is_some_and(|word| word.eq_ignore_ascii_case("type")) && words.next().is_some_and(|word| matches!(word, "str" | "string"))
}

/// Whether a line is one or several tags.
fn is_markup(line: &str) -> bool {
    line.starts_with('<') && line.ends_with('>')
}

/// Whether a line is drawn: bars and underscores that point from names at what stands above.
fn is_drawing(line: &str) -> bool {
    line.contains("|__") || line.contains("\\_") && line.contains("_/")
}

fn listing_or_exception(remark: &Remark<'_, '_>, strength: Strength) -> Vec<Found> {
    let is_exception =
        exception::read(remark.text, |name| remark.code.exceptions.contains(name)).is_some_and(|raise| raise.strength == Strength::Firm);
    if remark.text.contains("Traceback (most recent call last)") {
        return traceback(remark).into_iter().collect();
    }
    if is_exception && !remark.text.contains('\n') {
        return remark.read();
    }
    values::listing(remark, strength).into_iter().collect()
}

/// The exception in the last line of a traceback.
fn traceback(remark: &Remark<'_, '_>) -> Option<Found> {
    let last = remark.text.trim_end().lines().last()?;
    let start = remark.text.trim_end().len() - last.len();
    let raise = exception::read(last, |_| true)?;
    let message = raise.messages.first().map(|message| message.to_string());
    let says = Says::Raises { exception: raise.exception.map(str::to_string), message };
    remark.found(start + raise.span.start..start + raise.span.end, Kind::Exception, vec![super::reading::firm(says)])
}

fn indent_of(code: &Code<'_>, comment: &Comment) -> usize {
    let text = &code.text[content(code, comment)];
    text.len() - text.trim_start().len()
}

fn is_firm(found: &Found) -> bool {
    found.readings.iter().any(|reading| reading.strength == Strength::Firm)
}

/// A line that is a value, set off from what follows it.
fn is_value_line(text: &str) -> bool {
    if super::prose::is_no_claim(text) {
        return false;
    }
    let mut at = 0;
    loop {
        let Some(value) = value::scan(&text[at..]) else { return false };
        if matches!(value.shape, Shape::Name | Shape::Generic | Shape::Call(_)) && !value.text.contains(['(', '[']) {
            return false;
        }
        at += value.text.len();
        let rest = &text[at..];
        if tail::judge(rest, value.shape) == Tail::Apart {
            return true;
        }
        // Several values with a blank between them.
        let Some(next) = rest.strip_prefix(' ') else { return false };
        at = text.len() - next.len();
    }
}

/// Makes a claim one that can't be wrong.
pub(super) fn soften(claim: &mut Claim) {
    claim.strength = Strength::Soft;
    claim.readings.iter_mut().for_each(|reading| reading.strength = Strength::Soft);
}

fn claim(target: Range<usize>, subject: &Subject, form: Form, text: &Text, found: Found) -> Option<Claim> {
    let expected = text.text.get(found.span.clone())?.to_string();
    let last = expected.chars().last()?.len_utf8();
    let span = text.in_code(found.span.start)..text.in_code(found.span.end - last) + last;
    Claim::new(span, form, found.kind, expected, Target { range: target, subject: subject.clone() }, found.readings, found.condition)
}
