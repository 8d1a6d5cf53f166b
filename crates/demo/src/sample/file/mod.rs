//! Files to attach, made by hand: each is valid and as small as it can be.

mod pdf;
mod picture;
mod sound;
mod zip;

pub(super) use pdf::pdf;
pub(super) use picture::{pier, plan, sunrise};
pub(super) use sound::foghorn;
pub(super) use zip::zip;

/// The checksum of PNG and ZIP (ISO 3309).
fn crc32(parts: &[&[u8]]) -> u32 {
    let bytes = parts.iter().flat_map(|part| part.iter());
    !bytes.fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;
    #[test]
    fn the_check_value_of_the_catalogue() {
        assert_eq!(super::crc32(&[b"1234", b"56789"]), 0xCBF4_3926);
    }
}
