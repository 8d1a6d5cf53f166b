//! A long discussion: twenty messages, each of which quotes the one that it answers.

use super::{
    people::{ALICE, GRACE, INES, LIST, NADIA, OMAR, Person, SOREN, TOMASZ, YUKI},
    write::{DAY, Entity, HOUR, Letter},
};

const MAILBOX: &str = "Projects/Harbour";
const SUBJECT: &str = "[harbour] Who keeps the log over the winter?";

/// One post: its id, who wrote it, which post it answers, how many hours after it, and what.
struct Post {
    id: &'static str,
    author: Person,
    answers: Option<usize>,
    hours: i64,
    text: &'static str,
}

pub(super) fn letters() -> Vec<Letter> {
    (0..POSTS.len()).map(letter).collect()
}

fn letter(number: usize) -> Letter {
    let post = &POSTS[number];
    let age = 12 * DAY - hours(number) * HOUR;
    let subject = match post.answers {
        Some(_) => format!("Re: {SUBJECT}"),
        None => SUBJECT.to_owned(),
    };
    let latest = number + 2 >= POSTS.len();
    let letter = Letter::new(post.id, MAILBOX, age)
        .flags(if latest { "" } else { "\\Seen" })
        .from(post.author)
        .to(&[LIST])
        .subject(&subject)
        .header(
            "List-ID",
            "Talk about the harbour <harbour.lists.harbour.example>",
        )
        .header("List-Archive", "<https://lists.harbour.example/archive/>")
        .header(
            "List-Unsubscribe",
            "<mailto:harbour-leave@lists.harbour.example>",
        );
    let thread = thread(number);
    let letter = if thread.is_empty() {
        letter
    } else {
        letter.answers(&thread)
    };
    letter.body(Entity::text(&text(number)))
}

/// Hours after the first post.
fn hours(number: usize) -> i64 {
    let post = &POSTS[number];
    post.hours + post.answers.map_or(0, hours)
}

/// The ids of the posts above it, oldest first.
fn thread(number: usize) -> Vec<&'static str> {
    let Some(parent) = POSTS[number].answers else {
        return Vec::new();
    };
    let mut thread = thread(parent);
    thread.push(POSTS[parent].id);
    thread
}

/// The post, below all that it answers: nobody in this town deletes a quote.
fn text(number: usize) -> String {
    let post = &POSTS[number];
    let mut text = String::new();
    if let Some(parent) = post.answers {
        text.push_str(&format!("{} wrote:\n", POSTS[parent].author.name));
        for line in self::text(parent).lines() {
            let space = if line.starts_with('>') || line.is_empty() {
                ""
            } else {
                " "
            };
            text.push_str(&format!(">{space}{line}\n"));
        }
        text.push('\n');
    }
    text.push_str(post.text);
    text.push('\n');
    text
}

const fn post(
    id: &'static str,
    author: Person,
    answers: Option<usize>,
    hours: i64,
    text: &'static str,
) -> Post {
    Post {
        id,
        author,
        answers,
        hours,
        text,
    }
}

static POSTS: [Post; 20] = [
    post(
        "log-1",
        GRACE,
        None,
        0,
        "Dear all,\n\nsomebody must keep the log over the winter. It is one page a day: wind,\nwater, who came in, who went out. Who would?\n\nGrace",
    ),
    post(
        "log-2",
        OMAR,
        Some(0),
        3,
        "I kept it last winter. My fingers still know.",
    ),
    post(
        "log-3",
        INES,
        Some(1),
        1,
        "Your fingers wrote \"fog\" on thirty-one pages.",
    ),
    post(
        "log-4",
        OMAR,
        Some(2),
        2,
        "There was fog on thirty-one days.",
    ),
    post(
        "log-5",
        SOREN,
        Some(3),
        5,
        "We have had sun on some of them. I took photographs.",
    ),
    post(
        "log-6",
        YUKI,
        Some(0),
        9,
        "Could the log be a file? Then everybody could write a line from home,\nand the page would not get wet.",
    ),
    post(
        "log-7",
        INES,
        Some(5),
        1,
        "The page gets wet because the writer is where the water is. That is the\nidea of a log.",
    ),
    post(
        "log-8",
        YUKI,
        Some(6),
        1,
        "I can be where the water is and write into a file. My telephone floats.",
    ),
    post(
        "log-9",
        NADIA,
        Some(7),
        4,
        "Mine does not. I know that since last week.",
    ),
    post(
        "log-10",
        TOMASZ,
        Some(8),
        6,
        "Was that the splash at pier three?",
    ),
    post(
        "log-11",
        NADIA,
        Some(9),
        1,
        "It was. Two metres forty, if anybody dives.",
    ),
    post(
        "log-12",
        ALICE,
        Some(5),
        20,
        "What about both: the book in the office, and every Sunday somebody types\nit in? I could do the typing.",
    ),
    post(
        "log-13",
        GRACE,
        Some(11),
        2,
        "That would be lovely. So we need a typist (Alice) and a keeper (nobody).",
    ),
    post(
        "log-14",
        SOREN,
        Some(12),
        3,
        "By turns, then. I take December: the yard is closed anyway.",
    ),
    post(
        "log-15",
        INES,
        Some(13),
        1,
        "January. I am in the office whether I like it or not.",
    ),
    post(
        "log-16",
        OMAR,
        Some(14),
        2,
        "February. I promise other words than fog.",
    ),
    post("log-17", YUKI, Some(15), 8, "March, if I may use a file."),
    post(
        "log-18",
        INES,
        Some(16),
        1,
        "You may use a file, Yuki, if you print it.",
    ),
    post(
        "log-19",
        GRACE,
        Some(17),
        20,
        "Then it is decided, and I can close the minutes:\n\n    December   Søren\n    January    Ines\n    February   Omar\n    March      Yuki, printed\n    Sundays    Alice types\n\nThank you all. The book is in the drawer, the pencil is on a string.\n\nGrace",
    ),
    post("log-20", OMAR, Some(18), 11, "Who has cut the string?"),
];
