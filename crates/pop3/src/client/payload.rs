//! A multi-line response as it arrives: RFC 1939 section 3.

use std::collections::HashSet;

use porthole_wire::{CommandId, LineBuffer, dot::Unstuffer};

use super::{Error, Event, Options, PeerMisbehaved};
use crate::{
    types::{Capabilities, Payload, ScanListing, UniqueIdListing},
    wire::{Notes, PayloadLine, Quirk, mark_payload, parse_payload_line},
};

/// Takes the octets of one payload.
#[derive(Debug)]
pub(super) struct PayloadReader {
    pub(super) id: CommandId,
    payload: Payload,
    unstuffer: Unstuffer,
    collected: Collected,
    lines: LineBuffer,
    max_listing: usize,
    entries: usize,
    /// Octets as they crossed, and the first of them for the transcript.
    pub(super) octets: u64,
    pub(super) beginning: Vec<u8>,
    /// Octets of lines that could not be understood.
    pub(super) unreadable: u64,
    keep: usize,
}

/// What is there of a listing so far.
#[derive(Debug)]
enum Collected {
    Content,
    Capabilities(Capabilities),
    ScanListings(Vec<ScanListing>),
    UniqueIdListings(Vec<UniqueIdListing>),
    /// It broke a limit; the rest of it is passed over.
    Given(Error),
}

/// What a payload was, once it has ended.
pub(super) enum Ended {
    Content,
    Capabilities(Capabilities),
    ScanListings(Vec<ScanListing>),
    UniqueIdListings(Vec<UniqueIdListing>),
    Failed(Error),
}

impl PayloadReader {
    pub(super) fn new(id: CommandId, payload: Payload, options: &Options) -> Self {
        Self {
            id,
            payload,
            unstuffer: Unstuffer::default(),
            collected: match payload {
                Payload::Content => Collected::Content,
                Payload::Capabilities => Collected::Capabilities(Capabilities::default()),
                Payload::ScanListings => Collected::ScanListings(Vec::new()),
                Payload::UniqueIdListings => Collected::UniqueIdListings(Vec::new()),
            },
            lines: LineBuffer::with_limit(options.max_line),
            max_listing: options.max_listing,
            entries: 0,
            octets: 0,
            beginning: Vec::new(),
            unreadable: 0,
            keep: options.transcript_keep,
        }
    }

    /// Takes what belongs to the payload and says how much that was.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        notes: &mut Notes,
        events: &mut impl Extend<Event>,
    ) -> usize {
        let mut out = Vec::new();
        let taken = self.unstuffer.unstuff(bytes, &mut out);
        self.octets += taken as u64;
        let room = self.keep - self.beginning.len();
        self.beginning.extend_from_slice(&bytes[..taken.min(room)]);
        if self.is_content() {
            let id = self.id;
            events.extend((!out.is_empty()).then_some(Event::PayloadChunk { id, bytes: out }));
        } else {
            self.collect(&out, notes, events);
        }
        taken
    }

    /// Marks what is kept of it. A line of a listing that is not kept whole is not marked.
    pub(super) fn mark(&self, notes: &mut Notes) {
        let kept = &self.beginning;
        let whole = match memchr::memrchr(b'\n', kept) {
            Some(end) if !self.is_content() => end + 1,
            _ => kept.len(),
        };
        mark_payload(self.payload, &kept[..whole], notes);
    }

    /// Whether it is a message and not a listing.
    pub(super) fn is_content(&self) -> bool {
        matches!(self.collected, Collected::Content)
    }

    pub(super) fn is_ended(&self) -> bool {
        self.unstuffer.is_ended()
    }

    pub(super) fn into_ended(self, notes: &mut Notes) -> Ended {
        match self.collected {
            Collected::Content => Ended::Content,
            Collected::Capabilities(capabilities) => Ended::Capabilities(capabilities),
            Collected::ScanListings(listing) => Ended::ScanListings(listing),
            Collected::UniqueIdListings(listing) => {
                let distinct: HashSet<_> = listing.iter().map(|line| &line.unique_id).collect();
                if distinct.len() < listing.len() {
                    notes.quirk(Quirk::DuplicateUniqueId);
                }
                Ended::UniqueIdListings(listing)
            }
            Collected::Given(error) => Ended::Failed(error),
        }
    }

    fn collect(&mut self, out: &[u8], notes: &mut Notes, events: &mut impl Extend<Event>) {
        self.lines.push(out);
        while !matches!(self.collected, Collected::Given(_)) {
            match self.lines.next_line() {
                Ok(Some(line)) => self.collect_line(&line, notes, events),
                Ok(None) => return,
                Err(error) => {
                    let error = Error::PeerMisbehaved(PeerMisbehaved::LongLine(error));
                    self.collected = Collected::Given(error);
                }
            }
        }
        // What is passed over is not kept either.
        self.lines.take(usize::MAX);
    }

    fn collect_line(&mut self, line: &[u8], notes: &mut Notes, events: &mut impl Extend<Event>) {
        if self.entries == self.max_listing {
            let limit = self.max_listing;
            let error = Error::PeerMisbehaved(PeerMisbehaved::LongListing { limit });
            self.collected = Collected::Given(error);
            return;
        }
        self.entries += 1;
        let parsed = match parse_payload_line(self.payload, line, notes) {
            Ok(parsed) => parsed,
            Err(error) => {
                self.unreadable += line.len() as u64;
                let id = Some(self.id);
                events.extend([Event::Unreadable { id, error }]);
                return;
            }
        };
        match (&mut self.collected, parsed) {
            (Collected::Capabilities(found), PayloadLine::Capability(one)) => found.push(one),
            (Collected::ScanListings(found), PayloadLine::ScanListing(one)) => found.push(one),
            (Collected::UniqueIdListings(found), PayloadLine::UniqueIdListing(one)) => {
                found.push(one);
            }
            _ => {}
        }
    }
}
