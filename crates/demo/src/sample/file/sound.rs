//! A long recording, so that there is a large attachment: WAVE, 16 bits, one channel.

/// Samples a second.
const RATE: u32 = 44_100;
/// How long it is: encoded, the message has a little more than eight million octets.
const SECONDS: u32 = 68;

/// A foghorn: three seconds of two deep tones in every twelve.
pub(in super::super) fn foghorn() -> Vec<u8> {
    let octets = RATE * SECONDS * 2;
    let mut file = Vec::with_capacity(octets as usize + 44);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(octets + 36).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    file.extend_from_slice(b"\x02\0\x10\0data");
    file.extend_from_slice(&octets.to_le_bytes());
    let octets = octets as usize + file.len();
    let sound: Vec<u8> = (0..RATE * 3)
        .flat_map(|at| level(at).to_le_bytes())
        .collect();
    while file.len() < octets {
        file.extend_from_slice(&sound);
        file.resize(file.len() + sound.len() * 3, 0);
    }
    file.truncate(octets);
    file
}

/// How far the membrane is out, `at` samples after the beginning of a blast.
fn level(at: u32) -> i16 {
    let loudness = match at / (RATE / 10) {
        tenth @ 0..5 => tenth,
        5..25 => 5,
        tenth => 30 - tenth,
    };
    let tone = triangle(at, 294) + triangle(at, 221);
    (tone * loudness as i32 / 5) as i16
}

/// A triangular wave of that period in samples, up to 12,000 high.
fn triangle(sample: u32, period: u32) -> i32 {
    let phase = (sample % period) as i32;
    let half = period as i32 / 2;
    (phase - half).abs() * 24_000 / half - 12_000
}
