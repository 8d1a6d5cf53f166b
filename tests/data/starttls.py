"""Begins TLS on a connection in the clear, signs in, and says how much mail there is.

Arguments: the ports of IMAP, POP3 and submission on this machine.
"""

import imaplib
import poplib
import smtplib
import ssl
import sys

context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
imap, pop3, smtp = map(int, sys.argv[1:])

client = imaplib.IMAP4("127.0.0.1", imap)
client.starttls(context)
client.login("alice", "wonderland")
print(int(client.select("INBOX", readonly=True)[1][0]))
client.logout()

client = poplib.POP3("127.0.0.1", pop3)
client.stls(context)
client.user("alice")
client.pass_("wonderland")
print(client.stat()[0])
client.quit()

client = smtplib.SMTP("127.0.0.1", smtp)
client.starttls(context=context)
client.login("alice", "wonderland")
print(client.noop()[0])
client.quit()
