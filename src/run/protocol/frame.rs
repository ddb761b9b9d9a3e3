//! Frames: a `u32` in network byte order, the length, and so many bytes of JSON.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};

/// Bytes of JSON in a frame at most. Far more than a job or a report takes within its limits; a length above it is no frame.
const FRAME_LIMIT: usize = 256 << 20;
/// Bytes of JSON that most frames have at most.
const USUAL: usize = 8 << 10;

/// Writes one frame and flushes. A value longer than 256 MiB is an error, and nothing is written.
pub fn write_frame(to: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, value)?;
    let length = frame.len() - 4;
    if length > FRAME_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {length} bytes is too long")));
    }
    // The limit is below `u32::MAX`.
    frame[..4].copy_from_slice(&(length as u32).to_be_bytes());
    to.write_all(&frame)?;
    to.flush()
}

/// Reads one frame. `None` when the stream ended before it; a stream that ends inside a frame is [`io::ErrorKind::UnexpectedEof`],
/// a length beyond 256 MiB or JSON of another shape is [`io::ErrorKind::InvalidData`].
pub fn read_frame<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    match read_frame_bytes(from)? {
        Some(json) => Ok(Some(serde_json::from_slice(&json).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?)),
        None => Ok(None),
    }
}

/// Reads the JSON of one frame, unparsed. As [`read_frame`] otherwise.
pub fn read_frame_bytes(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; 4];
    let mut got = 0;
    while got < head.len() {
        match from.read(&mut head[got..]) {
            Ok(0) if got == 0 => return Ok(None),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => got += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let length = u32::from_be_bytes(head) as usize;
    if length > FRAME_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a frame of {length} bytes is too long")));
    }
    // Read at once, most often. Beyond that it grows with what arrives: a length alone reserves nothing more.
    let mut json = Vec::with_capacity(length.min(USUAL));
    from.by_ref().take(length as u64).read_to_end(&mut json)?;
    if json.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(json))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::protocol::{Answer, Captured, End, Note, Report};
    use proptest::prelude::*;

    #[test]
    fn a_frame_comes_back_as_it_was_sent() {
        let report = Answer::Report(Box::new(Report {
            number: 7,
            end: End::Signalled(11),
            seconds: 0.25,
            cpu_seconds: 0.125,
            memory: 1 << 20,
            started: None,
            stdout: Captured { text: "zwölf\n\u{0}".to_owned(), truncated: false },
            stderr: Captured::default(),
            notes: vec![Note::Started { stdout: 1, stderr: 2 }, Note::Finished],
        }));
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &Answer::Idle).unwrap();
        write_frame(&mut bytes, &report).unwrap();
        let mut stream = bytes.as_slice();
        assert_eq!(read_frame::<Answer>(&mut stream).unwrap(), Some(Answer::Idle));
        assert_eq!(read_frame::<Answer>(&mut stream).unwrap(), Some(report));
        assert_eq!(read_frame::<Answer>(&mut stream).unwrap(), None);
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_anything_is_reserved() {
        let error = read_frame::<Answer>(&mut [0xff, 0xff, 0xff, 0xff, b'1'].as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    proptest! {
        #[test]
        fn any_text_makes_the_round_trip(text in ".*") {
            let mut bytes = Vec::new();
            write_frame(&mut bytes, &text).unwrap();
            prop_assert_eq!(read_frame::<String>(&mut bytes.as_slice()).unwrap(), Some(text));
        }

        #[test]
        fn a_torn_frame_is_an_error_and_never_a_value(text in ".{0,40}", cut in 0usize..50) {
            let mut bytes = Vec::new();
            write_frame(&mut bytes, &text).unwrap();
            let cut = 1 + cut % (bytes.len() - 1);
            let error = read_frame::<String>(&mut &bytes[..cut]).unwrap_err();
            prop_assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let _ = read_frame::<Answer>(&mut bytes.as_slice());
        }
    }
}
