//! Several lines of a comment that are shown as one.

use super::{
    super::{
        Kind, Reading, Says, Strength, Subject,
        reading::{Found, Remark},
        strength,
        value::{self, Shape},
    },
    of_assignment,
};

/// Several lines as one text: a listing, or a value spread over lines.
pub(in super::super) fn listing(remark: &Remark<'_, '_>, strength: Strength) -> Option<Found> {
    let text = remark.text;
    let mut readings = vec![Reading { says: Says::Printed(text.to_string()), strength }];
    readings.extend(without_remarks(text).map(|text| Reading { says: Says::Printed(text), strength }));
    let whole = value::scan(text).filter(|value| value.text.len() == text.trim_end().len() && value.shape != Shape::Name);
    let mut kind = Kind::Stdout;
    if let Some(value) = whole
        && let Some(strength) = strength::of(remark, &value)
    {
        let says = Says::Value(text.trim_end().to_string());
        match remark.subject {
            Subject::Expression => {
                readings.insert(0, Reading { says, strength });
                kind = Kind::Value;
            }
            Subject::Print => readings.push(Reading { says, strength }),
            Subject::Assignment { target } => {
                readings = vec![Reading { says: of_assignment(target.as_deref(), says, text), strength }];
                kind = Kind::State;
            }
            _ => {}
        }
    } else if let Subject::Assignment { target: Some(target) } = remark.subject {
        // A text as it's printed; or words about what is assigned.
        let state = Says::State { subject: target.clone(), value: text.to_string() };
        readings = [state, Says::Printed(text.to_string())].map(|says| Reading { says, strength: Strength::Soft }).to_vec();
        kind = Kind::State;
    } else if matches!(
        remark.subject,
        Subject::Assignment { .. } | Subject::Return | Subject::ClassAttribute { .. } | Subject::Deletion { .. }
    ) {
        return None;
    }
    remark.found(0..text.len(), kind, readings)
}

/// A listing without the remarks that are set off by a mark of their own: `5 # cups`; `None` where there are none.
fn without_remarks(text: &str) -> Option<String> {
    let bare: Vec<&str> = text.lines().map(|line| line.split_once(" # ").map_or(line, |(shown, _)| shown.trim_end())).collect();
    (text.contains(" # ") && bare.iter().all(|line| !line.is_empty())).then(|| bare.join("\n"))
}
