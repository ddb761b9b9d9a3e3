//! What may come from a server and from the process of an example, and what holds of it.

use std::io::ErrorKind;

use verify::run::protocol::{
    Answer, Captured, Deed, DeedKind, End, Job, Note, Observation, QueryAnswer, Raised, Report, Seen, read_frame, read_frame_bytes,
    write_frame,
};

/// Reads a stream of frames to its end, or to what is no frame.
pub(crate) fn stream(data: &[u8]) {
    let mut rest = data;
    let mut taken = 0;
    loop {
        let before = rest.len();
        match read_frame_bytes(&mut rest) {
            Ok(Some(json)) => {
                taken += 4 + json.len();
                assert_eq!(before - rest.len(), 4 + json.len());
                assert!(json.capacity() <= 2 * data.len() + 64, "no more is reserved than came");
                self::json(&json);
            }
            Ok(None) => return assert_eq!(taken, data.len(), "only the end of the stream is its end"),
            Err(error) => return assert!(matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::InvalidData), "{error}"),
        }
    }
}

/// Takes JSON for what a server says, and judges an example by it.
pub(crate) fn json(data: &[u8]) {
    let mut frame = (data.len() as u32).to_be_bytes().to_vec();
    frame.extend(data);
    let Ok(Some(answer)) = read_frame::<Answer>(&mut frame.as_slice()) else { return };
    let mut again = Vec::new();
    write_frame(&mut again, &answer).expect("what was read can be written");
    assert!(matches!(read_frame::<Answer>(&mut again.as_slice()), Ok(Some(_))));
    if let Answer::Report(report) = answer {
        for example in super::code::examples(b"x = 1  # 1\nprint(x)  # 'a'\nf()  # [1, 2]\nraise x  # ValueError: no\n\xFF>>> f(x)\n1\n") {
            super::code::judge(&example, &|_| (*report).clone());
        }
    }
}

/// Makes a report from bytes, cut at bytes 0xFF. Each piece is something seen: its first byte says what, its second of which probe, and
/// the rest is the text of it.
pub(crate) fn seen(data: &[u8]) -> impl Fn(&Job) -> Report {
    let pieces: Vec<(u8, u8, String)> = data
        .split(|&byte| byte == 0xFF)
        .filter_map(|piece| match piece {
            [kind, probe, text @ ..] => Some((*kind, probe.wrapping_sub(b'0'), String::from_utf8_lossy(text).into_owned())),
            _ => None,
        })
        .collect();
    move |job| report(job, &pieces)
}

fn report(job: &Job, pieces: &[(u8, u8, String)]) -> Report {
    let mut report = Report {
        number: job.number,
        end: End::Exited(0),
        seconds: 0.01,
        cpu_seconds: 0.01,
        memory: 1 << 20,
        started: None,
        stdout: Captured::default(),
        stderr: Captured::default(),
        notes: Vec::new(),
    };
    for (kind, number, text) in pieces {
        let from = report.stdout.text.len() as u64;
        let probe = job.probes.get(usize::from(*number) % job.probes.len().max(1));
        let observation = Observation {
            probe: probe.map_or(u32::from(*number), |probe| probe.number),
            stdout: (from, from),
            stderr: (0, 0),
            seconds: 0.001,
            raised: None,
            value: None,
            answers: Vec::new(),
        };
        report.notes.push(match kind {
            // What it prints.
            b'p' => {
                report.stdout.text.push_str(text);
                Note::Seen(Observation { stdout: (from, report.stdout.text.len() as u64), ..observation })
            }
            // Its value, and the answers of all questions about it.
            b'v' | b'e' => {
                let (repr, str) = text.split_once('\0').map_or((text.as_str(), None), |(repr, str)| (repr, Some(str.to_owned())));
                let seen = Seen { repr: repr.to_owned(), str, r#type: "list".to_owned(), truncated: false };
                let equal = Some(*kind == b'e');
                let answer = QueryAnswer { seen: Some(seen.clone()), error: None, equal, expression_error: None };
                let answers = vec![answer; probe.map_or(0, |probe| probe.queries.len())];
                Note::Seen(Observation { value: Some(seen), answers, ..observation })
            }
            b'r' => Note::Seen(Observation { raised: Some(raised(text)), ..observation }),
            b's' => Note::Stopped(raised(text)),
            b'i' => Note::Invalid(raised(text)),
            b'q' => Note::PreludeRaised { index: u32::from(*number), raised: raised(text) },
            b'c' => Note::Cut { probe: u32::from(*number) },
            b'd' => Note::Did(Deed { kind: DeedKind::Read, what: text.clone() }),
            // Offsets that can't be: a report says what it likes.
            b'o' => {
                let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or(u64::MAX));
                let mut offset = || numbers.next().unwrap_or(0);
                Note::Seen(Observation { stdout: (offset(), offset()), stderr: (offset(), offset()), ..observation })
            }
            b'x' => {
                report.end = match number % 6 {
                    0 => End::Exited(text.parse().unwrap_or(1)),
                    1 => End::Signalled(text.parse().unwrap_or(11)),
                    2 => End::TimedOut,
                    3 => End::MemoryLimit,
                    4 => End::Garbled(text.clone()),
                    _ => End::Lost(text.clone()),
                };
                continue;
            }
            b'b' => Note::Started { stdout: from, stderr: 0 },
            _ => Note::Finished,
        });
    }
    report
}

/// `Type: message`, and a line behind `@`.
fn raised(text: &str) -> Raised {
    let (text, line) = text.rsplit_once('@').map_or((text, None), |(text, line)| (text, line.parse().ok()));
    let (name, message) = text.split_once(": ").unwrap_or((text, ""));
    Raised {
        r#type: name.to_owned(),
        module: "builtins".to_owned(),
        mro: vec![name.to_owned(), "Exception".to_owned(), "BaseException".to_owned(), "object".to_owned()],
        message: message.to_owned(),
        line,
        traceback: format!("{name}: {message}\n"),
        subject: Some(message.to_owned()),
    }
}
