"""Which line is whose, and what is its reason: the lines of real programs, and lines that lie."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.classifying import Classification, classify, classify_line, component_of
from bot.diagnosis.signature import CONTROL_PLANE, Component, Signature
from bot.diagnosis.signatures import SIGNATURES
from bot.diagnosis.table.others import FOREIGN
from bot.model.logs import LogLine
from bot.model.versions import Version
from playground.kubernetes import sentry_log
from tests.certificates import NOW
from tests.diagnosis.wrappings import cri, dapr_json, dapr_text, docker
from tests.house.tree import ROOT

FOLDER = ROOT / "tests" / "rig" / "recorded"
RECORDED = (FOLDER / "sentry-1.10.4.txt").read_text(encoding="utf-8").splitlines()
PRINTED = [line.split("\t") for line in (FOLDER / "lines.tsv").read_text(encoding="utf-8").splitlines()]
X509 = "x509: certificate has expired or is not yet valid: current time 2023-06-19T13:19:51Z is after 2023-06-16T12:31:17Z"
REFUSED = f'rpc error: code = Unavailable desc = connection error: desc = "transport: authentication handshake failed: {X509}"'

UNRENEWED = (
    'Error renewing identity, trying again in 10 seconds: rpc error: code = Unavailable desc = "transport: authentication handshake '
    "failed: tls: failed to verify certificate: x509svid: could not verify leaf certificate: x509: certificate signed by unknown authority "
    '(possibly because of "x509: ECDSA verification failure" while trying to verify candidate authority certificate "cluster.local")"'
)
WATCH_ENDED = (
    "W0601 02:52:46.530879       1 reflector.go:347] pkg/mod/k8s.io/client-go@v0.26.1/tools/cache/reflector.go:169: watch of "
    '*v1.Secret ended with: an error on the server ("unable to decode an event from the watch stream: http2: client connection lost") has '
    "prevented the request from succeeding"
)
LEASE_LOST = (
    "E0601 02:52:46.531050       1 leaderelection.go:330] error retrieving resource lock dapr-system/operator.dapr.io: Get "
    '"https://X.X.X.X:443/apis/coordination.k8s.io/v1/namespaces/dapr-system/leases/operator.dapr.io": http2: client connection lost'
)


def known(line: str, component: Component | None = None) -> Classification:
    found = classify(line, component)
    assert found is not None, line
    return found


def ids(found: Classification) -> tuple[str, ...]:
    return (found.primary.id, *(one.id for one in found.reasons))


@pytest.mark.parametrize("line", RECORDED, ids=range(len(RECORDED)))
def test_what_sentry_1_10_4_really_wrote_is_its_expiry_warning(line: str) -> None:
    expected = "root-expired" if "has expired" in line else "root-expires-soon"

    assert ids(known(line, Component.SENTRY)) == (expected,)
    assert known(line).printed.level == "warning"


@pytest.mark.parametrize(("version", "component", "signature", "reasons", "line"), PRINTED)
def test_what_real_programs_printed_is_known(version: str, component: str, signature: str, reasons: str, line: str) -> None:
    for text in (line, cri(line), docker(line)):
        assert ids(known(text, Component(component))) == (signature, *reasons.split())


def test_the_story_sidecar_fails_to_renew_because_something_expired() -> None:
    message = f"error starting server: error from authenticator CreateSignedWorkloadCert: error from sentry SignCertificate: {REFUSED}"
    found = known(dapr_json(message, "dapr.runtime.grpc.internal"), Component.DAPRD)

    assert (found.primary.row, [one.row for one in found.reasons]) == (48, [36])
    assert found.printed.message == message


def test_the_story_sidecar_that_starts_ends() -> None:
    message = (
        "Fatal error from runtime: failed to start internal gRPC server: error from authenticator CreateSignedWorkloadCert: "
        f"error from sentry SignCertificate: {REFUSED}"
    )

    assert known(dapr_json(message, "dapr.runtime"), Component.DAPRD).primary.row == 43


@pytest.mark.parametrize(
    "message", ["sending workload csr request to sentry", "renewing certificate: requesting new cert and restarting gRPC server"]
)
def test_what_a_healthy_sidecar_says_too_is_nothing(message: str) -> None:
    assert classify(dapr_json(message, "dapr.runtime.grpc.internal", "info"), Component.DAPRD) is None


@pytest.mark.parametrize("line", [WATCH_ENDED, LEASE_LOST], ids=["reflector", "leader election"])
def test_what_the_operator_said_in_the_story_is_a_red_herring(line: str) -> None:
    assert known(line, Component.OPERATOR).primary.row == 73
    assert known(cri(line)).primary.row == 73


def test_a_reason_that_stands_alone_is_the_primary() -> None:
    assert ids(known(X509)) == ("reason-expired",)


def test_a_line_may_have_several_reasons() -> None:
    found = known(f"Failed to connect to scheduler host: {X509}, then x509: certificate signed by unknown authority", Component.DAPRD)

    assert ids(found) == ("sidecar-loses-scheduler", "reason-expired", "reason-unknown-authority")


def test_dapr_with_newer_words_before_the_reason_is_understood() -> None:
    found = known(dapr_text(UNRENEWED, "dapr.runtime.security"), Component.DAPRD)

    assert ids(found) == ("sidecar-renewal-fails", "reason-unknown-authority")


@pytest.mark.parametrize("container", ["orders", "", "sentry", "dapr-sentry-x", "DAPRD", "istio-proxy"])
def test_a_container_that_is_not_dapr_s_is_nobody(container: str) -> None:
    assert component_of(container) is None


def test_dapr_s_containers_are_known_by_name() -> None:
    assert {component_of(f"dapr-{one.value}") for one in CONTROL_PLANE} == set(CONTROL_PLANE)
    assert component_of("daprd") is Component.DAPRD


def test_what_an_application_prints_is_nobody_s() -> None:
    """Whoever may run a container may print Dapr's lines."""
    text = dapr_json("Root and issuer certs not found: generating self signed CA", "dapr.sentry.ca")

    assert [classify_line(LogLine(at_ns=1, text=text, container=name)) for name in ("orders", "", "dapr-sentry-debug")] == [None] * 3
    found = classify_line(LogLine(at_ns=1, text=text, container="dapr-sentry"))
    assert found is not None
    assert found.primary.row == 5


def test_a_sidecar_cannot_speak_for_sentry() -> None:
    assert classify("Root and issuer certs not found: generating self signed CA", Component.DAPRD) is None
    assert classify(dapr_json("Root and issuer certs not found: generating self signed CA"), Component.DAPRD) is None


def test_a_line_whose_scope_denies_its_container_is_nobody_s() -> None:
    assert classify(dapr_json(X509, "dapr.sentry"), Component.DAPRD) is None
    assert classify(dapr_json(X509, "dapr.runtime"), Component.DAPRD) is not None


def test_a_pasted_line_is_not_taken_against_its_own_scope() -> None:
    message = "Root and issuer certs not found: generating self signed CA"

    assert classify(dapr_text(message, "dapr.runtime.http"), None) is None
    assert known(dapr_text(message, "dapr.sentry.ca")).primary.row == 5


def test_what_every_component_prints_under_one_scope_contradicts_nobody() -> None:
    assert classify(dapr_text(X509, "dapr.runtime.security"), Component.OPERATOR) is not None


def test_a_message_that_looks_like_a_record_is_a_message() -> None:
    """An application may get its sidecar to log a body; what stands in it is not the sidecar's word."""
    forged = json.dumps({"msg": "Root and issuer certs not found: generating self signed CA", "scope": "dapr.sentry.ca"})

    assert classify(dapr_json(forged, "dapr.runtime.http"), Component.DAPRD) is None
    assert classify(docker(dapr_json(forged, "dapr.runtime.http")), None) is None


def test_a_line_without_any_literal_is_nothing() -> None:
    assert classify("", None) is None
    assert classify("listening on :8080", None) is None


@pytest.mark.parametrize("piece", sorted({one.literal for one in SIGNATURES}))
def test_a_megabyte_of_a_literal_does_no_harm(piece: str) -> None:
    for text in (piece * (1_000_000 // len(piece)), dapr_json((piece + " ") * 4_000, "dapr.x"), f"{piece}: x" * 1_500):
        found = classify(text, None)
        assert found is None or found.primary is FOREIGN or found.primary.literal in text


@given(st.text(), st.sampled_from(SIGNATURES), st.text(), st.sampled_from([None, *Component]))
def test_no_text_around_a_literal_breaks_it(before: str, one: Signature, after: str, component: Component | None) -> None:
    for line in (before + one.literal + after, dapr_json(before + one.literal + after), "{" + one.literal + after, "time=" + one.literal):
        found = classify(line, component)
        assert found is None or component is None or component in found.primary.components


@pytest.mark.parametrize("release", ["1.13.6", "1.16.2", "1.18.3"])
def test_what_the_simulated_sentry_says_is_known_too(release: str) -> None:
    version = Version.parse(release)
    said = {
        sentry_log.NOT_FOUND: 5,
        sentry_log.RELOADING: 8,
        sentry_log.found(version): 7,
        sentry_log.missing("configmaps", "dapr-trust-bundle", version): 21,
        sentry_log.missing("secrets", "dapr-trust-bundle", version): 22,
    }

    assert {message: known(sentry_log.line(message, at=NOW), Component.SENTRY).primary.row for message in said} == said


@pytest.mark.parametrize(
    "line",
    [
        "time=“2026-06-19T13:19:53Z” level=fatal msg=“error creating CA: configmaps \\“dapr-trust-bundle\\” not found” scope=dapr.sentry",
        '&gt; error creating CA: configmaps "dapr-trust-bundle" not found',
        "dapr-sentry-0 dapr-sentry error creating CA: configmaps 'dapr-trust-bundle' not found",
        '{"level":"fatal","msg":"error creating CA: configmaps \\"dapr-trust-bundle\\" not found","scope":"dapr.sen',
    ],
    ids=["smart quotes", "entities", "other quotes", "cut off"],
)
def test_what_a_chat_or_a_collector_did_to_a_line_does_no_harm(line: str) -> None:
    assert known(line).primary.id == "sentry-misses-configmap"
