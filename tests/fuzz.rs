//! The fuzzer's targets without the fuzzer: what it has kept, and variations of it, go through the same bodies as in `fuzz/`.

use std::{fs, path::PathBuf};

use proptest::{collection::vec, prelude::*, sample::Index};

#[path = "../fuzz/src/lib.rs"]
mod targets;

/// What is kept for a target, in the order of the files' names.
fn kept(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut kept: Vec<(PathBuf, Vec<u8>)> = files
        .map(|file| {
            let path = file.expect("a file of the corpus").path();
            let bytes = fs::read(&path).expect("it can be read");
            (path, bytes)
        })
        .collect();
    kept.sort();
    assert!(!kept.is_empty(), "{} is empty", folder.display());
    kept
}

fn replay(target: &str) {
    let (_, body) = targets::TARGETS.iter().find(|(name, _)| *name == target).expect("it's a target");
    for (path, bytes) in kept(target) {
        // What is wrong has been said by then.
        std::panic::catch_unwind(|| body(&bytes)).unwrap_or_else(|_| panic!("the input was {}", path.display()));
    }
}

macro_rules! replays {
    ($($target:ident),*) => {
        $(#[test]
        fn $target() {
            replay(stringify!($target));
        })*

        #[test]
        fn each_target_is_replayed() {
            let replayed = [$(stringify!($target)),*];
            assert_eq!(replayed.as_slice(), targets::TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
            let known = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/fuzz_targets")).expect("the targets").count();
            assert_eq!(replayed.len(), known);
        }
    };
}

replays!(text, markdown, rst, html, notebook, docstrings, claims, judge, front_matter, configuration, frames, repeated);

/// A change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Cut(Index, Index),
    Insert(Index, Vec<u8>),
    /// A piece of another kept input.
    Splice(Index, Index, Index, Index),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let index = any::<Index>;
    let piece = prop_oneof!["[ -~\n\t\u{e9}\u{2014}\u{1f600}]{1,4}".prop_map(String::into_bytes), vec(any::<u8>(), 1..3)];
    let change = prop_oneof![
        (index(), index()).prop_map(|(from, to)| Change::Cut(from, to)),
        (index(), piece).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (index(), index(), index(), index()).prop_map(|(at, other, from, to)| Change::Splice(at, other, from, to)),
    ];
    vec(change, 1..6)
}

fn changed(bytes: &[u8], changes: &[Change], all: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        let at = |index: &Index, bytes: &[u8]| index.index(bytes.len() + 1);
        match change {
            Change::Cut(from, to) => {
                let (from, to) = (at(from, &bytes), at(to, &bytes));
                // A small piece, as a rule: most of the input stays.
                drop(bytes.drain(from.min(to)..from.max(to).min(from.min(to) + 16)));
            }
            Change::Insert(index, piece) => {
                let index = at(index, &bytes);
                bytes.splice(index..index, piece.iter().copied());
            }
            Change::Splice(index, other, from, to) => {
                let other = &all[other.index(all.len())].1;
                let (from, to) = (at(from, other), at(to, other));
                let index = at(index, &bytes);
                bytes.splice(index..index, other[from.min(to)..from.max(to)].iter().copied());
            }
        }
    }
    bytes
}

proptest! {
    // Of long inputs that go over and over, a few are enough here.
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn variations_of_what_is_kept(start in any::<Index>(), changes in changes()) {
        for (target, body) in targets::TARGETS.iter().filter(|(target, _)| *target != "repeated") {
            let all = kept(target);
            body(&changed(&all[start.index(all.len())].1, &changes, &all));
        }
    }
}
