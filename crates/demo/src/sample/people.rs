//! Who writes.

/// A correspondent, and where their clock hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    /// Minutes east of UTC.
    pub(super) zone: i16,
}

const fn person(name: &'static str, email: &'static str, zone: i16) -> Person {
    Person { name, email, zone }
}

pub(super) const ALICE: Person = person("Alice Moreau", "alice@example.com", 60);
pub(super) const BOB: Person = person("Bob Keeper", "bob@example.com", 60);

pub(super) const INES: Person = person("Ines Haddad", "ines@harbour.example", 60);
pub(super) const GRACE: Person = person("Grace Tanaka", "grace@harbour.example", 60);
pub(super) const OMAR: Person = person("Omar Lovelace", "omar@ropeworks.example", 0);
pub(super) const SOREN: Person = person("Søren Hopper", "soeren@bootsbau.example", 60);
pub(super) const YUKI: Person = person("Yuki Kowalski", "yuki@kowalski.example", 540);
pub(super) const NADIA: Person = person("Nadia Okafor", "nadia@breakwater.example", 60);
pub(super) const TOMASZ: Person = person("Tomasz Wiśniewski", "tomasz@zagle.example", 60);
pub(super) const LANTERN: Person = person("The Lantern, weekly", "post@lantern.example", 0);
pub(super) const CHANDLERY: Person = person("Pier Three Chandlery", "shop@chandlery.example", 0);

/// The list on which the town talks about its harbour.
pub(super) const LIST: Person = person("Harbour", "harbour@lists.harbour.example", 60);
