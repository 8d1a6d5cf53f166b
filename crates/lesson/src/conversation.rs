//! What was said during a step: commands with their outcome, and responses, as the parser
//! understood them.

use std::collections::{HashMap, VecDeque};

use porthole_explain::{Outcome, Role, command_name, outcome, response_names};
use porthole_interface::change::WireEntry;
use porthole_wire::{Direction, Mark, Shape};

/// What crossed since a step began.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conversation {
    /// In the order in which they were sent.
    pub commands: Vec<Command>,
    /// Units of the server, in the order in which they came.
    pub responses: Vec<Spoken>,
    /// Literals from the client and from the server.
    pub literals: [u32; 2],
    /// How often the client spoke after the server had spoken.
    pub turns: u64,
    /// Octets in both directions.
    pub octets: u64,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What was said.
    pub said: Spoken,
    /// On which connection.
    pub connection: u32,
    /// In which of its turns.
    pub turn: u64,
    /// What came of it; `None` until it is answered.
    pub outcome: Option<Outcome>,
}

/// A line, in the parser's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// The name of the command or of the response, in capitals: `UID FETCH`, `EXISTS`, `+OK`.
    pub name: String,
    /// Its tokens, in capitals.
    pub tokens: Vec<String>,
}

impl Spoken {
    /// Whether every one of these is a token of it, or the beginning of one up to a bracket:
    /// `BODY.PEEK` is of `BODY.PEEK[HEADER]`.
    pub fn has(&self, words: &[String]) -> bool {
        words.iter().all(|word| {
            let word = word.to_uppercase();
            let is = |token: &String| {
                let rest = token.strip_prefix(&word);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '=']))
            };
            self.tokens.iter().any(is)
        })
    }
}

impl Conversation {
    /// What these units are, in the order in which they crossed.
    pub fn of<'a>(units: impl Iterator<Item = (&'a WireEntry, &'a [Mark<Role>])>) -> Self {
        let mut conversation = Self::default();
        // Commands that were sent under one number: USER and PASS go together.
        let mut open: HashMap<(u32, u64), VecDeque<usize>> = HashMap::new();
        let mut turns: HashMap<u32, u64> = HashMap::new();
        for (entry, marks) in units {
            conversation.octets += entry.octets;
            let number = entry.command.map(|command| (entry.connection, command));
            if entry.shape == Shape::Literal {
                let from = usize::from(entry.direction == Direction::Server);
                conversation.literals[from] += 1;
            }
            match entry.direction {
                Direction::Client => {
                    if turns.insert(entry.connection, entry.turn) != Some(entry.turn) {
                        conversation.turns += 1;
                    }
                    let name = command_name(&entry.kept, marks);
                    if name.is_empty() {
                        continue;
                    }
                    if let Some(number) = number {
                        let at = conversation.commands.len();
                        open.entry(number).or_default().push_back(at);
                    }
                    let name = String::from_utf8_lossy(name).to_uppercase();
                    let mut said = spoken(name, entry, marks);
                    // UID before a name makes it another command (RFC 9051 section 6.4.9).
                    if said.tokens.get(1).is_some_and(|token| token == "UID") {
                        said.name.insert_str(0, "UID ");
                    }
                    conversation.commands.push(Command {
                        said,
                        connection: entry.connection,
                        turn: entry.turn,
                        outcome: None,
                    });
                }
                Direction::Server => {
                    if let Some(outcome) = outcome(&entry.kept, marks)
                        && let Some(sent) = number.and_then(|number| open.get_mut(&number))
                        && let Some(at) = sent.pop_front()
                    {
                        conversation.commands[at].outcome = Some(outcome);
                    }
                    for name in response_names(&entry.kept, marks) {
                        conversation.responses.push(spoken(name, entry, marks));
                    }
                }
            }
        }
        conversation
    }

    /// The most commands that were on the way at once on one connection.
    pub fn pipelined(&self) -> usize {
        let mut together: HashMap<(u32, u64), usize> = HashMap::new();
        for command in &self.commands {
            *together
                .entry((command.connection, command.turn))
                .or_default() += 1;
        }
        together.into_values().max().unwrap_or(0)
    }
}

fn spoken(name: String, entry: &WireEntry, marks: &[Mark<Role>]) -> Spoken {
    let token = |mark: &Mark<Role>| {
        let octets = entry.kept.get(mark.range.clone())?;
        let text = String::from_utf8_lossy(octets).trim().to_uppercase();
        (!text.is_empty()).then_some(text)
    };
    Spoken {
        name,
        tokens: marks.iter().filter_map(token).collect(),
    }
}
