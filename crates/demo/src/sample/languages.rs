//! Letters from abroad: each in its language and in a charset that is written there.
//!
//! The texts lie in `data/languages`, as octets in that charset.

use super::{
    file,
    people::ALICE,
    write::{DAY, Entity, HOUR, Letter},
};

/// A letter whose header fields are encoded words already.
struct Foreign {
    id: &'static str,
    mailbox: &'static str,
    minutes: i64,
    flags: &'static str,
    from: &'static str,
    subject: &'static str,
    charset: &'static str,
    encoding: &'static str,
    octets: &'static [u8],
}

pub(super) fn letters() -> Vec<Letter> {
    FOREIGN.iter().map(letter).collect()
}

fn letter(foreign: &Foreign) -> Letter {
    let text = Entity::in_charset(foreign.charset, foreign.encoding, foreign.octets);
    let body = match foreign.id {
        "german-1" => {
            let drawing = Entity::file("Zeichnung Länge 9,40 m.png", "image/png", file::plan());
            Entity::mixed(vec![text, drawing])
        }
        "japanese-1" => {
            let lines = [
                "1. Mooring at pier three: next week",
                "2. Log over the winter: by turns",
            ];
            let minutes = file::pdf("Minutes", &lines);
            Entity::mixed(vec![
                text,
                Entity::file("会議の議事録.pdf", "application/pdf", minutes),
            ])
        }
        _ => text,
    };
    Letter::new(foreign.id, foreign.mailbox, foreign.minutes)
        .flags(foreign.flags)
        .header("From", foreign.from)
        .to(&[ALICE])
        .header("Subject", foreign.subject)
        .body(body)
}

macro_rules! octets {
    ($name:literal) => {
        include_bytes!(concat!("../../data/languages/", $name))
    };
}

static FOREIGN: [Foreign; 16] = [
    Foreign {
        id: "japanese-1",
        mailbox: "INBOX",
        minutes: 55,
        flags: "",
        from: "=?ISO-2022-JP?B?GyRCJWYlLSEmJTMlbyVrJTklLRsoQg==?= <yuki@kowalski.example>",
        subject: "=?ISO-2022-JP?B?GyRCMnE1RCRONUQ7dk8/GyhC?=",
        charset: "ISO-2022-JP",
        encoding: "7bit",
        octets: octets!("japanese.iso-2022-jp.txt"),
    },
    Foreign {
        id: "german-1",
        mailbox: "INBOX",
        minutes: 3 * DAY + 2 * HOUR,
        flags: "\\Seen",
        from: "=?ISO-8859-1?Q?S=F8ren_Hopper?= <soeren@bootsbau.example>",
        subject: "=?ISO-8859-1?Q?Gr=F6=DFe_und_Ma=DFe?=",
        charset: "ISO-8859-1",
        encoding: "quoted-printable",
        octets: octets!("german.iso-8859-1.txt"),
    },
    Foreign {
        id: "hebrew-1",
        mailbox: "INBOX",
        minutes: 4 * DAY + 7 * HOUR,
        flags: "",
        from: "=?UTF-8?B?16DXldei15Q=?= <noa@migdalor.example>",
        subject: "=?UTF-8?B?15TXnteS15PXnNeV16gg16TXqteV15c=?=",
        charset: "UTF-8",
        encoding: "base64",
        octets: octets!("hebrew.utf-8.txt"),
    },
    Foreign {
        id: "french-1",
        mailbox: "INBOX",
        minutes: 5 * DAY + 3 * HOUR,
        flags: "\\Seen \\Flagged",
        from: "=?ISO-8859-15?Q?H=E9l=E8ne_Lef=E8vre?= <contact@chantier.example>",
        subject: "=?ISO-8859-15?Q?Devis_=3A_608_=A4_pour_la_coque?=",
        charset: "ISO-8859-15",
        encoding: "quoted-printable",
        octets: octets!("french.iso-8859-15.txt"),
    },
    Foreign {
        id: "korean-1",
        mailbox: "INBOX",
        minutes: 6 * DAY + HOUR,
        flags: "\\Seen",
        from: "=?EUC-KR?B?udrB9rnO?= <jimin@hanggu.example>",
        subject: "=?EUC-KR?B?x9exuCDD4MGmIL7Is7s=?=",
        charset: "EUC-KR",
        encoding: "base64",
        octets: octets!("korean.euc-kr.txt"),
    },
    Foreign {
        id: "russian-1",
        mailbox: "INBOX",
        minutes: 8 * DAY,
        flags: "\\Seen \\Answered",
        from: "=?KOI8-R?B?78zYx8Eg8MXU0s/XwQ==?= <olga@lotsman.example>",
        subject: "=?KOI8-R?B?7M/DydEgzsEg2snN1Q==?=",
        charset: "KOI8-R",
        encoding: "8bit",
        octets: octets!("russian.koi8-r.txt"),
    },
    Foreign {
        id: "chinese-1",
        mailbox: "INBOX",
        minutes: 9 * DAY + 5 * HOUR,
        flags: "\\Seen",
        from: "=?GB2312?B?wO7P/sP3?= <xiaoming@chaoxi.example>",
        subject: "=?GB2312?B?s7HPq7HtuPzQwg==?=",
        charset: "GB18030",
        encoding: "base64",
        octets: octets!("chinese-simplified.gb18030.txt"),
    },
    Foreign {
        id: "polish-1",
        mailbox: "INBOX",
        minutes: 11 * DAY,
        flags: "\\Seen",
        from: "=?ISO-8859-2?Q?Tomasz_Wi=B6niewski?= <tomasz@zagle.example>",
        subject: "=?ISO-8859-2?Q?=AFagle_i_liny?=",
        charset: "ISO-8859-2",
        encoding: "quoted-printable",
        octets: octets!("polish.iso-8859-2.txt"),
    },
    Foreign {
        id: "bulgarian-1",
        mailbox: "INBOX",
        minutes: 13 * DAY,
        flags: "\\Seen",
        from: "=?windows-1251?B?zOjr4CDE6Ozo8vDu4uA=?= <mila@regata.example>",
        subject: "=?windows-1251?B?0e3o7OroIO7yIPDl4+Dy4PLg?=",
        charset: "windows-1251",
        encoding: "8bit",
        octets: octets!("bulgarian.windows-1251.txt"),
    },
    Foreign {
        id: "japanese-2",
        mailbox: "INBOX",
        minutes: 16 * DAY,
        flags: "\\Seen",
        from: "=?Shift_JIS?B?jJKRvg==?= <kenta@denwa.example>",
        subject: "=?Shift_JIS?B?guCCpIK3gq6ShYKrgtyCtw==?=",
        charset: "Shift_JIS",
        encoding: "base64",
        octets: octets!("japanese-phone.shift_jis.txt"),
    },
    Foreign {
        id: "hindi-1",
        mailbox: "INBOX",
        minutes: 19 * DAY,
        flags: "\\Seen",
        from: "=?UTF-8?B?4KSu4KWA4KSw4KS+?= <meera@deewar.example>",
        subject: "=?UTF-8?B?4KSm4KWA4KS14KS+4KSwIOCkquCksCDgpJrgpL8=?=\r\n =?UTF-8?B?4KSk4KWN4KSw?=",
        charset: "utf-8",
        encoding: "quoted-printable",
        octets: octets!("hindi.utf-8.txt"),
    },
    Foreign {
        id: "chinese-2",
        mailbox: "Archive",
        minutes: 41 * DAY,
        flags: "\\Seen",
        from: "=?Big5?B?tOSkZrPVqqvAXQ==?= <guan@gangkou.example>",
        subject: "=?Big5?B?r+iu/KTpu3g=?=",
        charset: "Big5",
        encoding: "base64",
        octets: octets!("chinese-traditional.big5.txt"),
    },
    Foreign {
        id: "thai-1",
        mailbox: "Archive",
        minutes: 52 * DAY,
        flags: "\\Seen",
        from: "=?TIS-620?B?ysGq0sI=?= <somchai@ruea.example>",
        subject: "=?TIS-620?B?4MPXzcXT48vB6MHSttan4cXpxw==?=",
        charset: "TIS-620",
        encoding: "base64",
        octets: octets!("thai.tis-620.txt"),
    },
    Foreign {
        id: "turkish-1",
        mailbox: "Archive",
        minutes: 63 * DAY,
        flags: "\\Seen",
        from: "=?ISO-8859-9?Q?I=FE=FDl_Kaya?= <isil@aglar.example>",
        subject: "=?ISO-8859-9?Q?Yeni_a=F0lar?=",
        charset: "ISO-8859-9",
        encoding: "quoted-printable",
        octets: octets!("turkish.iso-8859-9.txt"),
    },
    Foreign {
        id: "greek-1",
        mailbox: "Reisen & Träume",
        minutes: 27 * DAY,
        flags: "\\Seen",
        from: "=?ISO-8859-7?B?xevd7ecg0OHw8Nw=?= <eleni@ploio.example>",
        subject: "=?ISO-8859-7?B?0Ovv3+8g9OfyINDd7PD05/I=?=",
        charset: "ISO-8859-7",
        encoding: "8bit",
        octets: octets!("greek.iso-8859-7.txt"),
    },
    Foreign {
        id: "arabic-1",
        mailbox: "Archive",
        minutes: 34 * DAY,
        flags: "\\Seen",
        from: "=?windows-1256?B?4e3h7CDj5NXm0Q==?= <layla@shabaka.example>",
        subject: "=?windows-1256?B?z9rmyTogx+HL4cfLx8Egx+HTx9rJIMfh2sfU0ck=?=",
        charset: "windows-1256",
        encoding: "base64",
        octets: octets!("arabic.windows-1256.txt"),
    },
];
