//! The server's heap, arranged so that a child, which copies each page that it writes to, writes to few.

/// Bytes of holes that are filled at most.
const HOLES: usize = 8 << 20;

/// Fills the holes that what was given back has left in the C library's heap: from here on what children allocate lies side by side at its end,
/// instead of all over it. To be called when everything is loaded that they are to find.
pub fn fill_holes() {
    // SAFETY: none of this memory is written to. It's kept for good: it stands for holes.
    unsafe {
        let last = libc::malloc(64 << 10);
        let mut left = HOLES;
        // From the largest to the smallest, so that a hole isn't cut into pieces; those of the small ones have a list for each size.
        for size in (1..=60).rev().map(|kilobytes| kilobytes << 10).chain((24..1024).step_by(16).rev()) {
            while left > size {
                let hole = libc::malloc(size);
                if hole.is_null() || hole >= last {
                    libc::free(hole);
                    break;
                }
                left -= size;
            }
        }
        libc::free(last);
    }
}
