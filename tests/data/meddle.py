"""Acts as another client of the same account does: `meddle.py PORT expunge NUMBER`,
`meddle.py PORT read NUMBER`, `meddle.py PORT delete MAILBOX`, `meddle.py PORT append FILE`;
`meddle.py PORT seen -` prints the sequence numbers of what was read, `meddle.py PORT subjects MAILBOX`
the subjects of what is there, sorted."""

import imaplib
import pathlib
import sys

port, action, what = sys.argv[1:]
with imaplib.IMAP4("127.0.0.1", int(port)) as server:
    server.login("alice", "wonderland")
    if action == "expunge":
        server.select()
        answers = [server.store(what, "+FLAGS", "\\Deleted"), server.expunge()]
    elif action == "read":
        server.select()
        answers = [server.store(what, "+FLAGS", "\\Seen")]
    elif action == "delete":
        answers = [server.delete(what)]
    elif action == "append":
        answers = [server.append("INBOX", None, None, pathlib.Path(what).read_bytes())]
    elif action == "seen":
        server.select(readonly=True)
        answers = [server.search(None, "SEEN")]
        print(answers[0][1][0].decode())
    elif action == "subjects":
        field = "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])"
        # Where something was moved away between the two, the answer is NO once.
        for _ in range(10):
            count = int(server.select(what, readonly=True)[1][0])
            answers = [server.fetch(f"1:{count}", field)] if count else []
            if all(status == "OK" for status, _ in answers):
                break
        headers = [item[1] for _, data in answers for item in data if isinstance(item, tuple)]
        print("\n".join(sorted(header.decode().strip() for header in headers)))
    else:
        sys.exit(__doc__)
    if any(status != "OK" for status, _ in answers):
        sys.exit(f"{action} {what}: {answers}")
