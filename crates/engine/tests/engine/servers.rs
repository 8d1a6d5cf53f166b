//! Signing in to servers of every kind, and reading there, broken at every step in every way.

use porthole_engine::account::{Protocol, Security};
use porthole_sasl::Mechanism;

use crate::{
    script::{BOTH, IMAP, POP3, Script, all_are_shown, fresh, is_read, read, sign_in},
    world::World,
};

/// Whether the client said this.
fn says(world: &World, words: &str) -> bool {
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(words);
    world.sent.iter().any(|(_, bytes)| said(bytes))
}

/// Breaks signing in to a server that is made like this, which is done in these words.
fn check(protocols: &[Protocol], words: &str, make: impl Fn(&mut World)) {
    let begin = |protocol| {
        let mut world = fresh(protocol);
        make(&mut world);
        world
    };
    for &protocol in protocols {
        let mut calm = begin(protocol);
        sign_in(&mut calm, protocol, Security::None);
        assert!(says(&calm, words), "{protocol:?}: {words}");
    }
    let script = Script {
        begin,
        act: |world, protocol| sign_in(world, protocol, Security::None),
        is_done: all_are_shown,
    };
    script.check(protocols);
}

#[test]
fn signing_in_by_starttls() {
    let script = Script {
        begin: fresh,
        act: |world, protocol| sign_in(world, protocol, Security::StartTls),
        is_done: all_are_shown,
    };
    script.check(BOTH);
}

#[test]
fn signing_in_by_every_mechanism() {
    for (mechanism, name) in [
        (Mechanism::ScramSha256, "SCRAM-SHA-256"),
        (Mechanism::CramMd5, "CRAM-MD5"),
        (Mechanism::Login, "LOGIN"),
    ] {
        let make = |world: &mut World| {
            let options = world.server.options_mut();
            (options.mechanisms, options.pop3_apop) = (vec![mechanism], false);
            world.strip(&["USER"]);
        };
        check(IMAP, &format!("AUTHENTICATE {name}"), make);
        check(POP3, &format!("AUTH {name}"), make);
    }
}

#[test]
fn signing_in_without_sasl_ir() {
    // IMAP4rev2 has it without saying so.
    let words = "AUTHENTICATE PLAIN\r\n";
    check(IMAP, words, |world| world.strip(&["SASL-IR", "IMAP4rev2"]));
}

#[test]
fn signing_in_by_commands() {
    let none = |world: &mut World| {
        let options = world.server.options_mut();
        (options.mechanisms, options.pop3_apop) = (Vec::new(), false);
    };
    check(IMAP, "LOGIN alice", none);
    check(POP3, "PASS wonderland", none);
}

/// A maildrop whose server does not have these.
fn without(capabilities: &[&str]) -> World {
    let mut world = fresh(Protocol::Pop3);
    world.strip(capabilities);
    world
}

#[test]
fn listing_a_maildrop_that_lacks_something() {
    for capabilities in [
        &["PIPELINING"][..],
        &["UIDL"],
        &["TOP"],
        &["CAPA"],
        &["UIDL", "TOP"],
    ] {
        let script = Script {
            begin: |_| without(capabilities),
            act: |world, protocol| sign_in(world, protocol, Security::None),
            is_done: all_are_shown,
        };
        script.check(POP3);
    }
}

#[test]
fn reading_from_a_maildrop_that_lacks_something() {
    // Without TOP the rows come with all that is below them.
    for capability in ["PIPELINING", "UIDL", "CAPA"] {
        let script = Script {
            begin: |protocol| {
                let mut world = without(&[capability]);
                sign_in(&mut world, protocol, Security::None);
                world
            },
            act: read,
            is_done: is_read,
        };
        script.check(POP3);
    }
}
