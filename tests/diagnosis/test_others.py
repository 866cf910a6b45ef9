"""Lines of other programs: whatever they say of certificates, nobody is told that Dapr's CA is the matter."""

import random
from collections.abc import Iterator

import pytest

from bot.diagnosis.classifying import classify, classify_line
from bot.diagnosis.explaining import explain, headline, ranked
from bot.diagnosis.signature import Component, Kind
from bot.diagnosis.table.others import FOREIGN
from bot.model.logs import LogLine
from tests.diagnosis.wrappings import COLLECTORS, dapr_json, dapr_text
from tests.house.tree import ROOT

FILE = ROOT / "tests" / "diagnosis" / "of_others.txt"
OTHERS = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
RECORDED = [line.split("\t") for line in (ROOT / "tests" / "rig" / "recorded" / "lines.tsv").read_text(encoding="utf-8").splitlines()]
UNKNOWN_AUTHORITY = "x509: certificate signed by unknown authority"
# What says no more than that something of the kind cannot be read or followed.
CATCHING_THE_REST = ("sentry-refuses-malformed-before-1-12", "sentry-refuses-path", "roots-unreadable")
# What a line says as long as it does not say that the certificate begins later.
IN_ITS_PLACE = ("sentry-refuses-expired-ca", "reason-expired")
KAFKA = f"kafka: client has run out of available brokers to talk to: {UNKNOWN_AUTHORITY}"
COMPONENT = f"[INIT_COMPONENT_FAILURE]: initialization error occurred for statestore (state.redis/v1): {UNKNOWN_AUTHORITY}"


def verdict(line: str) -> bool | None:
    return ranked(explain(line)).is_certificate_problem


def test_there_are_many_of_them() -> None:
    assert len(OTHERS) >= 150
    assert len(set(OTHERS)) == len(OTHERS)


@pytest.mark.parametrize("wrap", COLLECTORS.values(), ids=COLLECTORS)
def test_none_of_them_is_told_as_a_problem_of_dapr_s_certificates(wrap: object) -> None:
    assert callable(wrap)
    wrong = {line: [one.id for one in explain(wrap(line))[0].told] for line in OTHERS if verdict(str(wrap(line)))}

    assert wrong == {}


def test_nor_all_of_them_together() -> None:
    found = ranked(explain("\n".join(OTHERS)))

    assert found.is_certificate_problem is None
    assert [one.signature.id for one in found.told if one.signature.kind is Kind.CERTIFICATE] == []


def test_one_that_speaks_of_a_certificate_says_how_to_tell_whose_it_is() -> None:
    (one,) = explain(OTHERS[0])

    assert one.signature is FOREIGN
    assert headline(ranked((one,))).startswith("This is about a certificate, perhaps not one of Dapr's.")
    assert one.is_problem
    assert one.is_certificate_problem is None


@pytest.mark.parametrize(
    "message",
    [KAFKA, COMPONENT, f'Post "https://api.bank.example/pay": {UNKNOWN_AUTHORITY}', f"dial rediss://cache:6380: {UNKNOWN_AUTHORITY}"],
)
@pytest.mark.parametrize("scope", ["dapr.contrib", "dapr.contrib.kafka", "dapr.runtime.processor.state"])
def test_what_a_sidecar_s_component_says_is_not_about_dapr_s_ca(message: str, scope: str) -> None:
    for line in (dapr_text(message, scope), dapr_json(message, scope)):
        assert verdict(line) is None
        found = classify_line(LogLine(at_ns=1, text=line, container="daprd"))
        assert found is not None
        assert found.primary is FOREIGN


@pytest.mark.parametrize(
    "line",
    [
        UNKNOWN_AUTHORITY,
        f"tls: failed to verify certificate: {UNKNOWN_AUTHORITY}",
        "remote error: tls: bad certificate",
        f'connection error: desc = "transport: authentication handshake failed: {UNKNOWN_AUTHORITY}"',
        f'2026/11/27 23:16:59 WARNING: [core] grpc: desc = "transport: authentication handshake failed: {UNKNOWN_AUTHORITY}"',
        f"error from sentry SignCertificate: {UNKNOWN_AUTHORITY}",
        f"dapr-sentry.dapr-system.svc:443: {UNKNOWN_AUTHORITY}",
        f'failed to call webhook: Post "https://dapr-sidecar-injector.dapr-system.svc:443/mutate?timeout=10s": {UNKNOWN_AUTHORITY}',
        "dapr-sidecar-injector-0 2026/11/27 10:12:01 http: TLS handshake error from 10.1.2.3:39478: remote error: tls: bad certificate",
        dapr_text(UNKNOWN_AUTHORITY, "dapr.runtime"),
        dapr_json(UNKNOWN_AUTHORITY, "dapr.operator.api"),
        dapr_json(f"could not call: {UNKNOWN_AUTHORITY}", "dapr.runtime.security"),
    ],
)
def test_what_is_dapr_s_own_stays_dapr_s_own(line: str) -> None:
    assert verdict(line) is True


@pytest.mark.parametrize("component", [Component.SENTRY, Component.INJECTOR, Component.OPERATOR])
def test_what_the_control_plane_s_own_container_prints_without_a_scope_is_its_own(component: Component) -> None:
    found = classify("2026/11/27 10:12:01 http: TLS handshake error from 10.1.2.3:39478: remote error: tls: bad certificate", component)

    assert found is not None
    assert found.primary is not FOREIGN


@pytest.mark.parametrize(
    "line",
    [
        "dial tcp 10.96.12.7:443: connect: connection refused",
        "connection refused",
        "context deadline exceeded",
        "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
        'desc = "transport: Error while dialing: dial tcp 10.96.12.7:443: i/o timeout"',
        "EOF",
        "unexpected EOF",
        "rpc error: code = Unavailable desc = error reading from server: EOF",
        dapr_text("EOF", "dapr.runtime"),
        dapr_json("connect: connection refused", "dapr.runtime"),
    ],
)
def test_what_half_the_world_s_complaints_end_with_may_be_about_certificates(line: str) -> None:
    assert [one.is_certificate_problem for one in explain(line)] == [None]
    assert verdict(line) is None


def test_a_reason_that_may_be_either_does_not_open_what_its_carrier_has_closed() -> None:
    line = "rpc error: code = PermissionDenied desc = token review failed: Post: dial tcp 10.96.0.1:443: connect: connection refused"

    assert verdict(line) is False


def mutations(text: str, chance: random.Random) -> Iterator[str]:
    """Another wording, a slip, a missing piece: cut off at both ends, without a word, with two words the other way round, misspelt."""
    words = text.split(" ")
    yield text[: chance.randrange(len(text))]
    at = chance.randrange(len(words))
    yield " ".join(words[:at] + words[at + 1 :])
    yield " ".join((*words[:at], *reversed(words[at : at + 2]), *words[at + 2 :]))
    place = chance.randrange(len(text))
    yield text[:place] + text[place + 1 :]
    yield text[:place] + "x" + text[place:]
    yield text[chance.randrange(len(text)) :]


@pytest.mark.parametrize("seed", range(20))
def test_a_known_line_that_is_damaged_is_still_itself_a_part_of_itself_or_unknown(seed: int) -> None:
    """Never another thing that certificates suffer from: what it was, its reasons, or a guess that says that it is one."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    wrong: dict[str, set[str]] = {}
    for _, _, primary, reasons, line in RECORDED:
        for damaged in mutations(line, chance):
            found = {one.id for each in explain(damaged) for one in each.told}
            hidden = IN_ITS_PLACE if primary == "sentry-refuses-future-ca" and " is before " not in damaged else ()
            if primary not in found and not found <= {*reasons.split(), *CATCHING_THE_REST, *hidden, FOREIGN.id}:
                wrong[damaged] = found
    assert wrong == {}


@pytest.mark.parametrize("seed", range(20))
def test_a_line_of_others_that_is_damaged_is_no_problem_of_dapr_s_certificates(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    wrong = {
        damaged: [one.id for one in explain(damaged)[0].told]
        for line in OTHERS
        if "scope" not in line  # without it daprd's own could be about anything
        for damaged in [*mutations(line, chance)][:-1]  # an end alone names nobody any more
        if verdict(damaged) and not damaged.lstrip().startswith(("x509: ", "tls: ", "remote error: "))  # nothing else is left
    }

    assert wrong == {}


def test_a_long_line_is_judged_by_its_beginning() -> None:
    long = "x" * 16_000

    assert verdict(f"kafka: {UNKNOWN_AUTHORITY} {long}") is None
    assert verdict(f"{UNKNOWN_AUTHORITY} {long}") is True
