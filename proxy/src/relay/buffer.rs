//! Buffers that a connection has only while bytes are on their way.
//!
//! An idle connection holds none. Each thread keeps a few for the next one that wakes up.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use super::frame::HEADROOM;

/// [`CAPACITY`] bytes, given back to its thread when dropped.
#[derive(Debug)]
pub(super) struct Buffer(Box<[u8]>);

impl Buffer {
    /// Takes one from the thread's pool, or makes one. What is in it is left over from other use.
    pub(super) fn take() -> Self {
        let pooled = POOL.with_borrow_mut(Vec::pop);
        Self(pooled.unwrap_or_else(|| vec![0; CAPACITY].into_boxed_slice()))
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.0);
        // During a thread's end the pool may be gone, and the buffer goes with it.
        let _ = POOL.try_with(|pool| {
            if let Ok(mut pool) = pool.try_borrow_mut()
                && pool.len() < POOLED
            {
                pool.push(bytes);
            }
        });
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// The most that becomes one frame. Several TLS records at once save wake-ups of the page.
pub(super) const PAYLOAD: usize = 64 * 1024;
const CAPACITY: usize = HEADROOM + PAYLOAD;
/// What a thread keeps: 2 MiB. More connections than that are rarely awake at one time.
const POOLED: usize = 32;

thread_local! {
    static POOL: RefCell<Vec<Box<[u8]>>> = const { RefCell::new(Vec::new()) };
}
