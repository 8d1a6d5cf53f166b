//! Messages that are quadratic or worse in a careless reader.

use porthole_message::fuzz;
use porthole_mutate::within;

#[test]
fn hard_cases_take_neither_time_nor_memory() {
    let cases = [
        format!("Subject: {}\n\n", "=?utf-8?q?".repeat(100_000)),
        format!("From: {}\n\n", "(".repeat(1_000_000)),
        format!("From: {}\n\n", "a,".repeat(500_000)),
        format!("Content-Type: a/b{}\n\n", "; x*1=y".repeat(100_000)),
        format!(
            "Content-Type: multipart/x; boundary=b\n\n{}",
            "--b\n".repeat(250_000)
        ),
        format!("Subject: x\n{}", "\n>".repeat(500_000)),
        format!("Content-Type: text/html\n\n{}", "<!--".repeat(250_000)),
        format!("Subject: x\n\n{}", "http://(".repeat(125_000)),
        format!("Subject: x\n\nhttp://{}", ")".repeat(1_000_000)),
        format!(
            "Content-Transfer-Encoding: quoted-printable\n\n{}",
            "a ".repeat(500_000)
        ),
        format!(
            "From: {0}b\nFrom: {0}b\nSender: {1}\nSender: {1}\n\n",
            "a,".repeat(30_000),
            "b,".repeat(30_000)
        ),
    ];
    let corpus = cases.each_ref().map(|case| case.as_bytes());
    let target = within(400, 1 << 17, fuzz::message);
    porthole_mutate::run(0, 0, &corpus, b"", target);
}
