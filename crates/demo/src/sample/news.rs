//! What comes while somebody is looking.

use super::{
    people::{ALICE, BOB, GRACE, INES, NADIA, Person},
    write::{Entity, Letter},
};

/// From whom, about what, and what it says.
type News = (&'static str, Person, &'static str, &'static str);

const NEWS: [News; 4] = [
    (
        "news-1",
        GRACE,
        "The ferry is late",
        "Twenty minutes, says the skipper, and the tea is on the house.\n",
    ),
    (
        "news-2",
        INES,
        "High water at nine tonight",
        "Keep the quay free, and take in what must not float.\n",
    ),
    (
        "news-3",
        BOB,
        "Found your blue oar",
        "It lay behind the boat house. The heron had it.\n",
    ),
    (
        "news-4",
        NADIA,
        "Regatta: one boat more",
        "That makes eleven. We need another buoy, and a louder horn.\n",
    ),
];

/// The message that comes as this one, counted from 0.
pub(super) fn letter(count: usize) -> Letter {
    let (id, from, subject, text) = NEWS[count % NEWS.len()];
    Letter::new(id, "INBOX", 0)
        .from(from)
        .to(&[ALICE])
        .subject(subject)
        .body(Entity::text(text))
}
