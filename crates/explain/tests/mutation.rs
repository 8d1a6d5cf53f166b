//! Saved files damaged at random, the same way each time.

use porthole_explain::{
    Role,
    saved::{Connection, Crossed, Protocol, Saved, Saving},
};
use porthole_mutate::within;
use porthole_pop3::wire::{Notes, parse_command};
use porthole_wire::{Direction, Mark, Shape};

/// Reading takes memory in proportion, and whatever is read can be written in every form. One test:
/// the memory that is counted is the whole program's.
#[test]
fn damaged_files_do_no_harm() {
    let saved = saved();
    let json = saved.json().unwrap();
    let corpus: [&[u8]; 2] = [&json, SMALL];
    assert!(corpus.iter().all(|file| Saved::read(file).is_ok()));
    let interesting = b"{}[]\",:0123456789\\u\xff-e.";
    let read = |bytes: &[u8]| drop(Saved::read(bytes));
    let read = within(40, 1 << 16, read);
    porthole_mutate::run(0x5A, 3_000, &corpus, interesting, read);
    porthole_mutate::run(0x5B, 3_000, &corpus, interesting, |bytes| {
        let Ok(saved) = Saved::read(bytes) else {
            return;
        };
        saved.text();
        saved.html();
        saved.pcapng();
        assert_eq!(Saved::read(&saved.json().unwrap()).unwrap(), saved);
    });
}

/// Somebody deletes a message, over two connections.
fn saved() -> Saved {
    let connection = |number| Connection {
        number,
        protocol: Protocol::Pop3,
        host: "pop.example.com".to_owned(),
        beside: number == 2,
    };
    let mut saving = Saving::new("Porthole", 5, vec![connection(1), connection(2)]);
    let lines = ["STLS\r\n", "PASS ********\r\n", "DELE 1\r\n", "\u{e9}\r\n"];
    for (at, line) in (0..).zip(lines) {
        let mut notes = Notes::with_marks();
        // For its marks: the last is no command.
        let _ = parse_command(line.as_bytes(), &mut notes);
        let marks = notes.marks().iter().map(|mark| Mark {
            range: mark.range.clone(),
            role: Role::from(mark.role),
        });
        for direction in [Direction::Client, Direction::Server] {
            saving.add(&Crossed {
                connection: 1 + u32::from(at == 3),
                at,
                queued: (direction == Direction::Client).then_some(at / 2),
                direction,
                shape: Shape::Line,
                turn: at,
                command: Some(at),
                wish: Some("Delete"),
                octets: 5000,
                kept: line.as_bytes(),
                masked: if at == 1 { &[(5, 13)] } else { &[] },
                marks: &marks.clone().collect::<Vec<_>>(),
            });
        }
    }
    saving.finish()
}

const SMALL: &[u8] = br#"{"format":"porthole transcript","version":1,"product":"","began":0,
"connections":[{"number":1,"protocol":"Imap","host":""}],
"terms":[{"role":{"Imap":"Tag"},"name":"","meaning":"","source":{"rfc":9051,"section":"2"}}],
"entries":[{"connection":1,"at":0,"direction":"Server","shape":"Payload","turn":0,"command":1,
"wish":"","octets":70000,"kept":{"base64":"AAEC"},"masked":[[0,1],[1,3]],"summary":"",
"tokens":[{"start":0,"end":1,"term":0},{"start":1,"end":3,"term":0,"decoded":"x"}]}]}"#;
