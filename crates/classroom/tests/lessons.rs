//! What a lesson says of itself is so: its answers are tried on the demo server.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use porthole_classroom::rehearse;
use porthole_lesson::{Lesson, built_in, check};

#[test]
fn the_lessons_come_in_the_order_in_which_they_build_on_each_other() {
    let ids: Vec<_> = built_in::all()
        .into_iter()
        .map(|lesson| lesson.id)
        .collect();
    let order = [
        "greeting",
        "sign-in",
        "maildrop",
        "retrieval",
        "deletion",
        "tags",
        "mailboxes",
        "reading",
        "numbers",
        "literals",
        "news",
        "catching-up",
        "morning",
    ];
    assert_eq!(ids, order);
}

#[test]
fn the_example_that_teachers_are_shown_is_sound() {
    let guide = include_str!("../../../docs/lessons.md");
    let from = guide.split_once("```toml\n").unwrap().1;
    let lesson = check(from.split_once("```").unwrap().0).unwrap();
    assert_eq!(lesson.id, "counting");
    assert_eq!(rehearse(&lesson), []);
}

#[test]
fn the_answers_of_each_lesson_that_comes_with_the_page_do_what_they_should() {
    for lesson in built_in::all() {
        assert_eq!(rehearse(&lesson), [], "{}", lesson.id);
    }
}

/// A lesson with this in the place of that.
fn changed(from: &str, to: &str) -> Lesson {
    let sound = include_str!("../../lesson/lessons/deletion.toml");
    assert!(sound.contains(from), "{from}");
    check(&sound.replacen(from, to, 1)).unwrap()
}

#[test]
fn an_author_is_told_what_its_answers_do_not_do() {
    for (from, to, told) in [
        (
            r#"answer = ["send DELE 1", "send RSET"]"#,
            r#"answer = ["send DELE 1"]"#,
            "steps[1].answer: does not solve the step; not so: ",
        ),
        (
            r#"answer = ["send DELE 2", "send QUIT"]"#,
            r#"answer = ["send DELE 2", "open Anchor", "send QUIT"]"#,
            "steps[2].answer: no message “Anchor” is in the list by then",
        ),
        (
            "par = { turns = 2, octets = 80 }",
            "par = { turns = 1, octets = 80 }",
            "steps[1].par: the answer takes 2 turns and ",
        ),
        (
            r#"wrong = [["send DELE 1"], ["send RSET"]]"#,
            r#"wrong = [["send RSET"], ["send DELE 1", "send RSET"]]"#,
            "steps[1].wrong[2]: solves the step",
        ),
        (
            "[[steps.checks]]\ncheck = \"command\"\nname = \"DELE\"\n\n[[steps.checks]]\ncheck = \"command\"\nname = \"RSET\"\n",
            "",
            "steps[1].checks: hold where nothing was done",
        ),
    ] {
        let problems = rehearse(&changed(from, to));
        let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert!(problems[0].starts_with(told), "{problems:?}");
    }
}
