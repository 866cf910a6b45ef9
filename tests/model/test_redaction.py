"""What leaves of a log line holds no secret and nothing that acts on a screen, and its plain words stay."""

import base64
import re
import sys
import unicodedata

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from bot.model import redaction
from bot.model.redaction import LONGEST, MARK, excerpt
from tests.certificates import a_key, key_pem

JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50In0.c2lnbmF0dXJlLW9mLWl0"
KEY = key_pem(a_key("p256", "redaction")).decode()
BODY = KEY.splitlines()[1]
TRADITIONAL = (
    a_key("p256", "redaction")
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    .decode()
)
PASSWORD = "hunter2-Tr0ub4dor"

SECRETS = {
    "a JSON web token": JWT,
    "one without its signature": JWT.rpartition(".")[0] + ".",
    "Slack's bot token": "xoxb-123456789012-1234567890123-abcdefghijklmnopqrstuvwx",
    "Slack's app token": "xapp-1-A0123456789-1234567890123-0123456789abcdef",
    "Slack's refresh token": "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTAx",
    "Grafana's token": "glsa_0123456789abcdefABCDEF0123456789_01234567",
    "GitHub's token": "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "AWS' key id": "AKIAIOSFODNN7EXAMPLE",
    "a private key": KEY,
    "one in the old encoding": TRADITIONAL,
    "one with escaped line ends": KEY.replace("\n", "\\n"),
    "one with line ends escaped twice": KEY.replace("\n", "\\\\n"),
    "one with Windows' line ends": KEY.replace("\n", "\r\n"),
    "one without its end": KEY.rpartition("-----END")[0],
    "one without its beginning": KEY.partition("\n")[2],
    "a line of one": BODY,
    "one as base64": base64.b64encode(KEY.encode()).decode(),
}
AROUND = {
    "a bearer": f"Authorization: Bearer {PASSWORD}",
    "a bearer in JSON": f'{{"authorization":"bearer {PASSWORD}"}}',
    "a bearer in escaped JSON": f'{{\\"Authorization\\":\\"Bearer {PASSWORD}\\"}}',
    "a bearer without its header": f"sent Bearer {PASSWORD} to",
    "basic": f"Authorization: Basic {PASSWORD}",
    "basic in Go's map": f"map[Authorization:[Basic {PASSWORD}]]",
    "a token without a scheme": f"authorization={PASSWORD}",
    "a proxy's": f"Proxy-Authorization: Basic {PASSWORD}",
    "userinfo": f"Post https://warden:{PASSWORD}@loki.example/x",
    "userinfo without a user": f"Post https://:{PASSWORD}@loki.example",
    "userinfo without a password": f"Post https://{PASSWORD}@loki.example",
    "userinfo with an at sign": f"amqp://guest:p@{PASSWORD}@rabbit:5672/",
    "Go's data source": f"root:{PASSWORD}@tcp(mysql:3306)/orders",
    "a parameter": f"dial redis: password={PASSWORD}, db=0",
    "a query": f"GET /x?user=ana&access_token={PASSWORD}&b=1",
    "a cloud's connection": f"Endpoint=sb://x.example/;SharedAccessKey={PASSWORD};EntityPath=q",
    "a member of JSON": f'{{"clientSecret": "{PASSWORD}"}}',
    "a member of escaped JSON": f'{{\\"client_secret\\":\\"{PASSWORD}\\"}}',
    "YAML": f"password: {PASSWORD}",
    "Slack's webhook": f"https://hooks.slack.com/services/T0/B0/{PASSWORD}",
}
NOTHINGS = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u2066", "\ufe0f", "\U000e0041", "\x1b[31m", "\x1b[0m", "\x9b1m")


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_no_secret_is_shown(secret: str) -> None:
    shown = excerpt(f"before {secret} after", 4_000)

    assert MARK in shown
    assert [piece for piece in secret.replace("\\n", "\n").split() if len(piece) > 20 and piece in shown] == []
    assert shown.startswith("before ")


@pytest.mark.parametrize("line", AROUND.values(), ids=AROUND)
def test_no_value_of_a_secret_name_is_shown(line: str) -> None:
    shown = excerpt(line)

    assert PASSWORD not in shown
    assert MARK in shown


@pytest.mark.parametrize("nothing", NOTHINGS, ids=ascii)
def test_what_is_invisible_hides_no_secret(nothing: str) -> None:
    token = "xoxb-123456789012-abcdefghijkl"
    hidden = nothing.join(token)

    assert excerpt(f"{hidden} x") == f"{MARK} x"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[31;1merror\x1b[0m: lost", "error: lost"),
        ("\x9b31merror", "error"),
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "click"),
        ("\x1b]0;title\x1b\\text", "text"),
        ("\x9d0;title\x9ctext", "text"),
        ("\x1bP1$r\x1b\\text", "text"),
        ("\x1b_payload\x1b\\text", "text"),
        ("a\x1bcb", "ab"),
        ("a\nb\r\nc\td\x00e", "a b c d e"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("user \u202egnp.exe\u202c x", "user gnp.exe x"),
        ("pay\u200bload", "payload"),
        ("  lost  ", "lost"),
        ("", ""),
        ("\x1b", ""),
    ],
    ids=ascii,
)
def test_nothing_acts_on_a_screen(line: str, shown: str) -> None:
    assert excerpt(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        "Dapr root certificate expiration warning: certificate expires in 2 days and 15 hours",
        "x509: certificate has expired or is not yet valid: current time 2023-06-19T13:19:51Z is after 2023-06-16T12:31:17Z",
        'failed to get trust bundle secret: secrets "dapr-trust-bundle" not found',
        "invalid token: [invalid bearer token, Token has been invalidated]",
        "csr validation failed: token/id mismatch. received id: shop:orders",
        "basic authentication failed",
        'Get "https://10.0.0.1:443/apis/coordination.k8s.io/v1/namespaces/dapr-system/leases/operator.dapr.io": http2: lost',
        "Failed to read token at path '/var/run/secrets/dapr.io/sentrytoken/token': permission denied",
        "image ghcr.io/dapr/daprd@sha256:" + "0123456789abcdef" * 4,
        'unexpected ID "spiffe://cluster.local/ns/dapr-system/dapr-sentry"',
        "Größe 日本 🟠",
    ],
)
def test_plain_words_stay(line: str) -> None:
    assert excerpt(line) == line


def test_a_long_line_ends_in_an_ellipsis() -> None:
    shown = excerpt("word " * 1_000)

    assert len(shown) == LONGEST
    assert shown.endswith("…")


def test_a_line_that_just_fits_is_whole() -> None:
    assert excerpt("x" * LONGEST) == "x" * LONGEST


@pytest.mark.parametrize("cut", range(0, 60, 3))
def test_a_secret_that_the_cut_goes_through_is_not_shown(cut: int) -> None:
    """What stands before it shrinks to marks, so the cut end would come into view."""
    before = " ".join(["xoxb-" + "1" * 600] * 4)[: 8 * LONGEST - cut - 1]
    shown = excerpt(f"{before} https://warden:{PASSWORD}@loki.example and much more" + " x" * 100)

    assert [size for size in range(6, len(PASSWORD)) if PASSWORD[:size] in shown] == []


PIECES = (
    *("x", " ", "://", "a:", "eyJ", "-----BEGIN PRIVATE KEY-----", "-----END ", "A0", "\x1b", "\x1b]", "\x1b[", "\x9d", "bearer "),
    *("password=", "authorization", '"key":"', "\\", "\u200b", "\ud800", "xoxb-", "@tcp(", "hooks.slack.com/"),
)
HOSTILE = {piece: piece * (1_000_000 // len(piece)) for piece in PIECES}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=[ascii(piece) for piece in HOSTILE])
def test_a_line_of_a_megabyte_is_one_short_line(line: str) -> None:
    shown = excerpt(line)

    assert len(shown) <= LONGEST
    shown.encode()


@given(st.text(st.characters(codec=None), max_size=400))
def test_no_text_leaves_more_than_plain_characters(text: str) -> None:
    shown = excerpt(text)

    assert len(shown) <= LONGEST
    assert {unicodedata.category(one) for one in shown} & {"Cc", "Cs", "Co", "Zl", "Zp"} == set()
    shown.encode()


@given(st.text(max_size=40), st.sampled_from(sorted(SECRETS)), st.text(max_size=40))
def test_no_text_around_it_brings_a_token_to_light(before: str, name: str, after: str) -> None:
    secret = SECRETS[name]
    shown = excerpt(f"{before} {secret} {after}", 4_000)

    assert secret.strip() not in shown
    assert BODY not in shown


BITS = (
    *PIECES,
    *SECRETS.values(),
    *AROUND.values(),
    *(
        "PRIVATE KEY-----",
        "BEARER ",
        "token=",
        "secret\\'",
        "'",
        '"',
        ": ",
        "=",
        "@",
        "/",
        ".",
        "a1B",
        "ghp_",
        "AKIA",
        "eyJhbGci",
        "a" * 30,
    ),
    *("pa\u017f\u017fword=", "author\u0131zation:", "AUTHOR\u0130ZATION=", "to\u212aen=", "@unix(", "passwd:", "LS0tLS1CRUdJTi", "xapp-"),
)


@given(st.lists(st.sampled_from(BITS) | st.text(max_size=8), max_size=12).map("".join))
def test_patterns_are_left_out_only_where_they_do_not_match(text: str) -> None:
    secrets, values = (
        re.compile("|".join(pattern for _, pattern in alternatives), re.DOTALL)
        for alternatives in (redaction._SECRETS, redaction._VALUES)  # noqa: SLF001 - beside all of them, tried everywhere
    )
    bare = redaction._CONTROLS.sub(" ", redaction._NOTHING.sub("", redaction._ESCAPES.sub("", text)))  # noqa: SLF001
    shown = values.sub(lambda found: f"{found[found.lastindex or 0]}{MARK}", secrets.sub(MARK, bare)).strip()

    assert excerpt(text, 10_000) == shown


def test_letters_are_folded_as_patterns_that_ignore_case_take_them() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))

    for letter in "abcdefghijklmnopqrstuvwxyz":
        taken = re.findall(letter, everything, re.IGNORECASE)
        assert set(redaction._folded("".join(taken))) == {letter}  # noqa: SLF001 - what decides which patterns are tried
