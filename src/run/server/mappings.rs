//! The server's memory, arranged so that its children meet few page faults.

use std::{fs, fs::File, os::unix::fs::FileExt};

/// Sees to it that children find the code of program and libraries mapped. Where that isn't allowed, all is as before.
///
/// A fork leaves out what can be mapped anew from its file, so that each child meets a page fault for every few pages of code that it
/// runs; but not where a mapping has a page of its own (`vma_needs_copy` of the kernel). Writing a byte over itself gives it one.
pub fn keep_code_mapped() {
    let files = || Some((File::options().read(true).write(true).open("/proc/self/mem").ok()?, fs::read_to_string("/proc/self/maps").ok()?));
    let Some((memory, maps)) = files() else { return };
    for line in maps.lines() {
        // `7f62e4a00000-7f62e4b55000 r-xp 00026000 fd:00 1234  /usr/lib/libc.so.6`
        let mut words = line.split_ascii_whitespace();
        let (Some(range), Some(flags), Some(path)) = (words.next(), words.next(), words.nth(3)) else { continue };
        let first = range.split('-').next().and_then(|first| u64::from_str_radix(first, 16).ok());
        if let Some(first) = first.filter(|_| path.starts_with('/') && flags.starts_with("r-") && flags.ends_with('p')) {
            let mut byte = [0];
            let _ = memory.read_exact_at(&mut byte, first).and_then(|()| memory.write_all_at(&byte, first));
        }
    }
}
