//! Which protocol fits: a few questions, and the figures that decide.
//!
//! Nothing is known here that was not measured. Each point looks at figures of the comparison and
//! speaks for the protocol that did better there, for neither where both did the same, and says so
//! where a figure is missing. What somebody does not care about is no point at all. Waiting, which
//! everybody does, decides between protocols that are even in what was asked for.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{
    figure::Kind,
    run::{Cell, Comparison, Outcome},
    task::Task,
};
use crate::account::Protocol;

/// What somebody says of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Circumstances {
    /// On how many devices they read.
    pub devices: Devices,
    /// Whether they read without a connection.
    pub offline: Offline,
    /// Whether the server has room.
    pub space: Space,
    /// Whether mail may stay with the provider.
    pub privacy: Privacy,
    /// What the server offers.
    pub offers: Offers,
}

/// On how many devices somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Devices {
    /// One.
    One,
    /// Several.
    Several,
}

/// Whether somebody reads without a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Offline {
    /// Hardly ever.
    Seldom,
    /// Often.
    Often,
}

/// Whether the server has room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Space {
    /// Enough.
    Enough,
    /// Little.
    Scarce,
}

/// Whether mail may stay with the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Privacy {
    /// It may.
    MayStay,
    /// It had better not.
    HadBetterNot,
}

/// What the server offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Offers {
    /// Both protocols.
    Both,
    /// One.
    Only(Protocol),
}

/// What a point is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Aspect {
    /// What the server offers.
    Offers,
    /// Several devices.
    Devices,
    /// Reading without a connection.
    Offline,
    /// Room on the server.
    Space,
    /// Mail that stays with the provider.
    Privacy,
    /// How long one waits for the list; always a point, and of weight where the others are even.
    Waiting,
}

/// What speaks for a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// What it is about.
    pub aspect: Aspect,
    /// For which protocol it speaks; `None` where both did the same, or it was not measured.
    pub favours: Option<Protocol>,
    /// The figures that it rests on, of either protocol in turn.
    pub cells: Vec<Cell>,
    /// The figures that would be needed and were not measured.
    pub missing: Vec<Cell>,
}

/// What follows from the circumstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// The protocol that fits; `None` where the points are even, or nothing was measured.
    pub protocol: Option<Protocol>,
    /// What it rests on.
    pub points: Vec<Point>,
}

impl Aspect {
    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Offers => "What the server offers",
            Self::Devices => "Several devices",
            Self::Offline => "Reading offline",
            Self::Space => "Little room on the server",
            Self::Privacy => "Mail that stays with the provider",
            Self::Waiting => "Waiting for the list",
        }
    }

    /// What decides, and whether more of it is better.
    fn rests_on(self) -> (&'static [(Task, Kind)], bool) {
        match self {
            Self::Offers => (&[(Task::TopTen, Kind::Turns)], false),
            Self::Devices => (
                &[
                    (Task::DeleteThere, Kind::OtherSees),
                    (Task::MarkThere, Kind::OtherSees),
                ],
                true,
            ),
            Self::Offline => (&[(Task::Unplugged, Kind::Readable)], true),
            Self::Space | Self::Privacy => (&[(Task::Unplugged, Kind::Left)], false),
            Self::Waiting => (
                &[(Task::TopTen, Kind::Time), (Task::SecondVisit, Kind::Time)],
                false,
            ),
        }
    }
}

impl Advice {
    /// In one sentence.
    pub fn summary(&self) -> String {
        let measured = self.points.iter().any(|point| !point.cells.is_empty());
        match self.protocol {
            Some(protocol) => format!("{} fits better.", super::run::name(protocol)),
            None if measured => "Neither fits better, by what was measured.".to_owned(),
            None => "Nothing that decides was measured.".to_owned(),
        }
    }
}

/// Which protocol fits these circumstances, by what was measured.
pub fn advise(comparison: &Comparison, circumstances: &Circumstances) -> Advice {
    let Circumstances {
        devices,
        offline,
        space,
        privacy,
        offers,
    } = *circumstances;
    let cares = [
        (devices == Devices::Several, Aspect::Devices),
        (offline == Offline::Often, Aspect::Offline),
        (space == Space::Scarce, Aspect::Space),
        (privacy == Privacy::HadBetterNot, Aspect::Privacy),
        (true, Aspect::Waiting),
    ];
    let cares = cares.into_iter().filter(|(cares, _)| *cares);
    let mut points: Vec<_> = cares.map(|(_, aspect)| point(comparison, aspect)).collect();
    let offered = offered(comparison, offers);
    points.extend(offered.clone());
    let protocol = match offered.and_then(|point| point.favours) {
        Some(only) => Some(only),
        None => {
            let (waiting, asked): (Vec<_>, Vec<_>) = points
                .iter()
                .partition(|point| point.aspect == Aspect::Waiting);
            most(&asked).or_else(|| most(&waiting))
        }
    };
    Advice { protocol, points }
}

/// The protocol that more of the points speak for.
fn most(points: &[&Point]) -> Option<Protocol> {
    let count = |wanted| points.iter().filter(|p| p.favours == Some(wanted)).count();
    match count(Protocol::Pop3).cmp(&count(Protocol::Imap)) {
        Ordering::Less => Some(Protocol::Imap),
        Ordering::Greater => Some(Protocol::Pop3),
        Ordering::Equal => None,
    }
}

/// What the server offers decides before everything else. Who does not say so is told by what
/// could be measured: a protocol by which every run failed is not to be had.
fn offered(comparison: &Comparison, offers: Offers) -> Option<Point> {
    let works = |protocol| {
        let mut runs = comparison
            .runs
            .iter()
            .filter(|run| run.protocol == protocol);
        runs.any(|run| !matches!(run.outcome, Outcome::Failed(_)))
    };
    let tried = |protocol| comparison.runs.iter().any(|run| run.protocol == protocol);
    let favours = match offers {
        Offers::Only(protocol) => protocol,
        Offers::Both => {
            let [pop3, imap] = Comparison::COLUMNS;
            match (works(pop3), works(imap)) {
                (true, false) if tried(imap) => pop3,
                (false, true) if tried(pop3) => imap,
                _ => return None,
            }
        }
    };
    let mut point = point(comparison, Aspect::Offers);
    point.favours = Some(favours);
    Some(point)
}

fn point(comparison: &Comparison, aspect: Aspect) -> Point {
    let (rests_on, more_is_better) = aspect.rests_on();
    let (mut cells, mut missing) = (Vec::new(), Vec::new());
    let mut balance = 0_i64;
    for &(task, kind) in rests_on {
        let both = Comparison::COLUMNS.map(|protocol| Cell {
            task,
            protocol,
            kind,
        });
        let values = both.map(|cell| comparison.figure(cell).map(|figure| figure.value.number()));
        for (cell, value) in both.into_iter().zip(values) {
            match value {
                Some(_) => cells.push(cell),
                None => missing.push(cell),
            }
        }
        if let [Some(pop3), Some(imap)] = values {
            let better = imap.cmp(&pop3) as i64;
            balance += if more_is_better { better } else { -better };
        }
    }
    Point {
        aspect,
        favours: match balance {
            0 => None,
            1.. => Some(Protocol::Imap),
            _ => Some(Protocol::Pop3),
        },
        cells,
        missing,
    }
}
