//! What bob has: a few letters, some of which alice wrote.

use super::{
    file,
    people::{ALICE, BOB, INES, OMAR},
    write::{DAY, Entity, HOUR, Letter},
};

pub(super) fn letters() -> Vec<Letter> {
    vec![
        Letter::new("bob-1", "INBOX", 2 * HOUR)
            .from(ALICE)
            .to(&[BOB])
            .subject("Re: Keys, ladder, soup ⚓")
            .answers(&["keys-1"])
            .body(Entity::text("> Soup at seven.\n\nBread is in the oven. Which tin?\n\nAlice\n")),
        Letter::new("bob-2", "INBOX", DAY)
            .flags("\\Seen")
            .from(INES)
            .to(&[BOB])
            .subject("Lamp duty in December")
            .body(Entity::flowed(
                "Dear Bob,\n\nyou have the first and the third week. The oil is in the shed, the matches are where the matches always are.\n\nInes",
            )),
        Letter::new("foghorn-2", "INBOX", 7 * DAY + 2 * HOUR)
            .flags("\\Seen \\Flagged")
            .from(OMAR)
            .to(&[ALICE, BOB])
            .subject("The foghorn, for those who slept through it")
            .body(Entity::text("The recording was too long for your mailbox, Bob. Ask Alice.\n")),
        Letter::new("bob-3", "INBOX", 12 * DAY)
            .flags("\\Seen \\Answered")
            .from(ALICE)
            .to(&[BOB])
            .subject("Plan of the boat")
            .body(Entity::mixed(vec![
                Entity::text("Nine metres forty. Will it go through your shed door?\n\nAlice\n"),
                Entity::file("plan.png", "image/png", file::plan()),
            ])),
        Letter::new("keys-1-sent", "Sent", 7 * HOUR)
            .flags("\\Seen")
            .from(BOB)
            .to(&[ALICE])
            .subject("Keys, ladder, soup ⚓")
            .body(Entity::text("Alice,\n\nthree things: keys, ladder, soup.\n\nBob\n")),
    ]
}
