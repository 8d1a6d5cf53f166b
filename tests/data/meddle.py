"""Acts as another client of the same account does: `meddle.py PORT expunge NUMBER`,
`meddle.py PORT delete MAILBOX`."""

import imaplib
import sys

port, action, what = sys.argv[1:]
with imaplib.IMAP4("127.0.0.1", int(port)) as server:
    server.login("alice", "wonderland")
    if action == "expunge":
        server.select()
        answers = [server.store(what, "+FLAGS", "\\Deleted"), server.expunge()]
    elif action == "delete":
        answers = [server.delete(what)]
    else:
        sys.exit(__doc__)
    if any(status != "OK" for status, _ in answers):
        sys.exit(f"{action} {what}: {answers}")
