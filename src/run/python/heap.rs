//! The server's memory, arranged so that a child, which copies each page that it writes to, writes to few.

use std::{ffi::c_void, ptr::null_mut};

use pyo3::{Python, ffi};

/// Bytes of holes in the C library's heap that are filled at most, …
const HOLES: usize = 8 << 20;
/// … and of those in the interpreter's own memory for small objects.
const SMALL_HOLES: usize = 1 << 20;
/// Kibibytes of the largest piece: what is larger may get a mapping of its own.
const LARGEST: usize = 120;

/// Fills the holes that what was given back has left: from here on what children allocate lies side by side, instead of all over the memory. To be
/// called when everything is loaded that they are to find.
pub fn fill_holes(_: Python<'_>) {
    // SAFETY: the interpreter is attached, as the argument shows. None of this memory is written to; what stands for holes is kept for good.
    unsafe {
        fill_pools();
        fill_heap();
    }
}

/// Those of small objects: the interpreter has pools for each size, which it fills one after the other.
///
/// # Safety
/// The interpreter must be attached.
unsafe fn fill_pools() {
    /// Bytes of a pool, and of what stands before its first object. Where they are others, nothing is filled that matters.
    const POOL: usize = 16 << 10;
    const HEAD: usize = 48;
    let mut left = SMALL_HOLES;
    for size in (16..=512).step_by(16) {
        while left > size {
            // SAFETY: allocates, and gives back what was allocated; the caller has seen to the rest.
            unsafe {
                let block = ffi::PyObject_Malloc(size);
                if block.is_null() || block as usize % POOL == HEAD {
                    ffi::PyObject_Free(block); // the first of a pool that was empty
                    break;
                }
            }
            left -= size;
        }
    }
}

/// Those of the C library's heap.
fn fill_heap() {
    // From the largest to the smallest, so that a hole isn't cut into pieces; those of the small ones have a list for each size.
    let sizes = (1..=LARGEST).rev().map(|kibibytes| kibibytes << 10).chain((24..1024).step_by(16).rev());
    // SAFETY: what is freed was allocated here.
    unsafe {
        // The free end of the heap goes back to the system: what lies before the end that is left is a hole.
        libc::malloc_trim(0);
        let end = libc::sbrk(0);
        let mut left = HOLES;
        let behind: Vec<_> = sizes.map(|size| fill(size, end, &mut left)).collect();
        for block in behind {
            libc::free(block);
        }
    }
}

/// Allocates blocks of a size as long as they lie before `end`. The one that doesn't is the result; null where there was none.
fn fill(size: usize, end: *mut c_void, left: &mut usize) -> *mut c_void {
    while *left > size {
        // SAFETY: it may be called at any time.
        let block = unsafe { libc::malloc(size) };
        if block.is_null() || block >= end {
            return block;
        }
        *left -= size;
    }
    null_mut()
}
