"""The reasons: what stands inside other lines, as a rule after the last colon, and tells why."""

import re
from typing import Final

from bot.diagnosis.signature import EVERYWHERE, Component, Group, Kind, Signature

ANYBODY: Final = (*EVERYWHERE, Component.API_SERVER, Component.EVENT)

EXPIRED: Final = Signature(
    id="reason-expired",
    row=36,
    kind=Kind.CERTIFICATE,
    components=ANYBODY,
    literal="certificate has expired or is not yet valid",
    pattern=re.compile(r"certificate has expired or is not yet valid(?!: current time \S{1,40} is before)"),
    meaning="A certificate on the other side's path has ended.",
    cause=(
        "The instant after “is after” is the end of the one that is meant: compare it with the ends of root, issuer and workload "
        "certificate."
    ),
    remedy=(
        "If it is the root's or the issuer's end: docs/checks.md#already-expired. If it is that of a workload certificate, the other "
        "side could not renew: read its own log, for it is the one to mend."
    ),
    witness="x509: certificate has expired or is not yet valid: current time 2026-06-19T13:19:51Z is after 2026-06-16T12:31:17Z",
    opens=("root-expiry", "issuer-expiry", "intermediate-expiry", "stale-pods"),
    is_part=True,
)

NOT_YET: Final = Signature(
    id="reason-not-yet-valid",
    row=37,
    kind=Kind.OTHER,
    components=ANYBODY,
    literal="certificate has expired or is not yet valid",
    pattern=re.compile(r"certificate has expired or is not yet valid: current time \S{1,40} is before"),
    meaning="A certificate begins later than this machine believes it is.",
    cause=(
        "The clock of this node is behind, or that of the machine that made the certificate is ahead. The CA itself may be from the future."
    ),
    remedy="Compare the clocks (date -u on both). If they agree, see docs/checks.md#not-yet-valid.",
    witness="x509: certificate has expired or is not yet valid: current time 2026-06-19T13:19:51Z is before 2026-06-19T13:30:00Z",
    opens=("not-yet-valid",),
    is_part=True,
)

UNKNOWN_AUTHORITY: Final = Signature(
    id="reason-unknown-authority",
    row=38,
    kind=Kind.CERTIFICATE,
    components=ANYBODY,
    literal="certificate signed by unknown authority",
    meaning="The other side's certificate comes from a CA that this side does not know.",
    cause=(
        "Two CAs are about: this pod was admitted before the CA changed, or the other side still serves a certificate of the old one. "
        "“Possibly because of” a failed verification means that both CAs bear the same name."
    ),
    remedy=(
        "Ask stale-pods which pods trust another CA than sentry's, and recreate those: docs/checks.md#recreating-pods. If there are "
        "none, the other side has the old certificate: restart it."
    ),
    witness=(
        'x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification failure" while trying to verify '
        'candidate authority certificate "cluster.local")'
    ),
    opens=("stale-pods", "ca-changed", "issuer-not-loaded", "bundle-mismatch", "injector-untrusted"),
    is_part=True,
)

GROUP: Final = Group(
    title="Reasons that stand inside other lines",
    lead=(
        "The end of many lines above. Alone they say what is wrong, but not for whom. Newer Go puts “tls: failed to verify certificate:” "
        "before them, and Dapr since 1.12 “x509svid: could not verify leaf certificate:”."
    ),
    signatures=(EXPIRED, NOT_YET, UNKNOWN_AUTHORITY),
)
