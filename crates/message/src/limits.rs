//! How much of a message is taken seriously.

/// Limits on what a message may make us do. What lies beyond one is kept as it is, not refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// How deep multiparts and messages nest. Real mail stays below ten; each level is one scan of
    /// what it holds, so depth times size bounds the work. What is deeper stays one opaque part.
    pub depth: usize,
    /// Parts in all. A digest of a busy list has some hundreds.
    pub parts: usize,
    /// Octets of a header section that are read. Real ones have some 10 kB, most of it Received
    /// and signatures.
    pub header: usize,
    /// Octets of one header field that are read: 1,500 recipients or so.
    pub field: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 24,
            parts: 1_000,
            header: 256 * 1024,
            field: 64 * 1024,
        }
    }
}
