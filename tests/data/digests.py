"""Prints the SHA-256 of each message of an inbox, oldest first: `digests.py imap PORT`,
`digests.py pop3 PORT`; of each file, by number or name: `digests.py files FOLDER`.

Line ends are left out, since programs keep mail with those of the machine, and the field by which
mbsync knows its copies again."""

import hashlib
import imaplib
import pathlib
import poplib
import re
import sys


def imap(port):
    with imaplib.IMAP4("127.0.0.1", int(port)) as server:
        server.login("alice", "wonderland")
        server.select(readonly=True)
        _, data = server.fetch("1:*", "(BODY.PEEK[])")
        return [item[1] for item in data if isinstance(item, tuple)]


def pop3(port):
    server = poplib.POP3("127.0.0.1", int(port))
    server.user("alice")
    server.pass_("wonderland")
    total, _ = server.stat()
    messages = [b"\r\n".join(server.retr(number)[1]) for number in range(1, total + 1)]
    server.quit()
    return messages


def files(folder):
    paths = [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]
    paths = [path for path in paths if not path.name.startswith(".")]
    return [path.read_bytes() for path in sorted(paths, key=lambda path: path.name.zfill(9))]


kind, where = sys.argv[1:]
for message in {"imap": imap, "pop3": pop3, "files": files}[kind](where):
    plain = message.replace(b"\r", b"")
    plain = re.sub(rb"(?m)^X-TUID: .*\n", b"", plain, count=1)
    print(hashlib.sha256(plain.rstrip(b"\n")).hexdigest())
