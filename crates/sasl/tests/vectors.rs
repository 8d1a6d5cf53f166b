//! The examples that the RFCs print.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use porthole_sasl::{
    ClientMechanism, Error, Nonce, PeerMisbehaved,
    client::{CramMd5, Login, OAuthBearer, Plain, Scram, XOAuth2},
};
use porthole_wire::Secret;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Runs a client through `challenges`, each with the response that must come of it.
fn check(client: &mut dyn ClientMechanism, initial: Option<&str>, steps: &[(&str, &str)]) {
    let name = client.mechanism().name();
    let said = client.initial_response();
    assert_eq!(said.as_deref(), initial.map(str::as_bytes), "{name}");
    for (challenge, response) in steps {
        let said = client.step(challenge.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(said).unwrap(), *response, "{name}");
    }
    assert!(client.is_complete(), "{name}");
    // Afterwards no challenge is answered for ever.
    assert!(client.step(b"").is_err() || client.step(b"").is_err());
}

fn nonce(text: &str) -> Nonce {
    Nonce::try_from(text).unwrap()
}

#[test]
fn cram_md5_of_rfc_2195_section_2() {
    check(
        &mut CramMd5::new("tim", &Secret::new("tanstaaftanstaaf")),
        None,
        &[(
            "<1896.697170952@postoffice.reston.mci.net>",
            "tim b913a602c7eda7a495b4e6e7334d3890",
        )],
    );
}

#[test]
fn scram_sha_1_of_rfc_5802_section_5() {
    check(
        &mut Scram::sha1(
            "user",
            &Secret::new("pencil"),
            &nonce("fyko+d2lbbFgONRv9qkxdawL"),
        ),
        Some("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"),
        &[
            (
                "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
                "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            ),
            ("v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", ""),
        ],
    );
}

#[test]
fn scram_sha_256_of_rfc_7677_section_3() {
    check(
        &mut rfc_7677(),
        Some("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
        &[
            (
                RFC_7677_CHALLENGE,
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            ),
            ("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", ""),
        ],
    );
}

#[test]
fn tokens_of_rfc_7628_section_4_1_and_xoauth2() {
    let token = Secret::new("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==");
    check(
        &mut OAuthBearer::new("user@example.com", &token),
        Some(
            "n,a=user@example.com,\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01",
        ),
        &[],
    );
    check(
        &mut XOAuth2::new("user@example.com", &token),
        Some(
            "user=user@example.com\x01auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01",
        ),
        &[],
    );
}

#[test]
fn a_scram_server_is_not_believed_lightly() {
    use PeerMisbehaved::*;
    let first = [
        (
            "r=somebody-else,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            NonceMismatch,
        ),
        (
            "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            NonceMismatch,
        ),
        (
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1",
            TooFewIterations,
        ),
        (
            "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4294967295",
            TooManyIterations,
        ),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=!,i=4096", MalformedChallenge),
        ("r=rOprNGfwEbeRWgbNEkqOx", MalformedChallenge),
        ("m=x,r=rOprNGfwEbeRWgbNEkqOx", MandatoryExtension),
        ("e=unknown-user", ServerError),
        ("\u{e4}", MalformedChallenge),
    ];
    for (challenge, expected) in first {
        let mut client = rfc_7677();
        client.initial_response();
        assert_misbehaved(&mut client, challenge, expected);
    }
    let last = [
        (
            "v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
            WrongServerSignature,
        ),
        ("v=", WrongServerSignature),
        ("e=invalid-proof", ServerError),
        ("hello", MalformedChallenge),
    ];
    for (challenge, expected) in last {
        let mut client = rfc_7677();
        client.initial_response();
        client.step(RFC_7677_CHALLENGE.as_bytes()).unwrap();
        assert_misbehaved(&mut client, challenge, expected);
    }
}

fn assert_misbehaved(client: &mut Scram, challenge: &str, expected: PeerMisbehaved) {
    match client.step(challenge.as_bytes()) {
        Err(Error::PeerMisbehaved { what, .. }) => assert_eq!(what, expected, "{challenge}"),
        other => panic!("{challenge}: {other:?}"),
    }
    assert!(!client.is_complete());
}

fn rfc_7677() -> Scram {
    Scram::sha256(
        "user",
        &Secret::new("pencil"),
        &nonce("rOprNGfwEbeRWgbNEkqO"),
    )
}

const RFC_7677_CHALLENGE: &str =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

#[test]
fn what_is_typed_is_prepared_where_the_mechanism_says_so() {
    let (user, password) = ("I\u{ad}X", Secret::new("\u{2168}e\u{301}"));
    let mut plain = Plain::new(user, &password);
    let expected = "\0IX\0IX\u{e9}".as_bytes().to_vec();
    assert_eq!(plain.initial_response(), Some(expected));
    let mut login = Login::new(user, &password);
    assert_eq!(login.step(b"User Name").unwrap(), user.as_bytes());
    assert_eq!(
        login.step(b"Password").unwrap(),
        password.expose().as_bytes()
    );
    // What is prepared proves the same as what was typed so from the beginning.
    let prepared = Secret::new("IX\u{e9}");
    let mut clients = [(user, &password), ("IX", &prepared)]
        .map(|(user, password)| Scram::sha256(user, password, &nonce("rOprNGfwEbeRWgbNEkqO")));
    let first = clients.each_mut().map(|client| client.initial_response());
    assert_eq!(first[0], first[1]);
    let challenge =
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    let proof = clients
        .each_mut()
        .map(|client| client.step(challenge).unwrap());
    assert_eq!(proof[0], proof[1]);
    let mut clients =
        [(user, &password), ("IX", &prepared)].map(|(user, password)| CramMd5::new(user, password));
    let answer = clients
        .each_mut()
        .map(|client| client.step(b"<1@x>").unwrap());
    assert_eq!(answer[0], answer[1]);
}
