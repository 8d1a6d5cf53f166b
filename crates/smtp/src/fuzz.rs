//! What a fuzzer calls: everything that reads a stranger's octets, in plain functions.
//!
//! Each panics only where there is a fault of ours.

use porthole_wire::fuzz::marks;

use crate::wire::{
    Notes, ReplyParser, encode_command, encode_reply, parse_command, parse_reply_line,
    parse_sasl_response,
};

/// Reads octets as a client's, line by line. Every octet has one mark, and a command that was
/// understood is the same once written and read again.
///
/// # Panics
/// Where one of these does not hold.
pub fn commands(bytes: &[u8]) {
    for line in bytes.split_inclusive(|&octet| octet == b'\n') {
        let mut notes = Notes::with_marks();
        let command = parse_command(line, &mut notes);
        marks(notes.marks(), line.len());
        if let Ok(command) = command {
            let written = encode_command(&command).line;
            let again = parse_command(&written, &mut Notes::default());
            assert_eq!(again, Ok(command), "{}", written.escape_ascii());
        }
        let mut notes = Notes::with_marks();
        parse_sasl_response(line, &mut notes);
        marks(notes.marks(), line.len());
    }
}

/// Reads octets as a server's, line by line. Every octet of a line of a reply has one mark, and a
/// reply is the same once written and read again.
///
/// # Panics
/// Where one of these does not hold.
pub fn replies(bytes: &[u8]) {
    let mut parser = ReplyParser::default();
    for line in bytes.split_inclusive(|&octet| octet == b'\n') {
        let mut notes = Notes::with_marks();
        if parse_reply_line(line, &mut notes).is_ok() {
            marks(notes.marks(), line.len());
        }
        let Ok(reply) = parser.push(line, &mut Notes::default()) else {
            parser = ReplyParser::default();
            continue;
        };
        // A bare CR within a text is written as a space.
        let Some(reply) = reply.filter(|reply| !reply.lines.concat().contains('\r')) else {
            continue;
        };
        let mut written = Vec::new();
        encode_reply(&reply, &mut written);
        let mut again = ReplyParser::default();
        let mut found = Ok(None);
        for line in written.split_inclusive(|&octet| octet == b'\n') {
            found = again.push(line, &mut Notes::default());
        }
        assert_eq!(found, Ok(Some(reply)), "{}", written.escape_ascii());
    }
}
