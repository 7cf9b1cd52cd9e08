"""F1: no text from people ever forms a header: the bytes that a real mail server receives."""

from __future__ import annotations

import email
import re
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from functools import cache

import pytest

from notifications import rendering
from notifications.models import Email
from notifications.sending import headers, provider, sender
from reseller_console.launcher import interpreter
from tests.each import each
from tests.live.mail_sink import MailSink
from tests.notifications import facts
from tests.notifications.test_emails import TEMPLATES, Tags

OURS = {
    *("subject", "from", "to", "date", "message-id"),
    *("auto-submitted", "mime-version", "content-type"),
}
HARMLESS = "Linden Ltd."
HOSTILE = [
    "=?utf-8?q?Org=0ABcc:_v@evil.example?= 1",
    "=?utf-8?q?Org=0D=0AReply-To:_v@evil.example?= 1",
    "=?utf-8?q?x=0D=0A=0D=0A<h1>a_body_of_mine</h1>?=",
    "=?us-ascii?b?eApCY2M6IHZAZXZpbC5leGFtcGxl?=",
    "==?utf-8*en?Q?x=0AX-Injected:_1?=",
    "=?utf-8?q?x=0AX-Injected:_1",
    "a =?utf-8?q?=3D=3Futf-8=3Fq=3Fx=0AX-Injected:_1?= ?=",
    "Org\r\nBcc: v@evil.example",
    "Org\n\nBcc: v@evil.example",
    "Org\x0bX-Injected: 1\x0c\x1c\x1d\x1e\x85X-Injected: 2",
    "Org\u2028X-Injected: 1\u2029X-Injected: 2",
    "Org\x00\x7f\ud800\ue000\u202e\u2066X-Injected: 1",
    'Doe, "v" <v@evil.example>, (x) a:b; [y] \\ \\" @',
    "v@evil.example, " * 12,
    '", <v@evil.example>, "' * 6,
    "Jõgi, <v@evil.example>, " * 8,
    "\\" * 90,
    "x" * 250,
    "漢" * 250,
    "é " * 120,
    "a" * 77 + " X-Injected: 1",
    "?=" * 60,
    "=" * 100 + "?",
    "👨\u200d👩\u200d👧" * 20,
]


@pytest.fixture
def server(settings):
    """A mail server that emails go to."""
    sink = MailSink()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": sink.port, "use_tls": False, "timeout": 20},
        }
    }
    yield sink
    sink.shutdown()
    sink.server_close()


def filled(value: object, text: str, name: str = "") -> object:
    """Return facts in which people have typed `text` wherever anything can be typed."""
    if isinstance(value, dict):
        inner = {key: filled(item, text, key) for key, item in value.items()}
        return value if "secret_link" in value else inner
    if isinstance(value, list):
        return [filled(item, text, name) for item in value]
    is_ours = name.endswith(("_on", "path")) or name in ("on", "counts_to")
    return text if isinstance(value, str) and not is_ours else value


def post_all(put_email, text: str) -> dict[str, Email]:
    """Put one email of every kind into the outbox, all of them full of `text`."""
    # What a database cannot keep was never stored.
    text = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return {
        template: put_email(
            template, to_name=text[:100], context=filled(facts.context_of(template), text)
        )
        for template in TEMPLATES
    }


def of(sink: MailSink, posted: Email) -> tuple[list[str], bytes]:
    (found,) = [wire for wire in sink.wire if wire[0] == [posted.to_address]]
    return found


def fields(raw: bytes) -> list[tuple[str, str]]:
    """Return the headers as a mail server reads them, without Python's mail library."""
    head = raw.split(b"\r\n\r\n", 1)[0]
    unfolded = re.sub(rb"\r\n([ \t])", rb"\1", head)
    assert head.isascii()
    assert b"\r" not in unfolded.replace(b"\r\n", b"")
    assert b"\n" not in unfolded.replace(b"\r\n", b"")
    parted = [line.decode().partition(":") for line in unfolded.split(b"\r\n")]
    assert all(max(map(len, head.split(b"\r\n"))) <= 998 and colon for _, colon, _ in parted)
    return [(name.lower(), value.strip()) for name, _, value in parted]


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


def look_at(raw: bytes, posted: Email, *, answers_to: str | None) -> None:
    """Assert that the email has our headers and bodies, and that nobody else gets it."""
    found = fields(raw)
    names = [name for name, _ in found]
    assert sorted(names) == sorted(OURS | ({"reply-to"} if answers_to else set()))
    values = dict(found)
    assert "=?" not in decoded(values["subject"]), values["subject"]
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", decoded(values["subject"]))
    # One address, whoever reads the quotes and encoded words.
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", values["to"])
    assert bare == posted.to_address or re.fullmatch(
        r"[^,:;@]*<" + re.escape(posted.to_address) + ">", bare
    ), values["to"]
    assert values.get("reply-to") == answers_to
    assert values["auto-submitted"] == "auto-generated"
    message = email.message_from_bytes(raw)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def body(message: Message, kind: str) -> str:
    (part,) = [part for part in message.walk() if part.get_content_type() == kind]
    return part.get_payload(decode=True).decode()


@cache
def harmless_tags(template: str) -> list[str]:
    context = filled(facts.context_of(template), HARMLESS)
    return Tags(rendering.write(Email(template=template, to_name="V", context=context)).html).tags


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
def test_f1_every_email_leaves_with_our_headers_only(text, put_email, server, delivery_of):
    posted = post_all(put_email, text)
    sender.send_waiting(seconds=120)

    assert len(server.wire) == len(TEMPLATES)
    for template, row in posted.items():
        _, raw = of(server, row)
        look_at(raw, row, answers_to=None)
        assert delivery_of(row) == "sent"
        # What was typed is words in the HTML, and in the text it is one line.
        message = email.message_from_bytes(raw)
        assert Tags(body(message, "text/html")).tags == harmless_tags(template)
        line = rendering.one_line(row.to_name)
        assert line == "" or line in body(message, "text/plain")


@pytest.mark.django_db
def test_f1_a_subject_and_a_name_read_as_they_were_typed(put_email, server):
    """What is taken out is what makes a code of it; every other character stays."""
    row = put_email(
        to_name=HOSTILE[0],
        context=facts.CUSTOMER
        | facts.context_of("pa_created")
        | {"organization": "=?utf-8?q?Org=0ABcc:_v@evil.example?= 1"},
    )
    sender.send_waiting(seconds=20)
    values = dict(fields(of(server, row)[1]))
    assert "?utf-8?q?Org=0ABcc:_v@evil.example?= 1" in decoded(values["subject"])
    assert values["to"].startswith('"?utf-8?q?Org=0ABcc:_v@evil.example?= 1" <')
    assert values["reply-to"] == "alice@north.example"
    text = body(email.message_from_bytes(of(server, row)[1]), "text/plain")
    assert "=?utf-8?q?Org=0ABcc:_v@evil.example?= 1" in text


@pytest.mark.django_db
@each(
    "name",
    [
        "Õie Jõgi",
        "Doe, Jane",
        'Sean "Jack" O\'Neil',
        "Dr. Söhne (Ltd.)",
        "李 小龍",
        "ঢাকা বিশ্ববিদ্যালয়",
        "A = B? Yes!",
        "Why not?=",
    ],
)
def test_usual_names_arrive_as_they_are(name, put_email, server):
    row = put_email(to_name=name, context=facts.AUTHORIZATION | {"organization": name})
    sender.send_waiting(seconds=20)
    values = dict(fields(of(server, row)[1]))
    shown, address = parseaddr(values["to"])
    assert (decoded(shown), address) == (name, row.to_address)
    assert name in decoded(values["subject"])


@pytest.mark.django_db
@each(
    "address",
    [
        "=?utf-8?q?x=0ABcc=3A_v=40evil.example?=@evil.example",
        "=?utf-8?q?a=40evil.example=2C?=@customer.example",
        '"a, b"@customer.example',
        '"=?utf-8?q?x?="@customer.example',
        "a@customer.example, v@evil.example",
        "a@customer.example\r\nBcc: v@evil.example",
        "a@customer.example\u2028Bcc: v@evil.example",
        "Vera <a@customer.example>",
        "a(comment)@customer.example",
        "group: a@customer.example;",
        "a@b@customer.example",
        "",
    ],
)
def test_f1_an_address_that_would_be_more_than_one_gets_no_email(
    address, put_email, server, delivery_of
):
    to_nobody = put_email(to_address=address)
    answers_nowhere = put_email(context=facts.AUTHORIZATION | {"manager_email": address})
    sender.send_waiting(seconds=20)
    assert delivery_of(to_nobody) == "failed"
    assert delivery_of(answers_nowhere) == "sent"
    look_at(of(server, answers_nowhere)[1], answers_nowhere, answers_to=None)


@pytest.mark.django_db
def test_f1_without_the_cleaning_a_python_with_the_hole_writes_the_header(
    put_email, server, monkeypatch
):
    """The tests above see an injected header where there is one."""
    monkeypatch.setattr(provider, "header_text", str)
    row = put_email(context=facts.AUTHORIZATION | {"organization": HOSTILE[0]})
    sender.send_waiting(seconds=20)
    head = of(server, row)[1].split(b"\r\n\r\n", 1)[0]
    assert (b"\nBcc: v@evil.example" in head) == bool(interpreter.complaint())


def test_f1_a_long_name_with_commas_stays_one_address():
    """Python loses the quotes around a name that it folds, in every version so far."""
    shown = headers.mailbox("v@evil.example, " * 6, "vera@customer.example")
    assert shown.count("@") == 1 and "," not in shown
    assert headers.mailbox("Doe, Jane", "j@x.example") == '"Doe, Jane" <j@x.example>'
