"""What a person pastes, explained line by line and all together; and what nobody may be told."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis import explaining
from bot.diagnosis.explaining import MOST_LINES, Explained, Summary, explain, headline, ranked, unread
from bot.diagnosis.signature import Kind, Signature
from bot.diagnosis.signatures import SIGNATURES
from bot.diagnosis.table.others import FOREIGN
from tests.diagnosis.told import TELLING_NOBODY
from tests.diagnosis.wrappings import cri, dapr_json, dapr_text, stern

ENDED = "x509: certificate has expired or is not yet valid: current time 2023-06-19T13:19:51Z is after 2023-06-16T12:31:17Z"
UNRENEWED = f'Error renewing identity, trying again in 10 seconds: desc = "transport: authentication handshake failed: {ENDED}"'
ROOT_SOON = "Dapr root certificate expiration warning: certificate expires in 2 days and 15 hours"
ROOT_OVER = "Dapr root certificate expiration warning: certificate has expired."
NEW_CA = "Root and issuer certs not found: generating self signed CA"
HERRING = 'error retrieving resource lock dapr-system/operator.dapr.io: Get "https://10.0.0.1:443/x": http2: client connection lost'
HEALTHY = "Root and issuer certs found: using credentials from store"


def only(line: str) -> Explained:
    (one,) = explain(line)
    return one


def summary(*lines: str) -> Summary:
    return ranked(explain("\n".join(lines)))


def order(*lines: str) -> list[str]:
    return [one.signature.id for one in summary(*lines).told]


def test_every_line_gets_its_number_also_the_empty_ones() -> None:
    found = explain(f"{NEW_CA}\n\nlistening on :8080\r\n{ROOT_OVER}\n")

    assert [(one.number, one.signature and one.signature.id) for one in found] == [
        (1, "ca-generated"),
        (2, None),
        (3, None),
        (4, "root-expired"),
    ]


def test_nothing_has_no_lines() -> None:
    assert explain("") == ()
    assert unread("") == 0


@pytest.mark.parametrize("one", SIGNATURES, ids=lambda one: one.id)
def test_what_dapr_prints_is_no_guess(one: Signature) -> None:
    line = only(one.witness)

    assert line.signature is (FOREIGN if one in TELLING_NOBODY else one)
    assert line.nearest is None


@pytest.mark.parametrize("wrap", [str, cri, stern, lambda line: cri(dapr_json(line, "dapr.runtime"))], ids=["bare", "CRI", "stern", "JSON"])
def test_the_end_of_a_certificate_is_read_from_the_line(wrap: Callable[[str], str]) -> None:
    found = only(wrap(UNRENEWED))

    assert found.signature is not None
    assert found.signature.id == "sidecar-renewal-fails"
    assert [one.id for one in found.reasons] == ["reason-expired"]
    assert found.ended_at == datetime(2023, 6, 16, 12, 31, 17, tzinfo=UTC)


def test_an_end_in_another_time_zone_is_the_same_instant() -> None:
    assert only(ENDED.replace("2023-06-16T12:31:17Z", "2023-06-16T14:31:17+02:00")).ended_at == datetime(
        2023, 6, 16, 12, 31, 17, tzinfo=UTC
    )


@pytest.mark.parametrize("end", ["2023-02-31T12:31:17Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", "2023-06-16"])
def test_an_end_that_no_calendar_has_is_none(end: str) -> None:
    found = only(ENDED.replace("2023-06-16T12:31:17Z", end))

    assert found.ended_at is None
    assert found.signature is not None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (ROOT_OVER, True),
        ("Failed to connect to placement service: rpc error: code = Unavailable", None),
        (f"Failed to connect to placement service: {ENDED}", True),
        ("current user UID(0) is root", False),
        (HERRING, False),
        (HEALTHY, False),
        ("the shop is closed", None),
        ("", None),
    ],
)
def test_whether_it_is_about_certificates_is_yes_no_or_unknown(line: str, expected: bool | None) -> None:  # noqa: FBT001 - what is expected
    assert [one.is_certificate_problem for one in explain(f"{line}\n")] == [expected]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "   \t",
        "app is subscribed to the following topics",
        dapr_text("Failed to connect with placement service", "dapr.runtime", "info"),
        dapr_json("Failed to connect with placement service", "dapr.runtime", "debug"),
        "I0601 02:52:46.531050       1 leaderelection.go:258] Failed to connect with placement service",
        "ERROR order 17 failed: the card was refused",
    ],
)
def test_what_is_empty_healthy_or_like_nothing_gets_no_guess(line: str) -> None:
    assert [(one.signature, one.nearest) for one in explain(f"{line}\n")] == [(None, None)]


def test_an_unknown_complaint_gets_the_nearest_as_a_guess_and_no_more() -> None:
    found = summary("Failed to connect with placement service")

    assert [one.signature.id for one in found.guesses] == ["sidecar-loses-placement"]
    assert found.told == ()
    assert not found.names_a_problem
    assert found.is_certificate_problem is None
    assert headline(found).startswith("Unknown.")


def test_what_sentry_says_of_its_ca_stands_behind_what_sidecars_suffer() -> None:
    assert order(UNRENEWED, HERRING, HEALTHY, ROOT_OVER) == [
        "root-expired",
        "reason-expired",
        "sidecar-renewal-fails",
        "sentry-loaded-bundle",
        "api-connection-lost",
    ]


def test_a_reason_stands_before_the_complaint_that_carries_it_whatever_their_number() -> None:
    assert order(*[UNRENEWED.partition(":")[0]] * 5, UNRENEWED) == ["reason-expired", "sidecar-renewal-fails"]
    assert order("Failed to connect to placement service: dial tcp 10.0.0.1:50005: connect: connection refused") == [
        "reason-connection-refused",
        "sidecar-loses-placement",
    ]


def test_a_complaint_of_certificates_stands_before_another_complaint_and_its_reason() -> None:
    refused = 'Server.Serve failed to complete security handshake from "10.1.2.3:54321": EOF'

    assert order("Failed to connect to placement service: connect: connection refused", refused)[0] == "caller-refused"


def test_a_warning_is_not_what_stands_behind_what_has_ended() -> None:
    assert order(*[ROOT_SOON] * 9, UNRENEWED, ROOT_OVER) == ["root-expired", "reason-expired", "root-expires-soon", "sidecar-renewal-fails"]


def test_the_more_frequent_reason_comes_first() -> None:
    other = "x509: certificate signed by unknown authority"

    assert order(ENDED, other, other)[0] == "reason-unknown-authority"


@pytest.mark.parametrize("one", [one for one in SIGNATURES if not explaining.is_red_herring(one)], ids=lambda one: one.id)
def test_a_red_herring_is_last_whatever_else_there_is(one: Signature) -> None:
    found = summary(*[HERRING] * 3, one.witness)

    assert found.told[-1].signature.id == "api-connection-lost"
    assert len(found.told) > 1


def test_a_red_herring_alone_is_named_as_such_and_is_no_problem() -> None:
    found = summary(HERRING, "E0601 02:52:46.5 1 reflector.go:147] Failed to watch *v1.Pod: dial tcp: connect: connection refused")

    assert [one.signature.id for one in found.told] == ["api-connection-lost", "api-watch-failed"]
    assert headline(found).startswith("This misleads: it explains nothing about certificates.")
    assert not found.names_a_problem


def test_a_red_herring_that_speaks_of_a_certificate_is_heard() -> None:
    found = summary("Failed to watch *v1.Pod: x509: certificate signed by unknown authority")

    assert [one.signature.id for one in found.told] == ["certificate-perhaps-not-daprs", "api-watch-failed"]
    assert found.names_a_problem
    assert found.is_certificate_problem is None


def test_the_summary_counts_lines_and_names_the_first_and_the_ends() -> None:
    later = ENDED.replace("2023-06-16T12:31:17Z", "2023-06-18T00:00:00Z")
    found = summary("", "hello", later, ENDED, ENDED)
    told = found.told[0]

    assert (told.signature.id, told.count, told.first.number) == ("reason-expired", 3, 3)
    assert (found.read, found.blank, found.unknown, found.cut) == (5, 1, 1, 0)
    assert [at.day for at in found.ends] == [16, 18]


@pytest.mark.parametrize(
    ("line", "beginning"),
    [
        (ROOT_OVER, "This is about certificates. The root certificate has expired."),
        ("Failed to connect to placement service: EOF", "This may be about certificates. A sidecar cannot reach placement"),
        ("current user UID(0) is root", "This is not about certificates."),
        (HEALTHY, "Nothing that is known of these lines is a problem."),
        ("hello", "Unknown. No signature knows any of these lines; that does not mean that all is well."),
    ],
)
def test_the_headline_says_whether_it_is_about_certificates(line: str, beginning: str) -> None:
    assert headline(summary(line)).startswith(beginning)


def test_a_reason_that_is_not_of_certificates_is_no_verdict_but_where_to_look() -> None:
    said = headline(summary("Error renewing identity, trying again in 10 seconds: dial tcp: connect: connection refused"))

    assert said.startswith("This is about certificates. A sidecar that runs cannot renew its certificate.")
    assert said.endswith(" The first reason to look at: Nothing listens at the address that was called.")


def test_more_lines_than_are_read_are_counted() -> None:
    text = "x\n" * (MOST_LINES + 7)

    assert len(explain(text)) == MOST_LINES
    assert unread(text) == 7
    assert unread(text + "and a half") == 8


def test_a_line_of_five_megabytes_is_read_at_its_beginning_and_says_so() -> None:
    (one,) = explain(f"{ROOT_OVER} {'x' * 5_000_000}")

    assert one.signature is not None
    assert one.signature.kind is Kind.CERTIFICATE
    assert one.is_cut
    assert len(one.excerpt) <= 300
    assert ranked((one,)).cut == 1


@pytest.mark.parametrize("line", ["\x00\x00", "\ud800 error \udfff", "\x1b[31merror\x1b[0m", "{" * 70_000, "\\" * 70_000, "=" * 70_000])
def test_whatever_is_pasted_nothing_raises(line: str) -> None:
    assert len(explain(line)) == 1


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.builds("{}{}{}".format, st.text(max_size=40), st.sampled_from([one.witness for one in SIGNATURES]), st.text(max_size=40)))
)
def test_the_lines_of_a_summary_are_the_lines_of_the_text(lines: list[str]) -> None:
    explained = explain("\n".join(lines))
    found = ranked(explained)

    assert found.read == len(explained)
    assert sum(one.signature is None for one in explained) == found.blank + found.unknown
    assert {one.signature for one in found.told} == {signature for one in explained for signature in one.told}
    assert all(1 <= one.first.number <= found.read and one.count <= found.read for one in (*found.told, *found.guesses))


def test_where_only_carriage_returns_end_lines_they_do() -> None:
    text = f"{NEW_CA}\rlistening on :8080\r{ROOT_OVER}\r"

    assert [(one.number, one.signature and one.signature.id) for one in explain(text)] == [
        (1, "ca-generated"),
        (2, None),
        (3, "root-expired"),
    ]
    assert unread("x\r" * (MOST_LINES + 7)) == 7


def test_a_progress_bar_s_carriage_returns_end_no_line() -> None:
    assert [one.number for one in explain(f"10%\r20%\r{ROOT_OVER}\nhello\n")] == [1, 2]
