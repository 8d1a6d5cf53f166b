//! What a byte on the wire means.
//!
//! The protocol machines parse with their marks on: every entry of a transcript carries what the
//! parser took each stretch of octets for. [`explain`] puts that into words. It parses nothing
//! itself, so what is said here is what the client understood. [`saved`] writes a whole transcript
//! with all of this into files, and reads one again.

mod answer;
mod decode;
mod imap;
mod named;
mod phase;
mod pop3;
mod role;
mod sasl;
pub mod saved;
mod smtp;
mod source;
mod survey;
mod token;
mod typed;
mod vocabulary;

use std::borrow::Cow;

use porthole_imap::wire::Role as Imap;
use porthole_pop3::wire::Role as Pop3;
use porthole_wire::{Direction, Mark};

pub use answer::{Outcome, outcome, response_names};
pub use named::{numbers, opened, uids};
pub use phase::{Course, Move, Phase, Rule, State, Within};
pub use role::Role;
pub use source::Source;
pub use survey::{Place, Said, Sort, Survey};
use token::Term;
pub use token::{Explanation, Token};
pub use typed::{Consequence, Known, imap_commands, imap_line, pop3_commands, pop3_line};

/// A unit that crossed, as a transcript has it.
#[derive(Debug, Clone, Copy)]
pub struct Unit<'a> {
    /// Who sent it.
    pub direction: Direction,
    /// Its first octets, secrets replaced.
    pub octets: &'a [u8],
    /// What the parser took them for, in order.
    pub marks: &'a [Mark<Role>],
    /// The name of the command that it is or belongs to; empty where there is none.
    pub command: &'a [u8],
}

/// The name of the command that these octets are, such as `FETCH`; empty where they are none.
pub fn command_name<'a>(octets: &'a [u8], marks: &[Mark<Role>]) -> &'a [u8] {
    let is_name = |mark: &&Mark<Role>| {
        matches!(
            mark.role,
            Role::Imap(Imap::CommandName)
                | Role::Pop3(Pop3::Keyword)
                | Role::Smtp(porthole_smtp::wire::Role::Keyword)
        )
    };
    let found = marks.iter().find(is_name);
    found.map_or(b"", |mark| at(octets, mark))
}

/// Says of a unit what it is, and of each token what it means. Octets without a mark were not
/// understood.
pub fn explain(unit: &Unit<'_>) -> Explanation {
    let mut tokens = Vec::with_capacity(unit.marks.len());
    let mut context = imap::Context {
        by_server: unit.direction == Direction::Server,
        // Behind the number that it stands after.
        response: named(unit, Imap::ResponseName),
        tagged: !named(unit, Imap::Tag).is_empty(),
        ..imap::Context::default()
    };
    let mut place = 0;
    for mark in unit.marks {
        push(&mut tokens, place..mark.range.start, Term::unknown(), false);
        place = mark.range.end;
        let octets = at(unit.octets, mark);
        let term = match mark.role {
            Role::Imap(role) => {
                if matches!(role, Imap::ItemName | Imap::CodeName | Imap::OptionName) {
                    context.item = octets;
                }
                imap::term(role, octets, context)
            }
            Role::Pop3(role) => pop3::term(role, octets, unit.command),
            Role::Smtp(role) => smtp::term(role, octets),
        };
        push(
            &mut tokens,
            mark.range.clone(),
            term,
            !is_unknown(mark.role),
        );
    }
    push(
        &mut tokens,
        place..unit.octets.len(),
        Term::unknown(),
        false,
    );
    Explanation {
        summary: summary(unit),
        tokens,
    }
}

fn push(tokens: &mut Vec<Token>, range: std::ops::Range<usize>, term: Term, known: bool) {
    if range.is_empty() {
        return;
    }
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    tokens.push(Token {
        start: small(range.start),
        end: small(range.end),
        name: Cow::Borrowed(term.name),
        meaning: term.meaning,
        decoded: term.decoded,
        source: term.source,
        known,
    });
}

fn is_unknown(role: Role) -> bool {
    matches!(
        role,
        Role::Imap(Imap::Unknown)
            | Role::Pop3(Pop3::Unknown)
            | Role::Smtp(porthole_smtp::wire::Role::Unknown)
    )
}

fn summary(unit: &Unit<'_>) -> String {
    match unit.marks.first().map(|mark| mark.role) {
        Some(Role::Imap(_)) => imap::summary(unit),
        Some(Role::Pop3(_)) => pop3::summary(unit),
        Some(Role::Smtp(_)) => smtp::summary(unit),
        None => "Nothing of this was understood".to_owned(),
    }
}

/// The first token of this kind; empty where there is none.
fn named<'a>(unit: &Unit<'a>, role: impl Into<Role>) -> &'a [u8] {
    let role = role.into();
    let found = unit.marks.iter().find(|mark| mark.role == role);
    found.map_or(b"", |mark| at(unit.octets, mark))
}

/// The same, in upper case.
pub(crate) fn word(unit: &Unit<'_>, role: impl Into<Role>) -> Option<String> {
    let octets = named(unit, role);
    (!octets.is_empty()).then(|| String::from_utf8_lossy(octets).to_uppercase())
}

fn at<'a>(octets: &'a [u8], mark: &Mark<Role>) -> &'a [u8] {
    octets.get(mark.range.clone()).unwrap_or_default()
}
