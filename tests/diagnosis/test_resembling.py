"""What an unknown complaint looks most like, and what looks like nothing."""

import pytest

from bot.diagnosis.resembling import nearest
from bot.diagnosis.signature import Kind
from bot.diagnosis.signatures import SIGNATURES


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Failed to connect with placement service", "sidecar-loses-placement"),
        ("generating self-signed CA", "ca-generated"),
        ("Could not connect to schedulers hosts", "sidecar-loses-scheduler"),
        ("Error renewing the workload identity, retrying", "sidecar-renewal-fails"),
        ("x509: certificate expired", "reason-expired"),
        ("x509: certificate signed by an unknown authority", "reason-unknown-authority"),
        ("dapr root certificate expires in 3 days", "root-expires-soon"),
        ("sentry failed: issuer key doesn't match issuer cert", "sentry-refuses-key"),
        ("the pod's service account does not match its token", "sentry-denies-service-account"),
    ],
)
def test_another_wording_is_near(message: str, expected: str) -> None:
    found = nearest(message)

    assert found is not None
    assert found.id == expected


@pytest.mark.parametrize(
    "message",
    [
        "",
        "failed to connect to redis: connection reset by peer",
        "error: user not found",
        "failed to read configuration file app.yaml",
        "error connecting to database: password authentication failed for user",
        "failed to pull image nginx:latest: not found",
        "failed to get secret my-app in namespace shop",
        "nginx: [emerg] cannot load certificate /etc/nginx/tls.crt",
        "panic: runtime error: invalid memory address or nil pointer dereference",
        "jwt token invalid",
    ],
)
def test_what_any_program_complains_of_is_near_nothing(message: str) -> None:
    assert nearest(message) is None


def test_no_guess_is_healthy_or_something_that_half_the_world_prints() -> None:
    guessed = {found for one in SIGNATURES if (found := nearest(one.witness))}

    assert guessed
    assert [one.id for one in guessed if one.kind is Kind.STATE or one.is_common] == []


def test_only_the_first_words_count() -> None:
    filler = " ".join(f"filler{letter}{other}" for letter in "abcdefgh" for other in "abcdefgh")

    assert nearest(f"Failed to connect with placement service {filler}") is not None
    assert nearest(f"{filler} Failed to connect with placement service") is None
