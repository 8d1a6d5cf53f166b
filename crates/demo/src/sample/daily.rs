//! Ordinary letters: plain text, threads, signatures, links, lists, drafts.

use super::{
    people::{ALICE, BOB, GRACE, INES, LIST, NADIA, OMAR, Person, SOREN, TOMASZ, YUKI},
    write::{DAY, Entity, HOUR, Letter},
};

pub(super) fn letters() -> Vec<Letter> {
    let mut letters = vec![
        Letter::new("tides-1", "INBOX", 4)
            .from(INES)
            .to(&[ALICE])
            .subject("Tide tables for the weekend")
            .body(Entity::flowed(TIDES)),
        Letter::new("keys-1", "INBOX", 7 * HOUR)
            .flags("\\Seen \\Flagged")
            .from(BOB)
            .to(&[ALICE])
            .subject("Keys, ladder, soup ⚓")
            .body(Entity::text(KEYS)),
        Letter::new("list-footer-1", "INBOX", 9 * HOUR)
            .from(NADIA)
            .to(&[LIST])
            .subject("[harbour] Lost: one oar, blue blade")
            .header("List-ID", "Talk about the harbour <harbour.lists.harbour.example>")
            .header("List-Post", "<mailto:harbour@lists.harbour.example>")
            .header(
                "List-Unsubscribe",
                "<mailto:harbour-leave@lists.harbour.example>,\r\n <https://lists.harbour.example/leave?u=alice>",
            )
            .header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
            .header("Precedence", "list")
            .body(Entity::mixed(vec![Entity::text(OAR), Entity::text(FOOTER)])),
        Letter::new("code-1", "INBOX", 2 * DAY + 4 * HOUR)
            .flags("\\Seen")
            .from(Person { name: "Harbour Library", email: "no-reply@library.example", zone: 0 })
            .to(&[ALICE])
            .subject("Your sign-in code is 482 913")
            .header("Auto-Submitted", "auto-generated")
            .body(Entity::text(CODE)),
        Letter::new("patch-1", "INBOX", 10 * DAY + 6 * HOUR)
            .flags("\\Seen $Forwarded")
            .from(YUKI)
            .to(&[ALICE, BOB])
            .subject("[PATCH] tide: Stop counting the second low water twice")
            .body(Entity::text(PATCH)),
        Letter::new("dots-1", "INBOX", 12 * DAY + 3 * HOUR)
            .flags("\\Seen")
            .from(OMAR)
            .to(&[ALICE])
            .subject("A list that begins with dots")
            .body(Entity::text(DOTS)),
        Letter::new("old-1", "Archive", 96 * DAY)
            .flags("\\Seen \\Answered")
            .from(SOREN)
            .to(&[ALICE])
            .subject("Boot, Bau und Beginn")
            .body(Entity::text(BEGIN)),
        Letter::new("old-2", "Archive", 120 * DAY)
            .flags("\\Seen")
            .from(TOMASZ)
            .to(&[ALICE])
            .cc(&[INES, OMAR])
            .subject("Measuring tape")
            .body(Entity::text("I have yours. You have mine. They are not the same length.\n\nT.\n")),
        Letter::new("ferry-1", "Reisen & Träume", 30 * DAY)
            .flags("\\Seen \\Flagged")
            .from(Person { name: "Nordlicht Fähren", email: "buchung@faehren.example", zone: 60 })
            .to(&[ALICE])
            .subject("Ihre Buchung NF-20817: zwei Kojen, ein Fahrrad")
            .body(Entity::text(FERRY)),
        Letter::new("ferry-2", "Reisen & Träume", 29 * DAY + 20 * HOUR)
            .flags("\\Seen")
            .from(INES)
            .to(&[ALICE])
            .subject("Re: Ihre Buchung NF-20817: zwei Kojen, ein Fahrrad")
            .answers(&["ferry-1"])
            .body(Entity::text("Two berths and one bicycle? Then one of us walks. I vote for you.\n")),
        Letter::new("draft-1", "Drafts", 26 * HOUR)
            .flags("\\Seen \\Draft")
            .from(ALICE)
            .to(&[GRACE])
            .subject("Re: Minutes of the harbour meeting")
            .body(Entity::flowed(
                "Dear Grace,\n\nabout the second question: I could keep the log from December on, if",
            )),
        Letter::new("trash-1", "Trash", 14 * DAY)
            .flags("\\Seen")
            .from(NADIA)
            .to(&[ALICE])
            .subject("Ignore my last message")
            .body(Entity::text("It was for the other Alice.\n")),
        Letter::new("trash-2", "Trash", 14 * DAY + 5)
            .flags("\\Seen")
            .from(NADIA)
            .to(&[ALICE])
            .subject("Your cat is on our roof again")
            .body(Entity::text("Orange, loud, proud. Please bring the ladder.\n\nNadia\n")),
    ];
    letters.extend(rope());
    letters
}

/// A thread of six, to which alice answered twice.
fn rope() -> Vec<Letter> {
    let letter = |number: usize, mailbox, minutes, flags, person: Person, to: &[Person]| {
        let (id, text) = ROPE[number];
        let thread: Vec<_> = ROPE[..number].iter().map(|(id, _)| *id).collect();
        let letter = Letter::new(id, mailbox, minutes)
            .flags(flags)
            .from(person)
            .to(to);
        if thread.is_empty() {
            letter
                .subject("Rope, and how much of it")
                .body(Entity::text(text))
        } else {
            let body = Entity::text(text);
            letter
                .subject("Re: Rope, and how much of it")
                .answers(&thread)
                .body(body)
        }
    };
    vec![
        letter(0, "Sent", 31 * HOUR, "\\Seen", ALICE, &[OMAR, INES]),
        letter(
            1,
            "INBOX",
            29 * HOUR,
            "\\Seen \\Answered",
            OMAR,
            &[ALICE, INES],
        ),
        letter(2, "INBOX", 28 * HOUR, "\\Seen", INES, &[OMAR, ALICE]),
        letter(3, "Sent", 27 * HOUR, "\\Seen", ALICE, &[INES, OMAR]),
        letter(4, "INBOX", 23 * HOUR, "\\Seen", OMAR, &[ALICE, INES]),
        letter(5, "INBOX", 21 * HOUR, "", INES, &[OMAR, ALICE]),
    ]
}

const ROPE: [(&str, &str); 6] = [
    (
        "rope-1",
        "Dear Omar, dear Ines,\n\nhow much rope do we need for pier three? I have forty metres in the\nboathouse and no idea whether that is a lot.\n\nAlice\n",
    ),
    (
        "rope-2",
        "On Sunday, Alice Moreau <alice@example.com> wrote:\n> how much rope do we need for pier three? I have forty metres in the\n> boathouse and no idea whether that is a lot.\n\nIt is not. Two bow lines, two stern lines, two springs: call it ninety,\nand a little for the knot that somebody will cut off.\n\n-- \nOmar Lovelace, rope maker\nhttps://ropeworks.example/\n",
    ),
    (
        "rope-3",
        "On Sunday, Omar Lovelace wrote:\n> On Sunday, Alice Moreau <alice@example.com> wrote:\n>> how much rope do we need for pier three?\n> It is not. Two bow lines, two stern lines, two springs: call it ninety,\n\nNinety is for a ship. Ours is nine metres. Sixty.\n\nInes\n",
    ),
    (
        "rope-4",
        "> Ninety is for a ship. Ours is nine metres. Sixty.\n\nSo between forty and ninety, then. Could somebody measure?\n\nAlice\n",
    ),
    (
        "rope-5",
        "On Sunday, Alice Moreau wrote:\n> So between forty and ninety, then. Could somebody measure?\n\nI measured again and it is seventy-two, with the tide out. With the tide\nin it is less, but nobody ties up a boat for half a day.\n\n-- \nOmar Lovelace, rope maker\nhttps://ropeworks.example/\n",
    ),
    (
        "rope-6",
        "On Sunday, Omar Lovelace wrote:\n> I measured again and it is seventy-two, with the tide out.\n\nSeventy-two it is. I bring the forty, Omar makes the rest, and Alice\nbrings coffee.\n\nInes\n",
    ),
];

const TIDES: &str = "Hello Alice,

the low water on Saturday is early, so we should be off the bar before seven or wait until noon. The heights are above chart datum, the times are the clock's on the harbour office:

  Saturday    low 06:12  0.7 m    high 12:24  4.1 m
  Sunday      low 07:03  0.9 m    high 13:11  3.9 m

> Is there enough water at pier three by eight?

Just: two metres forty, if the wind stays in the west. The full table is on https://harbour.example/tides?week=48, and you can write to mailto:tides@harbour.example if it looks wrong. It often does.

Bring gloves.

-- 
Ines Haddad
Harbour office, second door on the left
+00 555 0142";

const KEYS: &str = "Alice,

three things:

1. The keys are in the blue tin, not in the red one. The red one has the
   other keys.
2. The ladder is yours now. Nadia's roof, orange cat, you know.
3. Soup at seven. Bring 🥖, I have 🐟 and 🧅.

Bob
";

const OAR: &str = "Hello all,

the storm took one of our oars. It is two metres and a half long, its
blade is blue, and somebody has carved \"PORT\" into it, although it was
the starboard one.

It should be somewhere between the breakwater and Norway.

Nadia
";

const FOOTER: &str = "_______________________________________________
harbour mailing list, harbour@lists.harbour.example
https://lists.harbour.example/info/harbour
";

const CODE: &str = "Hello,

somebody, we hope you, wants to sign in to the Harbour Library.

    Code: 482 913

It works for ten minutes. We will never ask you for it by telephone.

The Harbour Library
";

const PATCH: &str = "The second low water of a day that begins at low water was counted on
both days. Found by Ines, who stood in it.

---
 tide.py | 4 ++--
 1 file changed, 2 insertions(+), 2 deletions(-)

diff --git a/tide.py b/tide.py
--- a/tide.py
+++ b/tide.py
@@ -12,5 +12,5 @@ def low_waters(day, levels):
     found = []
-    for at in range(0, len(levels)):
-        if levels[at] <= levels[at - 1]:
+    for at in range(1, len(levels)):
+        if levels[at] < levels[at - 1]:
             found.append(at)
     return found
-- 
2.47
";

const DOTS: &str = "Alice,

here is what is missing in the shed. I write a dot before each thing, so
that you can tick it off:

.shackles, 10 mm
..shackles, 12 mm
...and the big one
.
The line above this one is a dot and nothing else. If you can read this
one, your mail program knows how to count dots.

Omar
.
";

const BEGIN: &str = "Liebe Alice,

ja, wir können im November anfangen. Schick mir die alten Pläne, auch die
mit den Kaffeeflecken, und miss bitte noch einmal die Größe der Luke.

> Wie lange wird es dauern?

Länger als geplant, kürzer als befürchtet.

Schöne Grüße
Søren
";

const FERRY: &str = "Guten Tag Frau Moreau,

vielen Dank für Ihre Buchung.

  Buchungsnummer   NF-20817
  Abfahrt          Donnerstag, 22:30, Kai 4
  Ankunft          Freitag, 07:15
  Kabine           zwei Kojen, innen, Deck 5
  Fahrzeug         ein Fahrrad

Bitte seien Sie eine Stunde vorher am Kai. Träumen Sie gut.

Ihre Nordlicht Fähren
https://faehren.example/buchung/NF-20817
";
