//! One input in pieces.

use std::cell::Cell;

/// How inputs are cut.
#[derive(Debug)]
pub struct Cut {
    how: How,
    reached: Cell<bool>,
}

#[derive(Debug, Clone, Copy)]
enum How {
    Whole,
    Every,
    At(usize),
}

impl Cut {
    /// Not at all.
    pub fn whole() -> Self {
        Self::new(How::Whole)
    }

    /// Byte by byte.
    pub fn every() -> Self {
        Self::new(How::Every)
    }

    /// In two, after so many bytes.
    pub fn at(bytes: usize) -> Self {
        Self::new(How::At(bytes))
    }

    fn new(how: How) -> Self {
        Self {
            how,
            reached: Cell::new(false),
        }
    }

    /// The pieces of an input.
    pub fn pieces<'a>(&self, input: &'a [u8]) -> Vec<&'a [u8]> {
        match self.how {
            How::Every => input.chunks(1).collect(),
            How::At(at) if at < input.len() => {
                self.reached.set(true);
                let (head, tail) = input.split_at(at);
                vec![head, tail]
            }
            How::Whole | How::At(_) => vec![input],
        }
    }

    /// Whether any input was long enough to be cut in two.
    pub fn was_reached(&self) -> bool {
        self.reached.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_input() {
        assert_eq!(Cut::whole().pieces(b"abc"), [b"abc"]);
        assert_eq!(Cut::every().pieces(b"abc"), [b"a", b"b", b"c"]);
        let cut = Cut::at(2);
        assert_eq!(cut.pieces(b"ab"), [b"ab"]);
        assert!(!cut.was_reached());
        assert_eq!(cut.pieces(b"abc"), [&b"ab"[..], b"c"]);
        assert!(cut.was_reached());
    }
}
