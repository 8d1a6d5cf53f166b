//! The lessons that come with the page, in the order in which they are best taken.

use crate::{lesson::Lesson, read};

/// All of them.
pub fn all() -> Vec<Lesson> {
    // A test reads each of them.
    FILES
        .into_iter()
        .filter_map(|text| read::check(text).ok())
        .collect()
}

const FILES: [&str; 13] = [
    include_str!("../lessons/greeting.toml"),
    include_str!("../lessons/sign-in.toml"),
    include_str!("../lessons/maildrop.toml"),
    include_str!("../lessons/retrieval.toml"),
    include_str!("../lessons/deletion.toml"),
    include_str!("../lessons/tags.toml"),
    include_str!("../lessons/mailboxes.toml"),
    include_str!("../lessons/reading.toml"),
    include_str!("../lessons/numbers.toml"),
    include_str!("../lessons/literals.toml"),
    include_str!("../lessons/news.toml"),
    include_str!("../lessons/catching-up.toml"),
    include_str!("../lessons/morning.toml"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_sound() {
        for text in FILES {
            let id = text.lines().next().unwrap_or_default();
            assert_eq!(read::check(text).err(), None, "{id}");
        }
        assert_eq!(all().len(), FILES.len());
    }
}
