//! Client and server sides of every mechanism meet.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use porthole_sasl::{Channel, Credentials, Directory, Mechanism, Nonce, Verdict, choose, server};
use porthole_wire::Secret;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

struct Users;

impl Directory for Users {
    fn password(&self, user: &str) -> Option<Secret> {
        (user == "al=i,ce").then(|| Secret::new("wonder land"))
    }

    fn accepts_token(&self, user: &str, token: &str) -> bool {
        user == "al=i,ce" && token == "token"
    }
}

/// Signs in, with the initial response on the command or after an empty challenge.
fn sign_in(mechanism: Mechanism, user: &str, secret: &str, on_command: bool) -> Verdict {
    let user = user.to_owned();
    let credentials = match mechanism {
        Mechanism::OAuthBearer | Mechanism::XOAuth2 => Credentials::Token {
            user,
            token: Secret::new(secret),
        },
        _ => Credentials::Password {
            user,
            password: Secret::new(secret),
        },
    };
    let channel = Channel {
        encrypted: true,
        cleartext_allowed: false,
    };
    let mut client = choose(
        [mechanism.name()],
        &credentials,
        channel,
        &Nonce::from_bytes([1; 18]),
    )
    .unwrap();
    let mut server = server::start(mechanism, &Nonce::from_bytes([2; 18]));
    let initial = client.initial_response().filter(|_| on_command);
    assert!(mechanism.client_speaks_first() || initial.is_none());
    let mut verdict = server.step(initial.as_deref(), &Users);
    // Where the first step was not sent along, a fresh client answers the empty challenge with it.
    if !on_command {
        client = choose(
            [mechanism.name()],
            &credentials,
            channel,
            &Nonce::from_bytes([1; 18]),
        )
        .unwrap();
    }
    while let Verdict::Challenge(challenge) = &verdict {
        let response = client.step(challenge).unwrap();
        verdict = server.step(Some(&response), &Users);
    }
    let accepted = matches!(verdict, Verdict::Accepted { .. });
    assert!(!accepted || client.is_complete(), "{mechanism}");
    verdict
}

#[test]
fn every_mechanism_lets_the_right_one_in() {
    for mechanism in Mechanism::ALL {
        let secret = match mechanism {
            Mechanism::OAuthBearer | Mechanism::XOAuth2 => "token",
            _ => "wonder land",
        };
        for on_command in [true, false] {
            assert_eq!(
                sign_in(mechanism, "al=i,ce", secret, on_command),
                Verdict::Accepted {
                    user: "al=i,ce".into()
                },
                "{mechanism}"
            );
            assert_eq!(
                sign_in(mechanism, "al=i,ce", "wrong", on_command),
                Verdict::Refused,
                "{mechanism}"
            );
            assert_eq!(
                sign_in(mechanism, "nobody", secret, on_command),
                Verdict::Refused,
                "{mechanism}"
            );
        }
    }
}

#[test]
fn no_garbage_signs_in_or_panics() {
    let garbage: [&[u8]; 8] = [
        b"",
        b"=",
        b"\0",
        b"\0\0",
        b"\xff\xfe",
        b"n,,",
        b"n,,n=a,r=",
        b"user=\x01",
    ];
    for mechanism in Mechanism::ALL {
        for first in garbage {
            for second in garbage {
                let mut server = server::start(mechanism, &Nonce::from_bytes([2; 18]));
                for step in [None, Some(first), Some(second)] {
                    let verdict = server.step(step, &Users);
                    assert!(!matches!(verdict, Verdict::Accepted { .. }), "{mechanism}");
                }
            }
        }
    }
}

/// A password that comes after a refusal comes too late.
#[test]
fn an_exchange_ends_with_its_verdict() {
    let right: [(Mechanism, &[u8]); 2] = [
        (Mechanism::Plain, b"\0al=i,ce\0wonder land"),
        (
            Mechanism::XOAuth2,
            b"user=al=i,ce\x01auth=Bearer token\x01\x01",
        ),
    ];
    for (mechanism, right) in right {
        let mut server = server::start(mechanism, &Nonce::from_bytes([2; 18]));
        let accepted = server.step(Some(right), &Users);
        assert!(matches!(accepted, Verdict::Accepted { .. }), "{mechanism}");
        for again in [Some(right), None] {
            assert_eq!(server.step(again, &Users), Verdict::Refused, "{mechanism}");
        }
    }
    let mut server = server::start(Mechanism::Plain, &Nonce::from_bytes([2; 18]));
    assert_eq!(server.step(Some(b"\0al=i,ce\0x"), &Users), Verdict::Refused);
    assert_eq!(server.step(Some(right[0].1), &Users), Verdict::Refused);
}

/// Some libraries say whom they act for even if it is the user itself.
#[test]
fn a_scram_client_may_name_whom_it_acts_for() {
    for (first, is_challenged) in [
        ("n,a=al=3Di=2Cce,n=al=3Di=2Cce,r=x", true),
        ("y,,n=al=3Di=2Cce,r=x", true),
        ("n,a=bob,n=al=3Di=2Cce,r=x", false),
        ("p=tls-unique,,n=al=3Di=2Cce,r=x", false),
    ] {
        let mut server = server::start(Mechanism::ScramSha1, &Nonce::from_bytes([2; 18]));
        let verdict = server.step(Some(first.as_bytes()), &Users);
        assert_eq!(
            matches!(verdict, Verdict::Challenge(_)),
            is_challenged,
            "{first}"
        );
    }
}
