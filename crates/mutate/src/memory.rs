//! How much memory a target takes.

use std::{
    alloc::System,
    sync::{Mutex, MutexGuard, PoisonError},
};

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

/// Counts what every thread of the test program allocates.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Held by each run: the count is the whole program's.
static ALONE: Mutex<()> = Mutex::new(());

/// The target, held to a bound: it may allocate `per_octet` for each octet of its input and
/// `besides` in all, freed in between or not, which is at least what it holds at its peak.
///
/// What other threads allocate meanwhile counts too. Runs wait for each other; the test harness,
/// which writes down what passed, wants some 20 KiB in `besides`.
pub fn within(per_octet: usize, besides: usize, target: impl Fn(&[u8])) -> impl Fn(&[u8]) {
    move |bytes| {
        let region = Region::new(ALLOCATOR);
        target(bytes);
        let allocated = region.change().bytes_allocated;
        let allowed = per_octet * bytes.len() + besides;
        assert!(
            allocated <= allowed,
            "{} octets of input took {allocated} octets of memory, not {allowed}",
            bytes.len()
        );
    }
}

/// Keeps other runs away. One that has panicked left nothing behind.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
