//! A mailbox from all sides: as the server has it, as this client believes it to be, and as
//! another client does.
//!
//! ```text
//!   server   1   2       3        a message was removed: 3 was 4
//!   client   1   2   3   4        and this client has not been told
//! ```

use std::collections::HashMap;

use porthole_interface::change::Belief;

use crate::protocol::{OtherClient, ServersMailbox, ServersMessage};

/// What is known from each side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The demo server's; `None` for a server that is not in the page.
    pub server: Option<ServersMailbox>,
    /// This client's.
    pub belief: Option<Belief>,
    /// Another client, while there is one.
    pub other: Option<OtherClient>,
}

/// Who has a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The server.
    Server,
    /// The client whose mail is shown.
    This,
    /// Another client.
    Other,
}

/// A message, from all sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is known by across the sides.
    pub key: String,
    /// Its subject, as far as any side tells.
    pub subject: Option<String>,
    /// As the sides of [`Side::ALL`] have it.
    pub cells: [Option<Cell>; 3],
}

/// A message, from one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its sequence number or message number.
    pub number: u32,
    /// The number that it had until the numbers were last changed.
    pub was: Option<u32>,
    /// Its UID or unique-id.
    pub name: Option<String>,
    /// Its system flags; `None` where they are not known or there are none to know.
    pub flags: Option<Vec<String>>,
    /// It was marked with DELE.
    pub going: bool,
    /// What the server knows better.
    pub standing: Standing,
}

/// Whether a client knows what the server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does, or nobody can tell.
    Right,
    /// The message is gone, and its number is still taken.
    Gone,
    /// Its flags are others.
    Outdated,
}

/// How far a client is behind the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lag {
    /// Messages that are gone.
    pub gone: usize,
    /// Messages that it has not heard of.
    pub new: usize,
    /// Messages whose flags are others.
    pub outdated: usize,
}

impl Side {
    /// From left to right.
    pub const ALL: [Self; 3] = [Self::Server, Self::This, Self::Other];
}

impl Table {
    /// The messages, the newest first.
    pub fn lines(&self) -> Vec<Line> {
        let server = self.server.as_ref();
        let mut lines: Vec<Line> = Vec::new();
        for message in server.iter().flat_map(|server| &server.messages) {
            lines.push(Line {
                key: message.uid.to_string(),
                subject: Some(message.subject.clone()),
                cells: [Some(servers_cell(message)), None, None],
            });
        }
        for (side, belief) in [(1, self.belief.as_ref()), (2, self.others())] {
            let Some(belief) = belief.filter(|belief| self.is_of_server(belief)) else {
                continue;
            };
            let mut after = None;
            for message in &belief.messages {
                let named = |line: &Line| {
                    let name = message.name.as_deref();
                    name.is_some() && self.name_of(belief, line).as_deref() == name
                };
                let at = lines.iter().position(named).unwrap_or_else(|| {
                    // Behind the one that it stands behind there.
                    let at = after.map_or(0, |after: usize| after + 1);
                    let name = message.name.clone();
                    let key = name.unwrap_or_else(|| format!("{side} {}", message.number));
                    let line = Line {
                        key,
                        subject: message.subject.clone(),
                        cells: [None, None, None],
                    };
                    lines.insert(at, line);
                    at
                });
                after = Some(at);
                let servers = lines[at].cells[0].as_ref();
                let standing = match servers {
                    None if server.is_some() => Standing::Gone,
                    Some(servers) if differ(&message.flags, &servers.flags) => Standing::Outdated,
                    _ => Standing::Right,
                };
                lines[at].cells[side] = Some(Cell {
                    number: message.number,
                    was: None,
                    name: message.name.clone(),
                    flags: message.flags.clone(),
                    going: message.going,
                    standing,
                });
            }
        }
        lines.reverse();
        lines
    }

    /// How far a client is behind the server in the page; `None` where that cannot be told.
    pub fn lag(&self, side: Side) -> Option<Lag> {
        let server = self.server.as_ref()?;
        let belief = match side {
            Side::Server => None,
            Side::This => self.belief.as_ref(),
            Side::Other => self.others(),
        };
        let belief = belief.filter(|belief| self.is_of_server(belief))?;
        let lines = self.lines();
        let cells = |line: &Line| line.cells[side as usize].clone();
        let stands = |standing: Standing| {
            let cells = lines.iter().filter_map(cells);
            cells.filter(|cell| cell.standing == standing).count()
        };
        let gone = stands(Standing::Gone);
        let known = belief.count as usize - gone.min(belief.count as usize);
        Some(Lag {
            gone,
            new: (server.count as usize).saturating_sub(known),
            outdated: stands(Standing::Outdated),
        })
    }

    fn others(&self) -> Option<&Belief> {
        self.other.as_ref()?.belief.as_ref()
    }

    /// Whether a client has the mailbox open that the table is about.
    fn is_of_server(&self, belief: &Belief) -> bool {
        let name = self.server.as_ref().map(|server| &server.name);
        let name = name.or_else(|| self.belief.as_ref().map(|belief| &belief.mailbox));
        name.is_none_or(|name| name.eq_ignore_ascii_case(&belief.mailbox))
    }

    /// What a client calls the message of a line.
    fn name_of(&self, belief: &Belief, line: &Line) -> Option<String> {
        let server = self.server.as_ref();
        let servers = line.cells[0].as_ref().and_then(|cell| {
            let messages = &server?.messages;
            messages
                .iter()
                .find(|message| message.number == cell.number)
        });
        match servers {
            Some(message) if belief.uid_validity.is_some() => Some(message.uid.to_string()),
            Some(message) => message.unique_id.clone(),
            None => Some(line.key.clone()),
        }
    }
}

fn servers_cell(message: &ServersMessage) -> Cell {
    Cell {
        number: message.number,
        was: None,
        name: Some(message.uid.to_string()),
        flags: Some(message.flags.clone()),
        going: false,
        standing: Standing::Right,
    }
}

/// Whether system flags are others, as far as both are known. A client does not keep keywords.
fn differ(known: &Option<Vec<String>>, servers: &Option<Vec<String>>) -> bool {
    let system = |flags: &[String]| {
        let mut system: Vec<_> = flags
            .iter()
            .filter(|flag| flag.starts_with('\\') && *flag != "\\Recent")
            .cloned()
            .collect();
        system.sort();
        system
    };
    match (known, servers) {
        (Some(known), Some(servers)) => system(known) != system(servers),
        _ => false,
    }
}

/// Which numbers messages had, so that renumbering shows.
#[derive(Debug, Default)]
pub struct Numbers {
    known: HashMap<(usize, String), (u32, Option<u32>)>,
}

impl Numbers {
    /// Notes in each cell what its number was before the last change of its side.
    pub fn note(&mut self, lines: &mut [Line]) {
        let before = std::mem::take(&mut self.known);
        for side in 0..Side::ALL.len() {
            let number = |line: &Line| Some(line.cells[side].as_ref()?.number);
            let was = |line: &Line| before.get(&(side, line.key.clone())).copied();
            let changes = lines.iter().any(|line| {
                let (now, was) = (number(line), was(line));
                now.zip(was).is_some_and(|(now, (was, _))| now != was)
            });
            for line in &mut *lines {
                let known = was(line);
                let Some(cell) = &mut line.cells[side] else {
                    continue;
                };
                cell.was = match known {
                    Some((was, _)) if was != cell.number => Some(was),
                    Some((_, was)) if !changes => was,
                    _ => None,
                };
                let key = (side, line.key.clone());
                self.known.insert(key, (cell.number, cell.was));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use porthole_interface::{
        account::Protocol,
        change::{Believed, Connection},
    };

    use super::*;

    fn server(uids: &[u32]) -> Option<ServersMailbox> {
        let message = |(number, &uid): (u32, &u32)| ServersMessage {
            number,
            uid,
            unique_id: Some(format!("u{uid}")),
            flags: vec!["\\Seen".to_owned(), "$Label".to_owned()],
            subject: format!("Message {uid}"),
        };
        Some(ServersMailbox {
            name: "INBOX".to_owned(),
            uid_validity: 7,
            count: uids.len() as u32,
            messages: (1..).zip(uids).map(message).collect(),
        })
    }

    fn belief(uid_validity: Option<u32>, names: &[&str], flags: &[&str]) -> Belief {
        let message = |(number, name): (u32, &&str)| Believed {
            number,
            name: Some((*name).to_owned()),
            subject: None,
            id: None,
            flags: uid_validity.map(|_| flags.iter().map(ToString::to_string).collect()),
            going: false,
        };
        Belief {
            mailbox: "INBOX".to_owned(),
            uid_validity,
            count: names.len() as u32,
            messages: (1..).zip(names).map(message).collect(),
        }
    }

    fn other(belief: Belief) -> Option<OtherClient> {
        Some(OtherClient {
            protocol: Protocol::Pop3,
            connection: Connection::Online,
            failure: None,
            belief: Some(belief),
        })
    }

    /// Keys, and the numbers that the sides have.
    fn numbers(lines: &[Line]) -> Vec<(String, [u32; 3])> {
        let number = |cell: &Option<Cell>| cell.as_ref().map_or(0, |cell| cell.number);
        let of = |line: &Line| {
            let [a, b, c] = &line.cells;
            (line.key.clone(), [number(a), number(b), number(c)])
        };
        lines.iter().map(of).collect()
    }

    #[test]
    fn sides_meet_whatever_they_call_a_message() {
        let table = Table {
            server: server(&[3, 8, 9]),
            belief: Some(belief(Some(7), &["3", "5", "8"], &["\\Seen"])),
            other: other(belief(None, &["u3", "u5", "u8"], &[])),
        };
        let lines = table.lines();
        let expected = [
            ("9", [3, 0, 0]),
            ("8", [2, 3, 3]),
            ("5", [0, 2, 0]),
            ("u5", [0, 0, 2]),
            ("3", [1, 1, 1]),
        ];
        let expected = expected.map(|(key, numbers)| (key.to_owned(), numbers));
        assert_eq!(numbers(&lines), expected);
        let lag = Lag {
            gone: 1,
            new: 1,
            outdated: 0,
        };
        assert_eq!(table.lag(Side::This), Some(lag));
        assert_eq!(table.lag(Side::Other), Some(lag));
        assert_eq!(table.lag(Side::Server), None);
    }

    #[test]
    fn flags_that_the_server_knows_otherwise_are_outdated() {
        let table = Table {
            server: server(&[3, 8]),
            belief: Some(belief(Some(7), &["3", "8"], &[])),
            other: None,
        };
        assert_eq!(table.lag(Side::This).map(|lag| lag.outdated), Some(2));
        let keywords_only = Table {
            belief: Some(belief(Some(7), &["3", "8"], &["\\Seen"])),
            ..table
        };
        assert_eq!(keywords_only.lag(Side::This), Some(Lag::default()));
    }

    #[test]
    fn without_a_server_in_the_page_two_clients_are_compared() {
        let table = Table {
            server: None,
            belief: Some(belief(Some(7), &["3", "8"], &[])),
            other: other(belief(Some(7), &["3", "5", "8"], &[])),
        };
        let expected = [("8", [0, 2, 3]), ("5", [0, 0, 2]), ("3", [0, 1, 1])];
        let expected = expected.map(|(key, numbers)| (key.to_owned(), numbers));
        assert_eq!(numbers(&table.lines()), expected);
        assert_eq!(table.lag(Side::This), None);
    }

    #[test]
    fn numbers_show_what_they_were_until_they_change_again() {
        let (mut known, seen) = (Numbers::default(), &["\\Seen"]);
        let mut was = |uids: &[u32], names: &[&str]| {
            let table = Table {
                server: server(uids),
                belief: Some(belief(Some(7), names, seen)),
                other: None,
            };
            let mut lines = table.lines();
            known.note(&mut lines);
            let was = |line: &Line, side: usize| line.cells[side].as_ref()?.was;
            let was = |line: &Line| (was(line, 0), was(line, 1));
            lines.iter().map(was).collect::<Vec<_>>()
        };
        assert_eq!(was(&[3, 5, 8], &["3", "5", "8"]), [(None, None); 3]);
        let told_the_server_only = [(Some(3), None), (None, None), (None, None)];
        assert_eq!(was(&[3, 8], &["3", "5", "8"]), told_the_server_only);
        assert_eq!(
            was(&[3, 8], &["3", "8"]),
            [(Some(3), Some(3)), (None, None)]
        );
        // New mail changes no number.
        let news = [(None, None), (Some(3), Some(3)), (None, None)];
        assert_eq!(was(&[3, 8, 9], &["3", "8", "9"]), news);
    }
}
