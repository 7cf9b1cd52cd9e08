"""A mail server that keeps what it gets, and can be told to hesitate."""

from __future__ import annotations

import contextlib
import email
import email.policy
import socketserver
import threading
import time
from collections import Counter
from email.message import EmailMessage


class MailSink(socketserver.ThreadingTCPServer):
    """Takes emails on 127.0.0.1; `may_answer` holds back the word that an email was taken."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken: list[EmailMessage] = []
        # Each as it came over the wire: whom it is for, and its bytes.
        self.wire: list[tuple[list[str], bytes]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        # How long each email takes it.
        self.pause = 0.0
        threading.Thread(target=self.serve_forever, name="mail sink", daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_address[1]

    def to(self, address: str) -> list[EmailMessage]:
        """Return the emails to somebody."""
        return [message for message in self.taken if address in str(message["To"])]

    def doubles(self) -> list[str]:
        """Return the names of emails that came more than once."""
        names = Counter(str(message["Message-ID"]) for message in self.taken)
        return [name for name, times in names.items() if times > 1]


class _Conversation(socketserver.StreamRequestHandler):
    """SMTP as far as a polite client needs it."""

    server: MailSink

    def handle(self) -> None:
        # A client that is killed hangs up without a word.
        with contextlib.suppress(ConnectionError):
            self.converse()

    def converse(self) -> None:
        """Answer line by line until the client says good-bye."""
        self.say("220 sink")
        recipients: list[str] = []
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                self.take(recipients)
                recipients = []
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                if word == b"RCPT":
                    recipients.append(line.decode().partition(":")[2].split()[0].strip("<>"))
                self.say("250 fine")

    def take(self, recipients: list[str]) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        self.server.wire.append((recipients, b"".join(lines)))
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.server.taken.append(message)
        time.sleep(self.server.pause)
        self.server.may_answer.wait(30)
        self.say("250 taken")

    def say(self, line: str) -> None:
        try:
            self.wfile.write(f"{line}\r\n".encode())
        except OSError:
            return
