//! How many may come in, in all, from one client and to one server.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ipnet::IpNet;

/// Whoever is counted as one: an IPv4 address, or the /64 that an IPv6 customer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Client(IpAddr);

impl Client {
    /// The client behind a connection from `peer` that says it forwards for `forwarded`, the
    /// value of `X-Forwarded-For`. It is believed as far as trusted proxies wrote it.
    pub(crate) fn behind(peer: IpAddr, forwarded: Option<&str>, trusted: &[IpNet]) -> Self {
        let mut client = peer.to_canonical();
        let mut said = forwarded.unwrap_or_default().rsplit(',');
        while trusted.iter().any(|net| net.contains(&client)) {
            match said.next().map(|text| text.trim().parse::<IpAddr>()) {
                Some(Ok(address)) => client = address.to_canonical(),
                Some(Err(_)) | None => break,
            }
        }
        Self(match client {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                match address.is_loopback() {
                    true => address.into(),
                    false => Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into(),
                }
            }
        })
    }

    /// Whether it is this machine.
    pub(crate) fn is_local(self) -> bool {
        self.0.is_loopback()
    }

    /// As it stands in a log: enough to tell clients apart, not enough to find a person.
    pub(crate) fn blurred(self) -> String {
        match self.0 {
            address if address.is_loopback() => "local".to_owned(),
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(address) => {
                let [a, b, c, ..] = address.segments();
                format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
            }
        }
    }
}

/// Lets in so many and no more, in all and of each kind: a client, a server.
#[derive(Debug)]
pub(crate) struct Gate<Kind: Eq + Hash> {
    most: usize,
    most_of_a_kind: usize,
    inside: Mutex<Inside<Kind>>,
}

#[derive(Debug)]
struct Inside<Kind> {
    total: usize,
    kinds: HashMap<Kind, usize>,
}

/// The right to be inside; leaving is dropping it.
#[derive(Debug)]
pub(crate) struct Permit<Kind: Eq + Hash> {
    gate: Arc<Gate<Kind>>,
    kind: Kind,
}

impl<Kind: Eq + Hash + Clone> Gate<Kind> {
    /// A gate with nobody inside.
    pub(crate) fn new(most: usize, most_of_a_kind: usize) -> Arc<Self> {
        let inside = Inside {
            total: 0,
            kinds: HashMap::new(),
        };
        Arc::new(Self {
            most,
            most_of_a_kind,
            inside: Mutex::new(inside),
        })
    }

    /// Lets one more of this kind in, if there is room.
    pub(crate) fn enter(self: &Arc<Self>, kind: Kind) -> Option<Permit<Kind>> {
        self.enter_below(kind, self.most_of_a_kind)
    }

    /// Lets one more of this kind in as long as there is room at all.
    pub(crate) fn enter_as_many(self: &Arc<Self>, kind: Kind) -> Option<Permit<Kind>> {
        self.enter_below(kind, self.most)
    }

    fn enter_below(self: &Arc<Self>, kind: Kind, most: usize) -> Option<Permit<Kind>> {
        let mut inside = self.lock();
        let own = inside.kinds.get(&kind).copied().unwrap_or_default();
        if inside.total >= self.most || own >= most {
            return None;
        }
        inside.kinds.insert(kind.clone(), own + 1);
        inside.total += 1;
        let gate = Arc::clone(self);
        Some(Permit { gate, kind })
    }

    /// Whether any of this kind is inside.
    pub(crate) fn holds(&self, kind: &Kind) -> bool {
        self.lock().kinds.contains_key(kind)
    }

    /// Waits until nobody is.
    pub(crate) async fn empty(&self) {
        once(|| (self.inside() == 0).then_some(())).await;
    }
}

impl<Kind: Eq + Hash> Gate<Kind> {
    /// How many are inside.
    pub(crate) fn inside(&self) -> usize {
        self.lock().total
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inside<Kind>> {
        // Two counters cannot be left half changed by a panic elsewhere.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Kind: Eq + Hash> Drop for Permit<Kind> {
    fn drop(&mut self) {
        let mut inside = self.gate.lock();
        inside.total -= 1;
        if let Some(own) = inside.kinds.get_mut(&self.kind) {
            *own -= 1;
            if *own == 0 {
                inside.kinds.remove(&self.kind);
            }
        }
    }
}

/// Asks until there is something.
pub(crate) async fn once<T>(ask: impl Fn() -> Option<T>) -> T {
    loop {
        if let Some(got) = ask() {
            return got;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Waiting is rare: looking is simpler than being told.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: Option<&str>, trusted: &[&str], expected: &str) {
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let client = Client::behind(peer.parse().unwrap(), forwarded, &trusted);
        assert_eq!(client.0.to_string(), expected, "{peer} {forwarded:?}");
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8"];
        check("192.0.2.1", None, &trusted, "192.0.2.1");
        check("192.0.2.1", Some("198.51.100.7"), &trusted, "192.0.2.1");
        check("192.0.2.1", Some("198.51.100.7"), &[], "192.0.2.1");
        check("127.0.0.1", Some("198.51.100.7"), &trusted, "198.51.100.7");
        let forged = Some("203.0.113.9, 198.51.100.7, 10.1.2.3");
        check("10.0.0.1", forged, &trusted, "198.51.100.7");
        check("10.0.0.1", Some("unknown"), &trusted, "10.0.0.1");
        check("10.0.0.1", Some(""), &trusted, "10.0.0.1");
        check("10.0.0.1", Some("10.0.0.2"), &trusted, "10.0.0.2");
    }

    #[test]
    fn one_customer_is_one_client() {
        check("2001:db8:1:2:3:4:5:6", None, &[], "2001:db8:1:2::");
        check("::ffff:192.0.2.1", None, &[], "192.0.2.1");
        check("::1", None, &[], "::1");
    }

    #[test]
    fn logs_do_not_name_a_machine() {
        for (peer, expected) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
            ("::1", "local"),
        ] {
            let client = Client::behind(peer.parse().unwrap(), None, &[]);
            assert_eq!(client.blurred(), expected);
        }
    }

    #[tokio::test]
    async fn whoever_waits_enters_once_there_is_room() {
        let gate = Gate::new(3, 1);
        let client = Client::behind(Ipv6Addr::LOCALHOST.into(), None, &[]);
        let first = gate.enter(client).unwrap();
        let asked = Arc::clone(&gate);
        let waiting = tokio::spawn(once(move || asked.enter(client)));
        tokio::time::sleep(LOOK_AGAIN * 2).await;
        assert!(!waiting.is_finished());
        drop(first);
        let second = waiting.await.unwrap();
        assert!(gate.enter(client).is_none());
        drop(second);
        assert_eq!(gate.inside(), 0);
    }

    #[test]
    fn a_gate_counts_in_and_out() {
        let gate = Gate::new(3, 2);
        let [a, b] =
            ["192.0.2.1", "192.0.2.2"].map(|ip| Client::behind(ip.parse().unwrap(), None, &[]));
        let first = gate.enter(a);
        let second = gate.enter(a);
        assert!(first.is_some() && second.is_some());
        assert!(gate.enter(a).is_none(), "a third from one client");
        let third = gate.enter(b);
        assert!(third.is_some());
        assert!(gate.enter(b).is_none(), "a fourth in all");
        drop(first);
        assert!(gate.enter(b).is_some());
        drop((second, third));
        assert_eq!(gate.inside(), 0);
        assert!(gate.lock().kinds.is_empty());
    }
}
