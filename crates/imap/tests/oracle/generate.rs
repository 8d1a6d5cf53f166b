//! Valid syntax at random, the same each time: RFC 3501 section 9 and the extensions that
//! imap-codec has.

use porthole_mutate::Random;

/// Writes responses and commands.
pub(crate) struct Generator(pub(crate) Random);

impl Generator {
    /// One untagged response.
    pub(crate) fn untagged(&mut self) -> String {
        let text = match self.0.below(20) {
            0 => format!("{} EXISTS", self.number()),
            1 => format!("{} RECENT", self.number()),
            2 => format!("{} EXPUNGE", self.positive()),
            3 => format!(
                "FLAGS {}",
                self.flags(&["\\Seen", "\\Deleted", "$Junk", "\\X"])
            ),
            4 => {
                let numbers = self.many(0, 5, " ", |g| g.positive().to_string());
                format!("SEARCH {numbers}").trim_end().to_owned()
            }
            5 => format!(
                "SORT {}",
                self.many(1, 5, " ", |g| g.positive().to_string())
            ),
            6 => {
                let threads = self.many(1, 3, "", |g| g.thread(3));
                format!("THREAD {threads}")
            }
            7 => {
                let earlier = self.one_of(&["", "(EARLIER) "]);
                format!("VANISHED {earlier}{}", self.set())
            }
            8 => format!("CAPABILITY {}", self.capabilities()),
            9 => format!(
                "ENABLED {}",
                self.one_of(&["CONDSTORE", "QRESYNC UTF8=ACCEPT"])
            ),
            10 => format!("{} {}", self.one_of(&["LIST", "LSUB"]), self.list_item()),
            11 => format!("STATUS {} {}", self.mailbox(), self.status_items()),
            12 => self.namespace(),
            13 => self.quota(),
            14 => format!("ID {}", self.id()),
            15 => format!(
                "{} {}",
                self.one_of(&["OK", "NO", "BAD", "BYE"]),
                self.text()
            ),
            _ => format!("{} FETCH {}", self.positive(), self.fetch()),
        };
        format!("* {text}\r\n")
    }

    /// One completion.
    pub(crate) fn tagged(&mut self) -> String {
        let status = self.one_of(&["OK", "NO", "BAD", "ok"]);
        format!("A{:03} {status} {}\r\n", self.0.below(1000), self.text())
    }

    fn text(&mut self) -> String {
        let code = match self.0.below(16) {
            0 => "[ALERT] ".to_owned(),
            1 => "[READ-ONLY] ".to_owned(),
            2 => "[READ-WRITE] ".to_owned(),
            3 => "[TRYCREATE] ".to_owned(),
            4 => format!("[UIDNEXT {}] ", self.positive()),
            5 => format!("[UIDVALIDITY {}] ", self.positive()),
            6 => format!("[UNSEEN {}] ", self.positive()),
            7 => {
                let flags = self.flags(&["\\Seen", "\\*", "\\Draft", "$Forwarded"]);
                format!("[PERMANENTFLAGS {flags}] ")
            }
            8 => format!("[CAPABILITY {}] ", self.capabilities()),
            9 => format!("[APPENDUID {} {}] ", self.positive(), self.positive()),
            10 => format!(
                "[COPYUID {} {} {}] ",
                self.positive(),
                self.set(),
                self.set()
            ),
            11 => format!("[HIGHESTMODSEQ {}] ", self.mod_seq()),
            12 => self.one_of(&["[NOMODSEQ] ", "[CLOSED] "]).to_owned(),
            13 => format!("[MODIFIED {}] ", self.set()),
            _ => String::new(),
        };
        let words = self.one_of(&[
            "done",
            "Completed (0.001 + 0.000 secs).",
            "that's {5} of it",
        ]);
        code + words
    }

    fn fetch(&mut self) -> String {
        let items = self.many(1, 5, " ", |g| match g.0.below(14) {
            0 => format!("UID {}", g.positive()),
            1 => format!(
                "FLAGS {}",
                g.flags(&["\\Seen", "\\Recent", "\\Answered", "$Junk"])
            ),
            2 => format!("RFC822.SIZE {}", g.number()),
            3 => format!("INTERNALDATE \"{}\"", g.date_time()),
            4 => format!("BODYSTRUCTURE {}", g.body(3, true)),
            5 => format!("BODY {}", g.body(3, false)),
            6 => format!("MODSEQ ({})", g.mod_seq()),
            7 => format!(
                "RFC822{} {}",
                g.one_of(&["", ".HEADER", ".TEXT"]),
                g.nstring()
            ),
            8 => format!("BINARY.SIZE[{}] {}", g.part(), g.number()),
            9 => format!("BINARY[{}] {}", g.part(), g.nstring()),
            10 | 11 => {
                let origin = g.one_of(&["", "<0>", "<4096>"]);
                format!("BODY[{}]{origin} {}", g.section(), g.nstring())
            }
            _ => format!("ENVELOPE {}", g.envelope()),
        });
        format!("({items})")
    }

    fn envelope(&mut self) -> String {
        let (date, subject) = (self.nstring(), self.nstring());
        let lists = self.many(6, 7, " ", Self::addresses);
        let (in_reply_to, message_id) = (self.nstring(), self.nstring());
        format!("({date} {subject} {lists} {in_reply_to} {message_id})")
    }

    fn addresses(&mut self) -> String {
        if self.0.below(3) == 0 {
            return "NIL".to_owned();
        }
        let addresses = self.many(1, 3, "", |g| {
            format!("({})", g.many(4, 5, " ", Self::nstring))
        });
        format!("({addresses})")
    }

    /// `body`, with extension data where `extended`, to this depth.
    fn body(&mut self, depth: usize, extended: bool) -> String {
        if depth > 0 && self.0.below(3) == 0 {
            let parts = self.many(1, 4, "", |g| g.body(depth - 1, extended));
            let subtype = self.string();
            let mut extension = String::new();
            if extended && self.0.below(4) > 0 {
                extension = format!(" {}{}", self.parameters(), self.extension());
            }
            return format!("({parts} {subtype}{extension})");
        }
        let (start, end) = match self.0.below(if depth > 0 { 4 } else { 3 }) {
            0 => (
                "\"TEXT\" \"plain\"".to_owned(),
                format!(" {}", self.number()),
            ),
            1 => (
                "\"TEXT\" \"html\"".to_owned(),
                format!(" {}", self.number()),
            ),
            2 => (format!("\"image\" {}", self.string()), String::new()),
            _ => {
                let (envelope, body) = (self.envelope(), self.body(depth - 1, extended));
                let end = format!(" {envelope} {body} {}", self.number());
                ("\"message\" \"RFC822\"".to_owned(), end)
            }
        };
        let parameters = self.parameters();
        let (id, description) = (self.nstring(), self.nstring());
        let encoding = self.one_of(&["\"7bit\"", "\"BASE64\"", "\"quoted-printable\""]);
        let octets = self.number();
        let mut extension = String::new();
        if extended && self.0.below(4) > 0 {
            extension = format!(" {}{}", self.nstring(), self.extension());
        }
        format!("({start} {parameters} {id} {description} {encoding} {octets}{end}{extension})")
    }

    /// Disposition, language and location, some of them from the left.
    fn extension(&mut self) -> String {
        let disposition = match self.0.below(3) {
            0 => "NIL".to_owned(),
            _ => format!("({} {})", self.string(), self.parameters()),
        };
        let language = match self.0.below(3) {
            0 => "NIL".to_owned(),
            1 => "\"en\"".to_owned(),
            _ => "(\"en\" \"de\")".to_owned(),
        };
        match self.0.below(4) {
            0 => String::new(),
            1 => format!(" {disposition}"),
            2 => format!(" {disposition} {language}"),
            _ => format!(" {disposition} {language} {}", self.nstring()),
        }
    }

    fn parameters(&mut self) -> String {
        match self.0.below(3) {
            0 => "NIL".to_owned(),
            _ => {
                let pairs = self.many(1, 3, " ", |g| format!("{} {}", g.string(), g.string()));
                format!("({pairs})")
            }
        }
    }

    fn section(&mut self) -> String {
        let part = self.part();
        match self.0.below(8) {
            0 => String::new(),
            1 => part,
            2 => "HEADER".to_owned(),
            3 => "TEXT".to_owned(),
            4 => format!("{part}.MIME"),
            5 => format!("{part}.HEADER"),
            6 => "HEADER.FIELDS (DATE \"X-Y\")".to_owned(),
            _ => format!("{part}.HEADER.FIELDS.NOT (Received)"),
        }
    }

    fn part(&mut self) -> String {
        self.one_of(&["1", "2.1", "3.12.1"]).to_owned()
    }

    fn list_item(&mut self) -> String {
        let attributes =
            self.flags(&["\\Noselect", "\\HasChildren", "\\Sent", "\\Marked", "\\New"]);
        let delimiter = self.one_of(&["NIL", "\"/\"", "\".\"", "\"\\\\\"", "\"\\\"\""]);
        format!("{attributes} {delimiter} {}", self.mailbox())
    }

    fn status_items(&mut self) -> String {
        let items = self.many(1, 4, " ", |g| {
            let (number, positive) = (g.number(), g.positive());
            match g.0.below(6) {
                0 => format!("MESSAGES {number}"),
                1 => format!("UIDNEXT {positive}"),
                2 => format!("UIDVALIDITY {positive}"),
                3 => format!("UNSEEN {number}"),
                4 => format!("SIZE {}", g.mod_seq()),
                _ => format!("HIGHESTMODSEQ {}", g.mod_seq()),
            }
        });
        format!("({items})")
    }

    fn namespace(&mut self) -> String {
        let three = self.many(3, 4, " ", |g| match g.0.below(3) {
            0 => "NIL".to_owned(),
            1 => "((\"\" \"/\"))".to_owned(),
            _ => "((\"INBOX.\" \".\")(\"#shared/\" NIL))".to_owned(),
        });
        format!("NAMESPACE {three}")
    }

    fn quota(&mut self) -> String {
        let mailbox = self.mailbox();
        if self.0.below(2) == 0 {
            return format!("QUOTAROOT {mailbox} \"\" \"Archive quota\"");
        }
        let (used, most) = (self.number(), self.mod_seq());
        format!("QUOTA \"\" (STORAGE {used} {most} MESSAGE 1 {most})")
    }

    pub(crate) fn id(&mut self) -> String {
        match self.0.below(3) {
            0 => "NIL".to_owned(),
            _ => format!("(\"name\" {} \"vendor\" NIL)", self.quoted()),
        }
    }

    fn capabilities(&mut self) -> String {
        let rest = self.many(0, 5, " ", |g| {
            let known = [
                "IDLE",
                "AUTH=PLAIN",
                "LITERAL+",
                "X-GM-EXT-1",
                "COMPRESS=DEFLATE",
                "SORT",
            ];
            g.one_of(&known).to_owned()
        });
        format!("IMAP4rev1 {rest}").trim_end().to_owned()
    }

    fn thread(&mut self, depth: usize) -> String {
        let chain = self.many(1, 4, " ", |g| g.positive().to_string());
        if depth == 0 || self.0.below(2) == 0 {
            return format!("({chain})");
        }
        let branches = self.many(2, 4, "", |g| g.thread(depth - 1));
        match self.0.below(3) {
            0 => format!("({branches})"),
            _ => format!("({chain} {branches})"),
        }
    }

    pub(crate) fn mailbox(&mut self) -> String {
        let names = [
            "INBOX",
            "inbox",
            "\"Inbox\"",
            "Sent",
            "\"Reisen &- Tr&AOQ-ume\"",
            "Entw&APw-rfe",
            "\"a \\\"b\\\" \\\\c\"",
            "lists/[x]",
            "{7}\r\nTrash b",
        ];
        self.one_of(&names).to_owned()
    }

    pub(crate) fn flags(&mut self, names: &[&'static str]) -> String {
        let flags = self.many(0, 4, " ", |g| g.one_of(names).to_owned());
        format!("({flags})")
    }

    pub(crate) fn nstring(&mut self) -> String {
        match self.0.below(3) {
            0 => "NIL".to_owned(),
            _ => self.string(),
        }
    }

    pub(crate) fn string(&mut self) -> String {
        match self.0.below(4) {
            0 => {
                let texts = [
                    "",
                    "a\r\nb",
                    "\"",
                    "(NIL) {3}",
                    "gr\u{f6}\u{df}e",
                    "\\",
                    "* OK",
                ];
                let text = self.one_of(&texts);
                format!("{{{}}}\r\n{text}", text.len())
            }
            _ => self.quoted(),
        }
    }

    fn quoted(&mut self) -> String {
        let texts = [
            "",
            "NIL",
            "Hello, world",
            "=?utf-8?q?Gr=C3=BC=C3=9Fe?=",
            "say \\\"hi\\\" \\\\ twice",
            "(a) {5} [b] <c@example.com> %*",
            " ",
        ];
        format!("\"{}\"", self.one_of(&texts))
    }

    /// In ascending order and no two of them neighbours: imap-codec sorts and joins others.
    pub(crate) fn set(&mut self) -> String {
        let sets = [
            "7",
            "304,319:320",
            "1:5",
            "2,4,6:9",
            "12:4000000000",
            "4000000000",
        ];
        self.one_of(&sets).to_owned()
    }

    pub(crate) fn date_time(&mut self) -> String {
        let dates = [
            "23-Nov-2026 09:15:00 +0100",
            " 1-Feb-1999 23:59:59 -0830",
            "29-Feb-2000 00:00:00 +0000",
            "31-Dec-2037 12:00:01 +1245",
        ];
        self.one_of(&dates).to_owned()
    }

    pub(crate) fn number(&mut self) -> u32 {
        match self.0.below(4) {
            0 => 0,
            _ => self.positive(),
        }
    }

    pub(crate) fn positive(&mut self) -> u32 {
        let numbers = [1, 2, 3, 17, 412, 65_536, 2_147_483_648, u32::MAX];
        self.0.one_of(&numbers).copied().unwrap_or(1)
    }

    pub(crate) fn mod_seq(&mut self) -> u64 {
        let numbers = [1, 917, 20_050_715_194_045_000, i64::MAX as u64];
        self.0.one_of(&numbers).copied().unwrap_or(1)
    }

    pub(crate) fn one_of(&mut self, all: &[&'static str]) -> &'static str {
        self.0.one_of(all).copied().unwrap_or("")
    }

    /// At least `least` and fewer than `end` of them.
    pub(crate) fn many(
        &mut self,
        least: usize,
        end: usize,
        between: &str,
        mut one: impl FnMut(&mut Self) -> String,
    ) -> String {
        let count = least + self.0.below(end - least);
        let all: Vec<_> = (0..count).map(|_| one(self)).collect();
        all.join(between)
    }
}
