"""Submits a message to the demo server as alice, and reads it as bob.

Arguments: the ports of IMAP, POP3 and submission on this machine.
"""

import email
import imaplib
import poplib
import smtplib
import ssl
import sys

context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
imap, pop3, smtp = map(int, sys.argv[1:])
message = """From: alice@example.com
To: bob@example.com
Subject: The long rope

Bring it.
.
It is behind the door.
"""

client = smtplib.SMTP("127.0.0.1", smtp)
client.starttls(context=context)
client.login("alice", "wonderland")
refused = client.sendmail("alice@example.com", ["bob@example.com"], message)
assert refused == {}, refused
client.quit()


def show(octets):
    read = email.message_from_bytes(octets)
    print(read["Subject"], read.get_payload().replace("\r\n", "|").replace("\n", "|"))


client = imaplib.IMAP4("127.0.0.1", imap)
client.starttls(context)
client.login("bob", "builder")
count = client.select("INBOX", readonly=True)[1][0].decode()
show(client.fetch(count, "(RFC822)")[1][0][1])
client.logout()

client = poplib.POP3("127.0.0.1", pop3)
client.stls(context)
client.user("bob")
client.pass_("builder")
show(b"\r\n".join(client.retr(client.stat()[0])[1]) + b"\r\n")
client.quit()
