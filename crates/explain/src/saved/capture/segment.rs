//! TCP segments (RFC 9293 section 3.1) in IPv4 packets (RFC 791 section 3.1) in Ethernet frames.
//!
//! ```text
//! Ethernet 14: receiver 6, sender 6, type 2
//! IPv4     20: version and length, ..., total length, ..., checksum, sender, receiver
//! TCP   20-24: ports, sequence number, acknowledgement, length and flags, window, checksum, MSS
//! ```

use std::net::Ipv4Addr;

/// One end of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    pub(super) address: Ipv4Addr,
    pub(super) port: u16,
    /// The number of the next octet that it sends.
    pub(super) next: u32,
    /// How much of what the other sent it has acknowledged.
    pub(super) acknowledged: u32,
}

/// A segment as it is to be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) from: End,
    pub(super) to: End,
    pub(super) flags: u8,
    /// The identification of its packet.
    pub(super) identification: u16,
    /// What is kept of its data.
    pub(super) data: &'a [u8],
    /// How many octets of data come after that, at most [`MSS`] with those.
    pub(super) left_out: usize,
}

pub(super) const SYN: u8 = 0x02;
pub(super) const PSH: u8 = 0x08;
pub(super) const ACK: u8 = 0x10;

/// Octets of data in a segment: what Ethernet carries (RFC 9293 section 3.7.1).
pub(super) const MSS: usize = 1460;

impl Segment<'_> {
    /// What is kept of the frame, and how many octets it had.
    pub(super) fn frame(&self) -> (Vec<u8>, usize) {
        let tcp = self.tcp();
        let length = tcp.len() + self.left_out;
        let mut frame = Vec::with_capacity(34 + tcp.len());
        for end in [self.to, self.from] {
            // Administered locally, and otherwise the address.
            frame.extend([2, 0]);
            frame.extend(end.address.octets());
        }
        frame.extend(IPV4.to_be_bytes());
        frame.extend(self.ip(20 + length));
        frame.extend(tcp);
        (frame, 34 + length)
    }

    fn ip(&self, length: usize) -> [u8; 20] {
        let mut header = [0; 20];
        // Version 4, five words.
        header[0] = 0x45;
        header[2..4].copy_from_slice(&short(length).to_be_bytes());
        header[4..6].copy_from_slice(&self.identification.to_be_bytes());
        // Not to be fragmented; 64 hops; TCP.
        header[6] = 0x40;
        header[8] = 64;
        header[9] = TCP;
        header[12..16].copy_from_slice(&self.from.address.octets());
        header[16..20].copy_from_slice(&self.to.address.octets());
        let sum = checksum(&[&header]);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
        header
    }

    /// Octets that are left out count as zero in the checksum: what they were, nobody knows.
    fn tcp(&self) -> Vec<u8> {
        let begins = self.flags & SYN != 0;
        let words: u8 = if begins { 6 } else { 5 };
        let mut tcp = Vec::with_capacity(24 + self.data.len());
        tcp.extend(self.from.port.to_be_bytes());
        tcp.extend(self.to.port.to_be_bytes());
        tcp.extend(self.from.next.to_be_bytes());
        tcp.extend(self.from.acknowledged.to_be_bytes());
        tcp.extend([words << 4, self.flags]);
        tcp.extend(u16::MAX.to_be_bytes());
        tcp.extend([0; 4]);
        if begins {
            tcp.extend([2, 4]);
            tcp.extend(short(MSS).to_be_bytes());
        }
        tcp.extend(self.data);
        let [from, to] = [self.from, self.to].map(|end| end.address.octets());
        let [high, low] = short(tcp.len() + self.left_out).to_be_bytes();
        let sum = checksum(&[&from, &to, &[0, TCP, high, low], &tcp]);
        tcp[16..18].copy_from_slice(&sum.to_be_bytes());
        tcp
    }
}

/// RFC 1071, over parts of which only the last may have an odd length.
fn checksum(parts: &[&[u8]]) -> u16 {
    let mut sum = 0_u32;
    for pair in parts.iter().flat_map(|part| part.chunks(2)) {
        sum += u32::from(u16::from_be_bytes([
            pair[0],
            pair.get(1).copied().unwrap_or(0),
        ]));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !((sum & 0xffff) as u16)
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

const IPV4: u16 = 0x0800;
const TCP: u8 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 1071 section 3.
    #[test]
    fn checksums_are_those_of_the_rfc() {
        assert_eq!(
            checksum(&[&[0x00, 0x01, 0xf2, 0x03], &[0xf4, 0xf5, 0xf6, 0xf7]]),
            0x220d
        );
        assert_eq!(checksum(&[&[0x01]]), 0xfeff);
    }
}
