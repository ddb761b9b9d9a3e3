//! What a server says is refused where it isn't the answer to what it was asked. The servers here are shells that say what they were given.

use super::*;
use crate::run::{
    pools::Turns,
    protocol::{End, Limits, Mode},
};

static RUNS: AtomicBool = AtomicBool::new(false);

fn report(number: u64) -> Answer {
    Answer::Report(Box::new(Report::not_run(number, End::Exited(0))))
}

pub(in crate::run::pool) fn job(number: u64) -> Job {
    Job {
        number,
        filename: "<a>".to_owned(),
        // More than a pipe holds: a server that doesn't read holds the parent up.
        code: "x".repeat(300_000),
        mode: Mode::Script,
        prelude: Vec::new(),
        pieces: Vec::new(),
        probes: Vec::new(),
        limits: Limits { time: Duration::ZERO, ..Limits::default() },
        preload: Vec::new(),
        packages: Default::default(),
        beforehand: Default::default(),
        to_come: 0,
        given: None,
        provisions: None,
        followers: Vec::new(),
        clock_ahead: None,
    }
}

/// A server that says these bytes, and goes on as the shell's word says.
fn saying(bytes: &[u8], then: &str) -> (tempfile::TempDir, Server) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers");
    std::fs::write(&path, bytes).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", &format!("cat \"$0\"; {then}")]).arg(&path);
    let setting = Setting::default();
    (folder, Server::spawn(command, &setting).unwrap_or_else(|_| panic!("no shell")))
}

fn frames(answers: &[Answer]) -> Vec<u8> {
    let mut bytes = Vec::new();
    answers.iter().for_each(|answer| write_frame(&mut bytes, answer).unwrap());
    bytes
}

const READS_ON: &str = "cat > /dev/null";

#[track_caller]
fn run(server: &mut Server, number: u64) -> Result<Report, String> {
    let turns = Turns::new(1);
    server.run(&job(number), &mut turns.take(), &RUNS, &mut |_| (), &mut |_| ()).map_err(|error| match error {
        ServerError::Interrupted => "interrupted".to_owned(),
        ServerError::Lost(why) => why,
    })
}

#[test]
fn a_report_counts_once_and_for_its_own_job_only() {
    let another = "the server reported another job than the one it was given";
    // Its own, and the same once more when the next job is asked for.
    let (_folder, mut server) = saying(&frames(&[report(5), report(5)]), READS_ON);
    assert_eq!(run(&mut server, 5).unwrap().number, 5);
    assert_eq!(run(&mut server, 6).unwrap_err(), another);
    // Late, of the job before; forged, of the one to come; of the number that nobody has.
    for number in [4, 6, 0, u64::MAX] {
        let (_folder, mut server) = saying(&frames(&[Answer::Idle, report(number), report(5)]), READS_ON);
        assert_eq!(run(&mut server, 5).unwrap_err(), another, "{number}");
    }
}

#[test]
fn what_is_out_of_turn_torn_or_no_frame_is_refused() {
    let whole = frames(&[report(5)]);
    for (bytes, why) in [
        (frames(&[Answer::Idle, Answer::Idle, report(5)]), "out of turn"),
        (frames(&[Answer::Ready(Ready::default()), report(5)]), "out of turn"),
        (frames(&[Answer::Failed("no more memory".to_owned())]), "no more memory"),
        (b"\xff\xff\xff\xff{}".to_vec(), "can't be read"),
        (b"\0\0\0\x02{}".to_vec(), "can't be read"),
        (whole[..whole.len() - 1].to_vec(), "the server ended"),
        (Vec::new(), "the server ended"),
    ] {
        let (_folder, mut server) = saying(&bytes, "head -c 300000 > /dev/null");
        let error = run(&mut server, 5).unwrap_err();
        assert!(error.contains(why), "{why}: {error}");
    }
}

#[test]
fn a_server_that_takes_no_job_is_asked_why_it_ended() {
    let (_folder, mut server) = saying(&frames(&[Answer::Failed("no more memory".to_owned())]), "exit 3");
    assert_eq!(run(&mut server, 5).unwrap_err(), "no more memory");
}

#[test]
fn a_server_that_stands_still_holds_nobody_up() {
    let whole = frames(&[report(5)]);
    let run = |bytes: &[u8], then: &str| {
        let (_folder, mut server) = saying(bytes, then);
        let mut deadline = Deadline::after(Duration::from_millis(300), Instant::now());
        let sent = server.send(&job(5), &mut deadline, &RUNS);
        let said = sent.and_then(|()| server.answer(&mut deadline, &RUNS).map(drop));
        server.process.kill().unwrap();
        matches!(said, Err(ServerError::Lost(why)) if why.contains("no answer in time"))
    };
    // It reads nothing; it says nothing; it stops in the middle of a frame.
    assert!(run(&[], "exec sleep 60"));
    assert!(run(&[], READS_ON));
    assert!(run(&whole[..whole.len() / 2], READS_ON));
}

#[test]
fn a_run_that_is_stopped_waits_for_no_server() {
    let (_folder, mut server) = saying(&[], "exec sleep 60");
    let stop = AtomicBool::new(true);
    let turns = Turns::new(1);
    assert!(matches!(server.run(&job(5), &mut turns.take(), &stop, &mut |_| (), &mut |_| ()), Err(ServerError::Interrupted)));
    server.process.kill().unwrap();
}
