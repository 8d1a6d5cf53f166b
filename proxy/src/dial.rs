//! From a name to a connection: resolved once, checked, and dialled at the address that was checked.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _, UdpSocket};
use std::time::Duration;

use porthole_tunnel::{ErrorKind, Failure, Request};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::policy::{Reach, is_public};
use crate::stream;

/// Connects to where the request leads. A name is looked up once its `turn` has come, and the right
/// to it is held until the system is done with it, also where nobody waits any more.
///
/// # Errors
/// A [`Failure`] to show to the user. It says nothing of addresses that were not asked for.
pub(crate) async fn dial(
    request: &Request,
    reach: Reach,
    patience: Duration,
    turn: impl Future<Output: Send + 'static>,
) -> Result<TcpStream, Failure> {
    let addresses = found(resolve(request, turn), patience).await?;
    connect(addresses, reach, patience).await
}

/// What a look-up finds, if it does so in time.
async fn found(
    look_up: impl Future<Output = io::Result<Vec<SocketAddr>>>,
    patience: Duration,
) -> Result<Vec<SocketAddr>, Failure> {
    timeout(patience, look_up)
        .await
        .map_err(|_| {
            fail(
                ErrorKind::Timeout,
                "looking up the server's name took too long",
            )
        })?
        .map_err(|_| fail(ErrorKind::Resolve, "the server's name has no address"))
}

/// Connects to one of the addresses that a name was found to have: nobody is asked for it again.
async fn connect(
    addresses: Vec<SocketAddr>,
    reach: Reach,
    patience: Duration,
) -> Result<TcpStream, Failure> {
    if addresses.is_empty() {
        return Err(fail(ErrorKind::Resolve, "the server's name has no address"));
    }
    let allowed = allowed(addresses, reach);
    if allowed.is_empty() {
        let message = "the server's address is not a public one";
        return Err(fail(ErrorKind::Denied, message));
    }
    let connection = timeout(patience, race(alternate(allowed)))
        .await
        .map_err(|_| fail(ErrorKind::Timeout, "the server did not answer in time"))?
        .map_err(|error| fail(ErrorKind::Connect, describe(error.kind())))?;
    stream::tune(&connection);
    Ok(connection)
}

/// A failure in the proxy's words.
pub(crate) fn fail(kind: ErrorKind, message: &str) -> Failure {
    Failure {
        kind,
        message: message.to_owned(),
    }
}

async fn resolve(
    request: &Request,
    turn: impl Future<Output: Send + 'static>,
) -> io::Result<Vec<SocketAddr>> {
    if let Some(address) = request.host.address() {
        return Ok(vec![SocketAddr::new(address, request.port)]);
    }
    let (name, port) = (request.host.as_str().to_owned(), request.port);
    held(turn.await, move || {
        Ok((name, port).to_socket_addrs()?.collect())
    })
    .await
}

/// Does what takes its time on a thread of its own, and holds the right to it that long.
async fn held<T: Send + 'static>(
    right: impl Send + 'static,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let work = move || {
        let done = work();
        drop(right);
        done
    };
    tokio::task::spawn_blocking(work).await?
}

/// Those that may be dialled, and not too many.
fn allowed(addresses: Vec<SocketAddr>, reach: Reach) -> Vec<SocketAddr> {
    let may = |address: &SocketAddr| reach == Reach::Anywhere || may_reach(address.ip());
    let allowed = addresses.into_iter().filter(may);
    allowed.take(MOST_ADDRESSES).collect()
}

/// Public, and not this machine: a firewall may trust what the proxy says to itself.
fn may_reach(address: IpAddr) -> bool {
    is_public(address) && !is_own(address)
}

/// Whether the kernel would send to this address from the same address. Nothing is sent.
fn is_own(address: IpAddr) -> bool {
    let any: IpAddr = match address {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let source = UdpSocket::bind((any, 0)).and_then(|socket| {
        socket.connect((address, 9))?;
        socket.local_addr()
    });
    // An address without a route will not be reached by TCP either.
    source.is_ok_and(|source| source.ip() == address)
}

/// Takes turns between the families, beginning with the resolver's first (RFC 8305 section 4).
fn alternate(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().map(SocketAddr::is_ipv6) else {
        return addresses;
    };
    let (one, other): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first);
    let longest = one.len().max(other.len());
    let pairs = (0..longest).flat_map(|at| [one.get(at), other.get(at)]);
    pairs.flatten().copied().collect()
}

/// Dials one after the other, a quarter second apart or as one fails; the first that answers wins
/// (RFC 8305 section 5). The rest are dropped, which closes them.
async fn race(addresses: Vec<SocketAddr>) -> io::Result<TcpStream> {
    let mut attempts = JoinSet::new();
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    let mut waiting = addresses.into_iter();
    loop {
        if let Some(address) = waiting.next() {
            attempts.spawn(TcpStream::connect(address));
        }
        loop {
            tokio::select! {
                outcome = attempts.join_next() => match outcome {
                    Some(Ok(Ok(connection))) => return Ok(connection),
                    Some(Ok(Err(error))) => last = error,
                    Some(Err(_)) => {}
                    None if waiting.len() == 0 => return Err(last),
                    None => {}
                },
                () = sleep(HEAD_START), if waiting.len() > 0 => {}
            }
            if waiting.len() > 0 {
                break;
            }
        }
    }
}

fn describe(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::ConnectionRefused => "the server refuses connections on this port",
        io::ErrorKind::TimedOut => "the server did not answer in time",
        _ => "the server cannot be reached",
    }
}

/// RFC 8305 section 5, "Connection Attempt Delay".
const HEAD_START: Duration = Duration::from_millis(250);
/// A name with a hundred addresses is not tried a hundred times.
const MOST_ADDRESSES: usize = 8;

#[cfg(test)]
mod tests {
    use std::future::ready;

    use porthole_tunnel::Security;
    use tokio::net::TcpListener;

    use super::*;
    use crate::limits::{Client, Gate, once};

    fn addresses(list: &[&str]) -> Vec<SocketAddr> {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn families_take_turns() {
        let mixed = [
            "[::1]:1",
            "[::2]:1",
            "[::3]:1",
            "127.0.0.1:1",
            "127.0.0.2:1",
        ];
        let turns = [
            "[::1]:1",
            "127.0.0.1:1",
            "[::2]:1",
            "127.0.0.2:1",
            "[::3]:1",
        ];
        assert_eq!(alternate(addresses(&mixed)), addresses(&turns));
        assert_eq!(alternate(Vec::new()), Vec::new());
    }

    #[tokio::test]
    async fn a_later_address_is_tried_when_the_first_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let good = listener.local_addr().unwrap();
        // Nobody listens there, and nobody else is given the port.
        let closed = tokio::net::TcpSocket::new_v4().unwrap();
        closed.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let bad = closed.local_addr().unwrap();
        let connection = race(vec![bad, bad, good]).await.unwrap();
        assert_eq!(connection.peer_addr().unwrap(), good);
        let error = race(vec![bad, bad]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[tokio::test]
    async fn a_private_address_is_reached_by_name_only() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["localhost", "127.0.0.1", "::ffff:127.0.0.1"] {
            let request = Request::new(host, port, Security::None).unwrap();
            let patience = Duration::from_secs(5);
            let public = dial(&request, Reach::Public, patience, ready(())).await;
            assert_eq!(public.unwrap_err().kind, ErrorKind::Denied, "{host}");
            let anywhere = dial(&request, Reach::Anywhere, patience, ready(())).await;
            assert!(anywhere.is_ok(), "{host}");
        }
    }

    #[test]
    fn a_name_with_a_private_address_beside_a_public_one_leads_to_the_public_one() {
        let mixed = [
            "127.0.0.1:993",
            "9.9.9.9:993",
            "10.0.0.1:993",
            "[::1]:993",
            "[fe80::1]:993",
            "169.254.169.254:993",
            "[::ffff:127.0.0.1]:993",
        ];
        let public = addresses(&["9.9.9.9:993"]);
        assert_eq!(allowed(addresses(&mixed), Reach::Public), public);
        assert_eq!(
            allowed(addresses(&mixed), Reach::Anywhere),
            addresses(&mixed)
        );
        let many = vec![public[0]; 100];
        assert_eq!(allowed(many, Reach::Public).len(), MOST_ADDRESSES);
    }

    #[tokio::test]
    async fn no_address_is_dialled_but_those_that_were_checked() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let private = vec![listener.local_addr().unwrap()];
        let patience = Duration::from_secs(5);
        let failure = connect(private, Reach::Public, patience).await.unwrap_err();
        assert_eq!(failure.kind, ErrorKind::Denied);
        let nothing = timeout(Duration::from_millis(200), listener.accept()).await;
        assert!(nothing.is_err(), "{nothing:?}");
    }

    #[tokio::test]
    async fn a_server_that_does_not_take_connections_is_not_waited_for() {
        let listener = socket2::Socket::new(
            socket2::Domain::IPV4,
            socket2::Type::STREAM,
            Some(socket2::Protocol::TCP),
        )
        .unwrap();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let full = listener.local_addr().unwrap().as_socket().unwrap();
        // What nobody accepts waits in a queue, which is short.
        let mut waiting = Vec::new();
        while let Ok(Ok(one)) = timeout(Duration::from_millis(200), TcpStream::connect(full)).await
        {
            waiting.push(one);
            assert!(waiting.len() < 100);
        }
        let patience = Duration::from_millis(300);
        let failure = connect(vec![full], Reach::Anywhere, patience).await;
        assert_eq!(failure.unwrap_err().kind, ErrorKind::Timeout);
    }

    #[tokio::test]
    async fn a_look_up_that_nobody_waits_for_still_counts() {
        let gate = Gate::new(8, 1);
        let client = Client::behind(Ipv6Addr::LOCALHOST.into(), None, &[]);
        let (release, released) = std::sync::mpsc::channel::<()>();
        let slow = held(gate.enter(client).unwrap(), move || {
            let _ = released.recv();
            Ok(Vec::new())
        });
        let failure = found(slow, Duration::from_millis(50)).await;
        assert_eq!(failure.unwrap_err().kind, ErrorKind::Timeout);
        assert!(gate.enter(client).is_none(), "its thread is still taken");
        drop(release);
        once(|| gate.enter(client)).await;
    }

    #[tokio::test]
    async fn a_name_is_not_looked_up_for_ever() {
        let failure = found(std::future::pending(), Duration::from_millis(10)).await;
        assert_eq!(failure.unwrap_err().kind, ErrorKind::Timeout);
    }

    #[test]
    fn this_machine_is_known_by_each_of_its_addresses() {
        assert!(is_own(Ipv4Addr::LOCALHOST.into()));
        // A route is looked up and nothing is sent (RFC 5737 section 3).
        let outside = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
        if outside.connect("192.0.2.1:9").is_ok() {
            assert!(is_own(outside.local_addr().unwrap().ip()));
        }
        assert!(!is_own("192.0.2.1".parse().unwrap()));
    }
}
