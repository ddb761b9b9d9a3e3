//! Approximate amounts: `~8MB`, `about 1.5 s`, `Takes MINUTES`. They are always soft: another machine, another amount.

use std::ops::Range;

use super::{Says, value::number_length};

/// An amount found at the start of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    /// Bytes of it in the text.
    pub(super) length: usize,
    /// What it measures.
    pub(super) measure: Measure,
    /// From, to; in bytes, seconds, or as it stands.
    pub(super) range: Range<f64>,
}

/// What an amount measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Bytes.
    Size,
    /// Seconds.
    Time,
    /// Something without a unit.
    Number,
}

impl Quantity {
    /// The reading for a statement that itself takes it, or, with `printed`, prints it.
    pub(super) fn says(self, printed: bool) -> Says {
        match self.measure {
            Measure::Size => Says::Bytes(self.range),
            Measure::Time if !printed => Says::Takes(self.range),
            Measure::Time | Measure::Number => Says::About(self.range),
        }
    }
}

/// The amount at the start of a text. A number without a unit is one only behind `~` or a word like it.
pub(super) fn scan(text: &str) -> Option<Quantity> {
    let lower = text.to_ascii_lowercase();
    let marker =
        ["~", "≈", "≃", "about ", "approximately ", "approx. ", "approx ", "around ", "roughly ", "circa ", "nearly ", "almost ", "ca. "]
            .into_iter()
            .find(|marker| lower.starts_with(marker));
    let bound =
        ["< ", "<", "> ", ">", "under ", "over ", "less than ", "more than ", "up to "].into_iter().find(|bound| lower.starts_with(bound));
    let prefix = marker.or(bound).map_or(0, str::len);
    let start = prefix + text[prefix..].len() - text[prefix..].trim_start().len();
    let digits = number_length(&text[start..], false).filter(|_| text[start..].starts_with(|c: char| c.is_ascii_digit() || c == '.'))?;
    let number = &text[start..start + digits];
    let low: f64 = number.replace('_', "").parse().ok()?;
    let mut at = start + digits;
    let mut high = None;
    if let Some(rest) = text[at..].strip_prefix(['-', '–'])
        && let Some(second) = number_length(rest, false).filter(|_| rest.starts_with(|c: char| c.is_ascii_digit()))
    {
        high = rest[..second].parse::<f64>().ok();
        at = text.len() - rest.len() + second;
    }
    let blanks = text[at..].len() - text[at..].trim_start_matches(' ').len();
    let unit_end = at + blanks + letters(&text[at + blanks..]);
    let unit = unit(&text[at + blanks..unit_end]);
    let (measure, factor) = match unit {
        Some(found) if blanks <= 1 => found,
        _ if marker.is_some() && letters(&text[at..]) == 0 && !text[at..].starts_with('%') => (Measure::Number, 1.0..=1.0),
        _ => return None,
    };
    let length = if measure == Measure::Number { at } else { unit_end };
    // Half a unit of the last digit that is written, a tenth at least; time varies much more between machines.
    let decimals = number.split('.').nth(1).map_or(0, str::len);
    let half_digit = 0.5 * 10_f64.powi(-(decimals.min(300) as i32));
    let loose = |value: f64| half_digit.max(value * 0.1);
    let high = high.unwrap_or(low);
    let range = match (bound, measure) {
        (Some(bound), _) if marker.is_none() && !bound.starts_with(['>', 'o', 'm']) => 0.0..high * factor.end(),
        (Some(_), _) if marker.is_none() => low * factor.start()..f64::INFINITY,
        (_, Measure::Time) => low * factor.start() / 2.0..high * factor.end() * 2.0,
        _ => (low - loose(low)) * factor.start()..(high + loose(high)) * factor.end(),
    };
    Some(Quantity { length, measure, range })
}

/// The time that words state: `Instant`, `Takes MINUTES`.
pub(super) fn words(text: &str) -> Option<Quantity> {
    let lower = text.to_ascii_lowercase();
    let first = lower.find(|c: char| !c.is_alphabetic()).map_or(lower.as_str(), |end| &lower[..end]);
    if matches!(first, "instant" | "instantly" | "instantaneous") {
        return Some(Quantity { length: first.len(), measure: Measure::Time, range: 0.0..0.1 });
    }
    let verb = ["takes ", "will take ", "would take ", "runs for ", "hangs for "].into_iter().find(|verb| lower.starts_with(verb))?;
    let rest = &lower[verb.len()..];
    let unit = rest.find(|c: char| !c.is_alphabetic()).map_or(rest, |end| &rest[..end]);
    let range = match unit {
        "seconds" => 1.0..f64::INFINITY,
        "minutes" => 60.0..f64::INFINITY,
        "hours" => 3600.0..f64::INFINITY,
        "days" | "years" | "forever" | "ages" => 86_400.0..f64::INFINITY,
        "milliseconds" => 0.0..1.0,
        _ => return None,
    };
    Some(Quantity { length: verb.len() + unit.len(), measure: Measure::Time, range })
}

/// A unit's measure and how many bytes or seconds it stands for: from, to, since 1 MB may be 1000² or 1024² bytes.
fn unit(name: &str) -> Option<(Measure, std::ops::RangeInclusive<f64>)> {
    let size = |power: i32| Some((Measure::Size, 1000_f64.powi(power)..=1024_f64.powi(power)));
    let time = |seconds: f64| Some((Measure::Time, seconds..=seconds));
    match name {
        "B" | "byte" | "bytes" | "Bytes" => size(0),
        "KB" | "kB" | "KiB" | "kilobytes" => size(1),
        "MB" | "MiB" | "Mb" | "megabytes" => size(2),
        "GB" | "GiB" | "Gb" | "gigabytes" => size(3),
        "TB" | "TiB" => size(4),
        "ns" | "nanoseconds" => time(1e-9),
        "us" | "µs" | "μs" | "microseconds" => time(1e-6),
        "ms" | "msec" | "milliseconds" => time(1e-3),
        "s" | "sec" | "secs" | "second" | "seconds" => time(1.0),
        "min" | "mins" | "minute" | "minutes" => time(60.0),
        "h" | "hour" | "hours" => time(3600.0),
        _ => None,
    }
}

/// How many bytes of letters a text starts with.
fn letters(text: &str) -> usize {
    text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len())
}
