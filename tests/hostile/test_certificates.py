"""Certificates whose subjects were made to harm: in Slack and in the terminal they are words, and they take nobody else's place."""

import pytest
from click import unstyle
from cryptography import x509
from cryptography.x509.oid import NameOID

from bot.cli import inventory as table
from bot.model import lookup
from bot.model.inventory import inventory
from bot.model.policy import Policy
from handlers.views import inventory as view
from handlers.views.message import Message
from tests.builders import Ca, a_pod
from tests.certificates import NOW, a_certificate
from tests.handlers.strings import problems
from tests.handlers.transcript import seen
from tests.unasked import a_snapshot

SUBJECTS = {
    "a mention": "<!channel> @here <@U0OLGA>",
    "bidi": "safe\u202eelbaliava ton\u2066",
    "4 KB": "x" * 4096,
    "escape codes": "\x1b[2J\x1b]0;title\x07",
    "a table of its own": "x | y | in 900 days\nOK\r\n",
    "markup": "*bold* `code` https://evil.example/ &lt;b&gt;",
    "empty": "",
    "one blank": " ",
}


def a_hostile_ca(subject: str) -> Ca:
    # The common name alone has a limit, and only in the library that makes them.
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, subject)] if subject else [])
    root = a_certificate(name)
    return Ca((root,), (a_certificate(name, by=root),))


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_a_hostile_subject_is_text_and_no_more(subject: str) -> None:
    ca = a_hostile_ca(subject)
    found = inventory(a_snapshot(ca=ca, pods=[a_pod("orders", anchors=ca.roots_pem)]), Policy())
    about = view.Asked(inventory=found, command="/dapr", now=NOW, blind_after=Policy().blind_after)

    messages: list[Message] = [view.first(about), view.page(about, 1), view.details(about, found.entries, "root")]
    printed = unstyle(table.as_text(found, NOW))

    assert [problem for message in messages for problem in problems(message)] == []
    assert [line for line in printed.split("\n") if not line.isprintable()] == []
    assert table.as_json(found)
    # Root and issuer are both there, whatever they call themselves.
    for entry in found.entries:
        assert all(entry.fingerprint[:8] in seen(message) for message in messages)
        assert entry.fingerprint[:8] in printed


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_a_hostile_word_finds_nothing_and_is_repeated_as_text(subject: str) -> None:
    found = inventory(a_snapshot(), Policy())

    assert lookup.find(found, subject) == ()
    assert problems(view.unknown(subject, lookup.nearest(found, subject), "/dapr")) == []
