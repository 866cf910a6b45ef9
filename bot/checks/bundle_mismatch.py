"""Are Secret and ConfigMap equal, byte for byte? If not, sentry replaces the CA (dapr#9563): one newline too many is enough."""

from collections.abc import Iterator

from bot.model import authorship, damage, trust
from bot.model.check import Category, Check
from bot.model.finding import Finding, Severity
from bot.model.pem import PemDocument, describe_difference
from bot.model.policy import Policy
from bot.model.prognosis import DO_NOT_RESTART, FROM_CONFIGMAP, MISMATCH, explained, prognosis, restart_warning, would_load
from bot.model.snapshot import Snapshot

ID = MISMATCH
FACT = "Secret and ConfigMap differ: sentry would replace the CA at its next start or reload"
CONSEQUENCE = "A difference means 'no CA yet' to sentry: it makes a new one and overwrites both; then every pod trusts the wrong root."
TO_CONFIGMAP = "write the Secret's ca.crt into the ConfigMap, byte for byte: docs/checks.md#bundle-mismatch"
FROM_COPY = "neither text goes with the issuer: write your saved pair back, ConfigMap first: docs/checks.md#writing-a-bundle-back"


def judge(snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:  # noqa: ARG001 - every check is asked the same way
    """Nothing up to 1.11, which has no ConfigMap."""
    if not trust.is_paired(snapshot):
        return
    secret, configmap = trust.secret(snapshot), trust.configmap(snapshot)
    if secret is None or configmap is None or secret.ca is None or configmap.ca is None:
        yield explained(ID, "There are no two texts to compare", prognosis(snapshot).owner or "dapr-missing")
        return
    difference = describe_difference(secret.ca, configmap.ca, a_name="the Secret's ca.crt", b_name="the ConfigMap's ca.crt")
    if difference is not None:
        yield _finding(snapshot, difference, configmap.ca)


def _finding(snapshot: Snapshot, difference: str, configmap_ca: PemDocument) -> Finding:
    expected = prognosis(snapshot)
    if expected.is_trouble and expected.owner != ID:
        return explained(ID, "Secret and ConfigMap differ", expected.owner)
    damaged = (sentence for one in damage.in_bundle(snapshot) for sentence in one.sentences)
    return Finding(
        check_id=ID,
        severity=Severity.CRITICAL if expected.is_trouble else Severity.WARNING,
        fact=FACT,
        evidence=(f"The difference: {difference}.", *damaged, CONSEQUENCE, restart_warning(snapshot), *authorship.writers(snapshot)),
        next_step=f"{DO_NOT_RESTART}; {_what_to_write(snapshot, configmap_ca)}",
    )


def _what_to_write(snapshot: Snapshot, configmap_ca: PemDocument) -> str:
    """The object whose text the issuer goes with is right; when both do, the ConfigMap is the one whose change wakes nobody."""
    held = trust.trust_bundle(snapshot)
    if held is None:
        return FROM_COPY
    if would_load(snapshot, held, held.ca):
        return TO_CONFIGMAP
    return FROM_CONFIGMAP if would_load(snapshot, held, configmap_ca) else FROM_COPY


CHECK = Check(
    id=ID,
    title="Secret and ConfigMap hold the same roots, byte for byte",
    category=Category.TRUST,
    needs=("secret", "configmap"),
    judge=judge,
)
