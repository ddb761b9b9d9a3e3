//! Approximate claims: numbers in texts, and amounts as people write them.

use std::ops::Range;

/// The numbers in a text, in order; one with a unit of bytes (`8.1 MB`) in bytes.
pub(super) fn numbers(text: &str) -> Vec<f64> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|char: char| char.is_ascii_digit()) {
        let attached = rest[..at].ends_with(|char: char| char.is_alphabetic() || char == '_');
        let negative = rest[..at].ends_with('-');
        rest = &rest[at..];
        let mut length = rest.find(|char: char| !(char.is_ascii_digit() || matches!(char, '.' | ',' | '_'))).unwrap_or(rest.len());
        length = rest[..length].trim_end_matches(['.', ',', '_']).len();
        let exponent = &rest[length..];
        if let Some(power) = exponent.strip_prefix(['e', 'E']) {
            let digits = power.trim_start_matches(['-', '+']);
            let end = digits.find(|char: char| !char.is_ascii_digit()).unwrap_or(digits.len());
            if end > 0 {
                length += 1 + (power.len() - digits.len()) + end;
            }
        }
        let (digits, behind) = rest.split_at(length);
        // The digits of `utf8` or `x1` are no number.
        if !attached && let Ok(value) = digits.replace([',', '_'], "").parse::<f64>() {
            found.push(if negative { -value } else { value } * unit(behind));
        }
        rest = behind;
    }
    found
}

/// Whether an amount of bytes lies in the claimed range, whose unit may have been meant as a power of 1000 or of 1024.
pub(super) fn is_about_bytes(range: &Range<f64>, bytes: f64) -> bool {
    let binary = match range.start {
        start if start >= 1e9 => 1.024_f64.powi(3),
        start if start >= 1e6 => 1.024_f64.powi(2),
        start if start >= 1e3 => 1.024,
        _ => 1.0,
    };
    bytes >= range.start && bytes <= range.end * binary
}

/// Whether a number lies in a claimed range; its end counts.
pub(super) fn is_about(range: &Range<f64>, value: f64) -> bool {
    value >= range.start && value <= range.end
}

/// Seconds as people say them.
pub(super) fn seconds(value: f64) -> String {
    match value.abs() {
        amount if amount < 1e-3 => format!("{} µs", rounded(value * 1e6)),
        amount if amount < 1.0 => format!("{} ms", rounded(value * 1e3)),
        _ => format!("{} s", rounded(value)),
    }
}

/// Three digits of a number at most, where it has a fraction.
fn rounded(value: f64) -> String {
    let digits = match value.abs() {
        amount if amount >= 100.0 => 0,
        amount if amount >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Whether a claimed float is a seen one, rounded: at least two digits behind the point, fewer than are seen. With one digit, as in
/// `0.1 + 0.2  # 0.3`, the difference may be the very point.
pub(super) fn is_rounded(claimed: &str, seen: &str) -> bool {
    let decimals = |text: &str| {
        text.split_once('.').filter(|(_, decimals)| decimals.bytes().all(|byte| byte.is_ascii_digit())).map(|(_, decimals)| decimals.len())
    };
    let (Some(wanted), Some(given)) = (decimals(claimed), decimals(seen)) else { return false };
    let cut_off = seen.starts_with(claimed);
    let (Ok(claimed), Ok(seen)) = (claimed.parse::<f64>(), seen.parse::<f64>()) else { return false };
    let half = 0.500_001 * 10_f64.powi(-(wanted.min(300) as i32));
    wanted >= 2 && given > wanted + 1 && (cut_off || (claimed - seen).abs() <= half)
}

/// Bytes of the unit that a text starts with, after blanks; 1 without one.
fn unit(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text.find(|char: char| !char.is_ascii_alphabetic()).unwrap_or(text.len());
    match &text[..end] {
        "kB" | "KB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_numbers() {
        assert_eq!(numbers("took 1,234.5 s, utf8, -3 and 2e3."), [1234.5, -3.0, 2000.0]);
        assert_eq!(numbers("8.5 MB or 2KiB"), [8.5e6, 2048.0]);
        assert_eq!(numbers("none"), [] as [f64; 0]);
        assert_eq!(numbers("1e"), [1.0]);
    }

    #[test]
    fn bytes_of_either_kind() {
        assert!(is_about_bytes(&(7.5e6..8.5e6), 8_448_728.0));
        assert!(is_about_bytes(&(7.5e6..8.5e6), 8.4 * 1024.0 * 1024.0));
        assert!(!is_about_bytes(&(7.5e6..8.5e6), 9.5e6));
        assert!(!is_about_bytes(&(110.0..130.0), 208.0));
    }

    #[test]
    fn rounding() {
        assert!(is_rounded("3.14", "3.141592653589793"));
        assert!(is_rounded("0.333", "0.3333333333333333"));
        assert!(is_rounded("0.67", "0.6666666666666666"));
        assert!(!is_rounded("0.3", "0.30000000000000004"));
        assert!(!is_rounded("3.15", "3.141592653589793"));
        assert!(!is_rounded("3.14", "3.15"));
        assert!(!is_rounded("3", "3.14159"));
    }

    #[test]
    fn says_seconds() {
        assert_eq!([seconds(0.0000123), seconds(0.4), seconds(1.5), seconds(123.4)], ["12.3 µs", "400 ms", "1.5 s", "123 s"]);
    }
}
