//! Numbers in words: counts, bytes and times.

/// `1 example`, `2 examples`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `2 GiB`, `1.5 MiB`.
pub(super) fn bytes(number: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut value = number as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    let text = format!("{value:.1}");
    format!("{} {}", text.strip_suffix(".0").unwrap_or(&text), units[unit])
}

/// `12 ms`, `0.41 s`, `2 min 5 s`.
pub(super) fn duration(seconds: f64) -> String {
    // A clock that can't be right must not make the report wrong as well.
    let seconds = if seconds.is_finite() { seconds.max(0.0) } else { 0.0 };
    match seconds {
        s if s < 0.0995 => format!("{:.0} ms", s * 1000.0),
        s if s < 9.995 => format!("{s:.2} s"),
        s if s < 59.95 => format!("{s:.1} s").replace(".0 s", " s"),
        s => format!("{} min {} s", (s / 60.0) as u64, (s % 60.0) as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!([0, 1, 2].map(|number| count(number, "example")), ["0 examples", "1 example", "2 examples"]);
        assert_eq!([0, 1023, 1536, 2 << 30].map(bytes), ["0 bytes", "1023 bytes", "1.5 KiB", "2 GiB"]);
        assert_eq!(bytes(u64::MAX), "16777216 TiB");
        assert_eq!([0.012, 0.412, 12.0, 12.34, 125.0].map(duration), ["12 ms", "0.41 s", "12 s", "12.3 s", "2 min 5 s"]);
        assert_eq!([f64::NAN, -1.0].map(duration), ["0 ms", "0 ms"]);
    }
}
