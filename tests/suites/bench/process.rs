//! What a process has cost, by proc(5).

use std::{fs, time::Duration};

/// The time that all its threads have spent on a processor.
pub(crate) fn cpu(process: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    // The second field is the program's name, in parentheses.
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let ticks = fields.split(' ').skip(11).take(2);
    let ticks: u64 = ticks.map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 1000 / TICKS_A_SECOND)
}

/// Its share of memory in bytes: what it has alone, and its part of what it shares.
pub(crate) fn memory(process: u32) -> f64 {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap();
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kilobytes = line.unwrap().trim().strip_suffix(" kB").unwrap();
    kilobytes.parse::<f64>().unwrap() * 1024.0
}

/// `USER_HZ`, which Linux shows to programs on every machine of today.
const TICKS_A_SECOND: u64 = 100;
