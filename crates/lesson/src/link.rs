//! A lesson as text that fits into a link: JSON, deflated (RFC 1951), in base64url (RFC 4648
//! section 5).

use std::io::{Read as _, Write as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};

use crate::{
    lesson::Lesson,
    read::{self, MOST_OCTETS, Problem},
};

/// The text.
pub fn write(lesson: &Lesson) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // A vector takes everything, and plain data of ours always has a form as JSON.
    let written = serde_json::to_writer(&mut encoder, lesson).is_ok() && encoder.flush().is_ok();
    let octets = encoder.finish().unwrap_or_default();
    match written {
        true => URL_SAFE_NO_PAD.encode(octets),
        false => String::new(),
    }
}

/// The lesson.
///
/// # Errors
/// What is wrong with it, in words for its author.
pub fn read(text: &str) -> Result<Lesson, Vec<Problem>> {
    let damaged = || vec![Problem::of_all("the link is damaged or cut off")];
    let octets = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| damaged())?;
    let mut json = String::new();
    DeflateDecoder::new(octets.as_slice())
        .take(MOST_OCTETS as u64 + 1)
        .read_to_string(&mut json)
        .map_err(|_| damaged())?;
    read::check(&json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::built_in;

    #[test]
    fn every_lesson_fits_into_a_link() {
        for lesson in built_in::all() {
            let text = write(&lesson);
            // Some programs cut a link after 8,000 octets.
            assert!(text.len() < 8000, "{}: {}", lesson.id, text.len());
            assert_eq!(read(&text), Ok(lesson));
        }
    }

    #[test]
    fn what_is_no_link_is_refused() {
        let long = {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&vec![b' '; 4 * MOST_OCTETS]).unwrap();
            URL_SAFE_NO_PAD.encode(encoder.finish().unwrap())
        };
        let lesson = write(&built_in::all()[0]);
        let cut = &lesson[..lesson.len() / 2];
        for text in ["", "*", "AAAA", cut, &long] {
            assert!(read(text).is_err());
        }
    }
}
