//! Exchanges damaged at random, the same way each time.

use porthole_mutate::within;
use porthole_sasl::fuzz;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const INTERESTING: &[u8] = b"\n\0\x01,=:<>@+/019azAZ\x7f\xc3\xff";

/// Servers' steps; the nonce is that of the target and what belongs to it is made up.
const CHALLENGES: [&[u8]; 6] = [
    b"r=AQEBAQEBAQEBAQEBAQEBAQEBAQEB3rfcNHYJ,s=QSXCR+Q6sek8bf92,i=4096\nv=rmF9pqV8S7suAoZWja4dJRkFsKQ=\n",
    b"r=AQEBAQEBAQEBAQEBAQEBAQEBAQEB%,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,x=y\ne=other-error\n",
    b"m=ext,r=AQEBAQEBAQEBAQEBAQEBAQEBAQEBx,s=AA==,i=4096\n\n",
    b"<1896.697170952@example.com>\n\n",
    b"Username:\nPassword:\n\n",
    b"{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}\n\n",
];

/// Clients' steps, none with the right password.
const RESPONSES: [&[u8]; 6] = [
    b"n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL\nc=biws,r=fyko+d2lbbFgONRv9qkxdawLAgIC,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=\n\n",
    b"y,a=al=2Cice,n=al=3Dice,r=x\nc=eSxhPWFsPTJDaWNlLA==,r=xAgIC,p=AAAA\n",
    b"\0alice\0wonderland\n",
    b"alice\nwonderland\n",
    b"alice b913a602c7eda7a495b4e6e7334d3890\n",
    b"n,a=alice,\x01host=mail.example.com\x01auth=Bearer t\x01\x01\nuser=alice\x01auth=Bearer t\x01\x01\n",
];

#[test]
fn no_challenge_proves_what_it_does_not() {
    // Hashing is slow, and is to be.
    let target = within(200, 1 << 17, fuzz::challenges);
    porthole_mutate::run(0x5A, 400, &CHALLENGES, INTERESTING, target);
}

#[test]
fn no_response_lets_anybody_in() {
    let target = within(200, 1 << 17, fuzz::responses);
    porthole_mutate::run(0x5E, 400, &RESPONSES, INTERESTING, target);
}

#[test]
fn steps_survive_the_line() {
    let corpus = [CHALLENGES, RESPONSES].concat();
    let target = within(20, 1 << 16, fuzz::transfer);
    porthole_mutate::run(0x64, 10_000, &corpus, INTERESTING, target);
}
