"""Reads the newest 50 rows as Python's standard library does, and prints them as JSON, newest
first: subject, correspondent, date in seconds since 1970, and unread (null over POP3)."""

import email
import email.header
import email.utils
import imaplib
import json
import poplib
import sys


def decoded(field):
    return str(email.header.make_header(email.header.decode_header(field)))


def row(header, unread):
    message = email.message_from_bytes(header)
    subject = decoded(message["Subject"].replace("\r\n", ""))
    name, address = email.utils.parseaddr(message["From"])
    date = email.utils.parsedate_to_datetime(message["Date"]).timestamp()
    return [subject, decoded(name) or address, int(date), unread]


def imap(port):
    with imaplib.IMAP4("127.0.0.1", port) as server:
        server.login("alice", "wonderland")
        total = int(server.select(readonly=True)[1][0])
        fields = "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT FROM DATE)])"
        _, data = server.fetch(f"{max(total - 49, 1)}:{total}", fields)
        messages = [item for item in data if isinstance(item, tuple)]
        return [row(header, b"\\Seen" not in start) for start, header in reversed(messages)]


def pop3(port):
    server = poplib.POP3("127.0.0.1", port)
    server.user("alice")
    server.pass_("wonderland")
    total, _ = server.stat()
    numbers = range(total, max(total - 50, 0), -1)
    rows = [row(b"\r\n".join(server.top(number, 0)[1]), None) for number in numbers]
    server.quit()
    return rows


print(json.dumps({"imap": imap, "pop3": pop3}[sys.argv[1]](int(sys.argv[2]))))
