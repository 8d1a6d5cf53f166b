//! What a fuzzer calls: everything that reads a stranger's octets, in plain functions.
//!
//! Each panics only where there is a fault of ours. The octets are steps of an exchange, a line
//! each.

use porthole_wire::Secret;

use crate::{
    Channel, Credentials, Directory, Mechanism, Nonce, Verdict, choose, decode, encode,
    encode_initial, server,
};

/// Every mechanism's client takes the lines for challenges. It never answers for ever, and one
/// that wants a proof of the server is not satisfied without it.
///
/// # Panics
/// Where one of these does not hold.
pub fn challenges(bytes: &[u8]) {
    let channel = Channel {
        encrypted: true,
        cleartext_allowed: false,
    };
    for mechanism in Mechanism::ALL {
        let user = "alice".to_owned();
        let credentials = match mechanism {
            Mechanism::OAuthBearer | Mechanism::XOAuth2 => Credentials::Token {
                user,
                token: Secret::new(PASSWORD),
            },
            _ => Credentials::Password {
                user,
                password: Secret::new(PASSWORD),
            },
        };
        let nonce = Nonce::from_bytes([1; 18]);
        let Ok(mut client) = choose([mechanism.name()], &credentials, channel, &nonce) else {
            panic!("{mechanism} is not chosen");
        };
        client.initial_response();
        let mut answered = 0;
        for challenge in steps(bytes) {
            match client.step(challenge) {
                Ok(_) => answered += 1,
                Err(_) => break,
            }
        }
        assert!(answered <= 4, "{mechanism} answered {answered} challenges");
        let wants_proof = matches!(mechanism, Mechanism::ScramSha1 | Mechanism::ScramSha256);
        assert!(!wants_proof || !client.is_complete(), "{mechanism}");
    }
}

/// Every mechanism's server takes the lines for a client's steps. Nobody is let in, and after a
/// refusal no challenge comes.
///
/// # Panics
/// Where one of these does not hold.
pub fn responses(bytes: &[u8]) {
    for mechanism in Mechanism::ALL {
        let mut server = server::start(mechanism, &Nonce::from_bytes([2; 18]));
        let mut refused = false;
        for step in steps(bytes) {
            match server.step(Some(step), &Users) {
                Verdict::Challenge(_) => assert!(!refused, "{mechanism}"),
                Verdict::Accepted { user } => panic!("{mechanism} let {user} in"),
                Verdict::Refused => refused = true,
            }
        }
    }
}

/// The octets as a step on a line: what can be read is the same once written and read again, and
/// what is written can be read.
///
/// # Panics
/// Where one of these does not hold.
pub fn transfer(bytes: &[u8]) {
    for written in [encode(bytes), encode_initial(bytes)] {
        assert_eq!(decode(written.as_bytes()).as_deref(), Ok(bytes));
    }
    if let Ok(step) = decode(bytes) {
        assert_eq!(decode(encode(&step).as_bytes()), Ok(step));
    }
}

fn steps(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&octet| octet == b'\n')
}

/// What no damage to something else turns it into.
const PASSWORD: &str = "correct horse battery staple";

#[derive(Debug)]
struct Users;

impl Directory for Users {
    fn password(&self, _user: &str) -> Option<Secret> {
        Some(Secret::new(PASSWORD))
    }

    fn accepts_token(&self, _user: &str, token: &str) -> bool {
        token == PASSWORD
    }
}
