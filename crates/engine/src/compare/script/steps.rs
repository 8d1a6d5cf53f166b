//! How each step is set in motion, and how it is known to be over.

use std::time::Duration;

use porthole_wire::Instant;

use super::{Ask, Script, Target};
use crate::{
    account::{Protocol, Via},
    change::{AfterDownload, Body, Connection, Measured, Row},
    compare::{Device, Task, plan::Step, screen::TEN, tally::Moment},
    intent::{Intent, Mark, MessageId, Wheel},
};

/// How a step stands.
pub(super) enum Stand {
    Going,
    Over,
    /// The task cannot be measured here.
    Unmeasurable(String),
}

impl Script {
    /// Sets a step in motion; or says why it cannot be done in this mailbox.
    pub(super) fn enter(&mut self, now: Instant, step: Step) -> Result<(), String> {
        match step {
            Step::Deliver(sample) => self.request(Ask::Deliver(sample)),
            Step::Allow(risk) => self.request(Ask::Allow(risk)),
            Step::Cut(device) => {
                self.cut = Some(device);
                self.request(Ask::Cut(device));
            }
            Step::Download => {
                // The device is forgotten with the run: what is somebody's must not go with it.
                let choice = match self.account.via {
                    Via::Demo => AfterDownload::Delete,
                    Via::Tunnel => AfterDownload::DeleteAfter { days: u16::MAX },
                };
                self.facts.downloaded = Some(choice);
                self.intent(Device::First, Intent::AfterDownload(choice));
                self.measure(Device::First);
            }
            Step::Connect(device) => {
                self.screen(device).clear();
                let (account, password) = (self.account.clone(), self.password.clone());
                self.intent(device, Intent::MarkReadOnOpen(false));
                self.intent(device, Intent::Connect { account, password });
            }
            Step::Settle(device) | Step::Listen(device) => self.measure(device),
            Step::Goal(device) => {
                self.ended = Some(self.moment(now));
                self.measure(device);
            }
            Step::Leave(device) => {
                let line = match self.account.protocol {
                    Protocol::Imap => "LOGOUT",
                    Protocol::Pop3 => "QUIT",
                };
                self.say_goodbye(device, line);
            }
            Step::Rest(device) => self.say_goodbye(device, "QUIT"),
            Step::Begin => self.began = Some(self.moment(now)),
            Step::Open => {
                let id = self.pick(|_| true, "the mailbox is empty")?;
                self.intent(Device::First, Intent::OpenMessage(id));
            }
            Step::Save => {
                let largest = self.screens[0].largest();
                let (message, part) = largest
                    .map(|(message, part)| (message, part.part.clone()))
                    .ok_or("the newest message has no attachment")?;
                self.intent(Device::First, Intent::FetchPart { message, part });
            }
            Step::Delete => {
                let id = self.pick(|_| true, "the mailbox is empty")?;
                self.intent(Device::First, Intent::Delete(vec![id]));
            }
            Step::Mark => {
                let none = "none of the ten newest messages is unread";
                let id = self.pick(|row| row.unread, none)?;
                self.intent(
                    Device::First,
                    Intent::Mark {
                        messages: vec![id],
                        mark: Mark::Seen,
                        on: true,
                    },
                );
            }
            Step::News => self.again = Some(self.asks_for_news(now)),
            Step::Search => {
                let word = self.options.word.clone().or_else(|| self.word());
                let word = word.ok_or("no subject has a word to search for")?;
                self.intent(Device::First, Intent::Search(word));
            }
            Step::ReadAll => {
                let newest = self.screens[0].newest().unwrap_or_default();
                self.reading = newest.iter().map(|row| row.id).collect();
                self.facts.readable = Some((0, self.reading.len() as u64));
                self.read_next(now);
            }
            Step::Look => {}
        }
        Ok(())
    }

    /// Whether a step is over.
    pub(super) fn stand(&mut self, now: Instant, since: Instant, step: Step) -> Stand {
        let over = match step {
            Step::Deliver(_) | Step::Allow(_) | Step::Cut(_) => match self.answer.take() {
                Some(Ok(())) => true,
                Some(Err(reason)) => return Stand::Unmeasurable(reason),
                None => false,
            },
            Step::Connect(device) => {
                let screen = self.screen(device);
                screen.is_online() && screen.newest().is_some()
            }
            Step::Settle(device) => {
                self.settled(now, device, |m| !m.busy) || now >= since + SETTLED
            }
            Step::Listen(device) => {
                let listens = self.settled(now, device, |m| m.listening);
                // Asked for is not granted yet.
                (listens && self.screen(device).server_spoke_last()) || now >= since + LISTENING
            }
            Step::Goal(_) => {
                if !self.measuring {
                    let ends = [self.screens[0].end(), self.screens[1].end()];
                    if let Some(ended) = &mut self.ended {
                        ended.ends = ends;
                    }
                    self.facts.kept = self.screens[0].measured.as_ref().map(|m| m.kept);
                }
                !self.measuring
            }
            Step::Leave(device) => self.left(device),
            Step::Begin => true,
            Step::Open => {
                let id = self.target.as_ref().map(|target| target.row.id);
                let body = id.and_then(|id| self.screens[0].body(id));
                if body == Some(&Body::Unavailable) {
                    return Stand::Unmeasurable("the message could not be fetched".to_owned());
                }
                body.is_some()
            }
            Step::Save => {
                if self.screens[0].stopped {
                    return Stand::Unmeasurable("the attachment could not be fetched".to_owned());
                }
                self.screens[0].saved
            }
            // Shown at once; what follows waits until the server has agreed.
            Step::Delete | Step::Mark => true,
            Step::Look => {
                self.facts.other_sees = self.other_sees();
                true
            }
            Step::News => self.news(now),
            Step::Search => {
                let screen = &self.screens[0];
                let done = screen.search.as_ref().is_some_and(|search| search.done);
                let shown = done && screen.newest().is_some();
                if shown {
                    self.facts.found = Some(u64::from(screen.total()));
                }
                shown
            }
            Step::ReadAll => self.read(now),
            Step::Download => self.download(now),
            Step::Rest(device) => self.screen(device).is_away(),
        };
        if over { Stand::Over } else { Stand::Going }
    }

    fn say_goodbye(&mut self, device: Device, line: &str) {
        if !self.screen(device).is_away() {
            self.intent(device, Intent::Wheel(Wheel::line(line)));
        }
    }

    /// Whether the mail is on the first device: all of it, or else the ten newest, since somebody's
    /// maildrop may hold the mail of years.
    fn download(&mut self, now: Instant) -> bool {
        let stays = self.facts.downloaded != Some(AfterDownload::Delete);
        let enough = stays && self.screens[0].here >= TEN;
        let over = enough || self.settled(now, Device::First, |m| !m.busy);
        if over && stays {
            self.intent(
                Device::First,
                Intent::AfterDownload(AfterDownload::LeaveOnServer),
            );
        }
        over
    }

    /// How an engine stands is asked for until it is as wanted.
    fn settled(
        &mut self,
        now: Instant,
        device: Device,
        wanted: impl Fn(&Measured) -> bool,
    ) -> bool {
        if self.measuring {
            return false;
        }
        if self.again.is_some_and(|again| now >= again) {
            self.measure(device);
            self.again = Some(now + GLANCE);
            return false;
        }
        self.again = self.again.or(Some(now + GLANCE));
        self.screen(device).measured.as_ref().is_some_and(wanted)
    }

    /// Once the connection is over the engine is told to make no other, and asked for the last
    /// time.
    fn left(&mut self, device: Device) -> bool {
        if !self.screen(device).is_away() {
            return false;
        }
        if self.screen(device).connection != Some(Connection::SignedOut) {
            self.screen(device).connection = Some(Connection::SignedOut);
            self.intent(device, Intent::Disconnect);
            self.measure(device);
        }
        !self.measuring
    }

    /// When the user asks for new mail for the first time. To an account somebody has yet to send
    /// it, so where the server tells by itself there is time for that.
    fn asks_for_news(&self, now: Instant) -> Instant {
        let measured = self.screens[0].measured.as_ref();
        let listening = measured.is_some_and(|measured| measured.listening);
        match (self.account.via, self.until) {
            (Via::Tunnel, Some(until)) if listening => {
                now + until.since(now).saturating_sub(LAST_CHANCE)
            }
            (Via::Tunnel, _) => now + ASK_EACH,
            (Via::Demo, _) => now + UNPROMPTED,
        }
    }

    /// Whether the new mail is shown; if it does not show by itself, the user asks, and the task
    /// begins with that. On an account it may not be there yet, and is asked for again.
    fn news(&mut self, now: Instant) -> bool {
        let before = self.began.as_ref().map_or(0, |began| began.total);
        let screen = &self.screens[0];
        if screen.total() > before && screen.newest().is_some() {
            let unprompted = *self.facts.unprompted.get_or_insert(true);
            self.facts.awaited = unprompted && self.account.via == Via::Tunnel;
            return true;
        }
        if self.again.is_some_and(|again| now >= again) {
            self.again = match self.account.via {
                Via::Demo => None,
                Via::Tunnel => Some(now + ASK_EACH),
            };
            // What was asked last is not answered yet.
            if !self.screens[0].is_online() {
                return false;
            }
            self.facts.unprompted = Some(false);
            let total = before;
            self.began = Some(Moment {
                total,
                ..self.moment(now)
            });
            self.intent(Device::First, Intent::CheckNow);
        }
        false
    }

    /// Whether every message was tried.
    fn read(&mut self, now: Instant) -> bool {
        while let Some(&id) = self.reading.front() {
            let body = self.screens[0].body(id);
            let readable = body.is_some_and(|body| *body != Body::Unavailable);
            let over = body.is_some() || self.again.is_some_and(|again| now >= again);
            if !over {
                return false;
            }
            if let (true, Some((count, _))) = (readable, &mut self.facts.readable) {
                *count += 1;
            }
            self.reading.pop_front();
            self.read_next(now);
        }
        true
    }

    fn read_next(&mut self, now: Instant) {
        if let Some(&id) = self.reading.front() {
            self.again = Some(now + OFFLINE);
            self.intent(Device::First, Intent::OpenMessage(id));
        }
    }

    /// Chooses one of the newest messages, and remembers it.
    fn pick(
        &mut self,
        wanted: impl Fn(&Row) -> bool,
        otherwise: &str,
    ) -> Result<MessageId, String> {
        let newest = self.screens[0].newest().unwrap_or_default();
        let mut rows = newest.into_iter().enumerate();
        let found = rows.find(|(_, row)| wanted(row));
        let (index, row) = found.ok_or_else(|| otherwise.to_owned())?;
        let row = row.clone();
        let alike = self.screens[0].rows().filter(|other| same(other, &row));
        let alike = alike.count();
        let id = row.id;
        self.target = Some(Target { index, row, alike });
        Ok(id)
    }

    /// Whether the other device shows what was done to the message.
    fn other_sees(&self) -> Option<bool> {
        let target = self.target.as_ref()?;
        let other = &self.screens[1];
        Some(match self.task {
            Task::DeleteThere => {
                other.rows().filter(|row| same(row, &target.row)).count() < target.alike
            }
            _ => other
                .newest()?
                .get(target.index)
                .is_some_and(|row| same(row, &target.row) && !row.unread),
        })
    }

    /// The longest word of the subjects among the ten newest, from the oldest of them on.
    fn word(&self) -> Option<String> {
        let newest = self.screens[0].newest()?;
        let longest = |row: &&Row| {
            let words = row.subject.split(|c: char| !c.is_ascii_alphabetic());
            words.max_by_key(|word| word.len()).map(str::to_owned)
        };
        let mut words = newest.iter().rev().filter_map(longest);
        words.find(|word| word.len() > 3)
    }
}

/// Whether two devices show the same message, as far as a user can tell.
fn same(a: &Row, b: &Row) -> bool {
    (&a.subject, a.date, &a.correspondent) == (&b.subject, b.date, &b.correspondent)
}

/// Things are looked at again after this long.
const GLANCE: Duration = Duration::from_millis(100);
/// A line on which something is always under way is no reason to wait for ever.
const SETTLED: Duration = Duration::from_secs(10);
/// IDLE begins after two quiet seconds, if there is IDLE.
const LISTENING: Duration = Duration::from_secs(5);
/// How long new mail may take to show by itself.
const UNPROMPTED: Duration = Duration::from_secs(2);
/// How often new mail is asked for that somebody has yet to send.
const ASK_EACH: Duration = Duration::from_secs(10);
/// How long before the end it is asked for although the server was to tell by itself.
const LAST_CHANCE: Duration = Duration::from_secs(15);
/// How long a message may take to open without a connection.
const OFFLINE: Duration = Duration::from_millis(500);

// Ten rows are within what the list shows at first.
const _: () = assert!(TEN <= 50);
