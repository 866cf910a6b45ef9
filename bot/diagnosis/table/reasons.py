"""The reasons: what stands inside other lines, as a rule after the last colon, and tells why."""

import re
from typing import Final

from bot.diagnosis.signature import EVERYWHERE, Component, Group, Kind, Signature

FOREIGN: Final = "If the line names a component (a broker, a database), it is about that one's certificates, not Dapr's."
ANYBODY: Final = (*EVERYWHERE, Component.API_SERVER, Component.EVENT)

EXPIRED: Final = Signature(
    id="reason-expired",
    row=36,
    kind=Kind.CERTIFICATE,
    components=ANYBODY,
    literal="certificate has expired or is not yet valid",
    pattern=re.compile(r"certificate has expired or is not yet valid(?!: current time \S{1,40} is b)"),
    meaning="A certificate on the path from the other side to a root has ended.",
    cause=(
        "The instant after “is after” is the end of the one that is meant: compare it with the ends of root, issuer and workload "
        f"certificate. {FOREIGN}"
    ),
    remedy=(
        "If it is the root's or the issuer's end: docs/checks.md#already-expired. If it is that of a workload certificate, the other "
        "side could not renew: read its own log, for it is the one to mend."
    ),
    witness="x509: certificate has expired or is not yet valid: current time 2026-06-19T13:19:51Z is after 2026-06-16T12:31:17Z",
    opens=("root-expiry", "issuer-expiry", "intermediate-expiry", "stale-pods"),
    is_part=True,
    is_shared=True,
)

NOT_YET: Final = Signature(
    id="reason-not-yet-valid",
    row=37,
    kind=Kind.CERTIFICATE,
    components=ANYBODY,
    literal="certificate has expired or is not yet valid",
    pattern=re.compile(r"certificate has expired or is not yet valid: current time \S{1,40} is b"),
    meaning="A certificate begins later than this machine believes it is.",
    cause=(
        "The clock of this node is behind, or that of the machine that made the certificate is ahead. The CA itself may be from the future."
    ),
    remedy="Compare the clocks (date -u on both). If they agree, see docs/checks.md#not-yet-valid.",
    witness="x509: certificate has expired or is not yet valid: current time 2026-06-19T13:19:51Z is before 2026-06-19T13:30:00Z",
    opens=("not-yet-valid",),
    is_part=True,
    is_shared=True,
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
        f"“Possibly because of” a failed verification means that both CAs bear the same name. {FOREIGN}"
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
    is_shared=True,
)

REFUSED_BY_PEER: Final = Signature(
    id="reason-refused-by-peer",
    row=38,
    kind=Kind.CERTIFICATE,
    components=ANYBODY,
    literal="remote error: tls: ",
    pattern=re.compile(r"remote error: tls: (?:(?:bad|unknown|expired) certificate|unknown certificate authority)"),
    meaning="The other side does not accept the certificate of this one. Its own log says why.",
    cause=f"This side's certificate comes from a CA that the other side does not know, or has ended. {FOREIGN}",
    remedy=(
        "Ask stale-pods which pods trust another CA than sentry's. If it is this pod, recreate it: docs/checks.md#recreating-pods. "
        "Otherwise it is the other side."
    ),
    witness="remote error: tls: bad certificate",
    opens=("stale-pods", "ca-changed", "root-expiry"),
    is_part=True,
    is_shared=True,
)

CANNOT_SIGN: Final = Signature(
    id="reason-sentry-cannot-sign",
    row=18,
    kind=Kind.CERTIFICATE,
    components=tuple(one for one in EVERYWHERE if one is not Component.SENTRY),
    literal="failed to sign certificate",
    meaning="Sentry was asked and could not sign. Its own log says why.",
    cause="A sidecar of 1.18 or later asks an older sentry with an Ed25519 key; or the issuer's own key is RSA or Ed25519.",
    remedy=(
        "Upgrade the control plane before the sidecars: docs/checks.md#sidecar-newer. If the issuer is not ECDSA: "
        "docs/checks.md#making-a-ca."
    ),
    witness="rpc error: code = Internal desc = failed to sign certificate",
    versions="1.12 and later",
    opens=("sidecar-newer", "bundle-unloadable"),
    is_part=True,
    is_shared=True,
)

PATH_LENGTH: Final = Signature(
    id="reason-path-length",
    row=39,
    kind=Kind.CERTIFICATE,
    components=ANYBODY,
    literal="too many intermediates for path length constraint",
    meaning="The CA allows fewer certificates below it than there are. Sentry does not mind, but every peer refuses.",
    cause="A root of one's own has pathlen:0, or a cross-signed chain stands below an issuer that has.",
    remedy="A restart mends nothing. Make a CA without a path length: docs/checks.md#peers-refuse.",
    witness="x509: too many intermediates for path length constraint",
    opens=("peers-refuse",),
    is_part=True,
    is_shared=True,
)

OTHER_ID: Final = Signature(
    id="reason-unexpected-identity",
    row=40,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="failed: unexpected ID",
    meaning="The other side is who it is, but not the one that was expected.",
    cause="Trust domain or namespace of the control plane are set differently on the two sides.",
    remedy=(
        "Compare controlPlaneTrustDomain and the namespace of the release with what the pod was injected with; recreate the pod after a "
        "change."
    ),
    witness='transport: authentication handshake failed: unexpected ID "spiffe://cluster.local/ns/dapr-system/dapr-sentry"',
    versions="1.12 and later",
    is_part=True,
)

NO_TLS: Final = Signature(
    id="reason-no-tls",
    row=42,
    kind=Kind.OTHER,
    components=ANYBODY,
    literal="first record does not look like a TLS handshake",
    meaning="The other side answered without TLS.",
    cause="A service mesh or proxy stands between the two, or the port is a wrong one.",
    remedy="Take Dapr's ports out of the mesh. The CA has nothing to do with it.",
    witness="tls: first record does not look like a TLS handshake",
    is_part=True,
)

NO_SUCH_NAME: Final = Signature(
    id="reason-unrecognised-name",
    row=42,
    kind=Kind.OTHER,
    components=ANYBODY,
    literal="tls: unrecognized name",
    meaning="Somebody who is not Dapr took the connection and does not know the name that was asked for.",
    cause="A service mesh or proxy stands between the two.",
    remedy="Take Dapr's ports out of the mesh. The CA has nothing to do with it.",
    witness="remote error: tls: unrecognized name",
    is_part=True,
)

CONNECTION_REFUSED: Final = Signature(
    id="reason-connection-refused",
    row=41,
    kind=Kind.OPEN,
    components=EVERYWHERE,
    literal="connect: connection refused",
    meaning="Nothing listens at the address that was called.",
    cause="The program there is down, or starting. Sentry is down, for one, when it refuses its bundle.",
    remedy="See which address it is. If it is sentry's, read sentry's log: it may refuse its bundle.",
    witness="dial tcp 10.96.12.7:443: connect: connection refused",
    opens=("control-plane-unready",),
    is_part=True,
    is_common=True,
)

NO_HOST: Final = Signature(
    id="reason-no-such-host",
    row=41,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal=":53: no such host",
    meaning="DNS does not know the name that was called.",
    cause="The service does not exist, or stands in another namespace than the pod was told.",
    remedy="Compare the name with the services in the control plane's namespace.",
    witness="dial tcp: lookup dapr-sentry.dapr-system.svc.cluster.local on 10.96.0.10:53: no such host",
    opens=("dapr-missing",),
    is_part=True,
    is_common=True,
)

TIMED_OUT: Final = Signature(
    id="reason-connection-timed-out",
    row=41,
    kind=Kind.OPEN,
    components=EVERYWHERE,
    literal="rror while dialing",
    pattern=re.compile(r"[eE]rror while dialing:? .{0,200}i/o timeout"),
    meaning="The address that was called did not answer.",
    cause="A NetworkPolicy or firewall drops the packets, or the node is gone.",
    remedy="See whether other pods reach it from the same node.",
    witness='desc = "transport: Error while dialing: dial tcp 10.96.12.7:443: i/o timeout"',
    opens=("control-plane-unready",),
    is_part=True,
    is_common=True,
)

DEADLINE: Final = Signature(
    id="reason-deadline",
    row=41,
    kind=Kind.OPEN,
    components=EVERYWHERE,
    literal="context deadline exceeded",
    pattern=re.compile(r"(?:rpc error|dapr-sentry|sentry).{0,300}context deadline exceeded"),
    meaning="An answer did not come in time.",
    cause="The other side is down or slow; up to 1.11 a refused certificate hides behind it as well.",
    remedy="See whether the other side is up, then what it logs.",
    witness="rpc error: code = DeadlineExceeded desc = context deadline exceeded",
    opens=("control-plane-unready",),
    is_part=True,
    is_common=True,
)

SPIFFE_ID: Final = Signature(
    id="reason-other-app",
    row=74,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="match the one in the S",
    pattern=re.compile(r"match the one in the (?:SPIFFE|Spiffe) ID"),
    meaning="A sidecar spoke for another app or namespace than its certificate names.",
    cause="Its app id or namespace was changed while it ran.",
    remedy="Recreate the sidecar's pod. The CA has nothing to do with it.",
    witness="rpc error: code = PermissionDenied desc = provided app ID order doesn't match the one in the SPIFFE ID (orders)",
    versions="1.12 and later",
    is_part=True,
)

OTHER_NAMESPACE: Final = Signature(
    id="reason-other-namespace",
    row=75,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="identity does not match requested namespace",
    meaning="A sidecar asked the operator about a namespace that is not its own.",
    cause="The environment variable NAMESPACE of the sidecar was set by hand, or its pod's template was copied.",
    remedy="Remove what sets it and recreate the pod. The CA has nothing to do with it.",
    witness="rpc error: code = PermissionDenied desc = identity does not match requested namespace exp=shop got=bank",
    versions="1.12 and later",
    is_part=True,
)

OTHER_REQUEST: Final = Signature(
    id="reason-other-request",
    row=75,
    kind=Kind.OTHER,
    components=EVERYWHERE,
    literal="identity does not match request",
    pattern=re.compile(r"identity does not match request(?!ed)"),
    meaning="A sidecar asked the scheduler about a job of another app or namespace.",
    cause="Its app id or namespace was changed while it ran.",
    remedy="Recreate the sidecar's pod. The CA has nothing to do with it.",
    witness="rpc error: code = PermissionDenied desc = identity does not match request",
    versions="1.14 and later",
    is_part=True,
)

GROUP: Final = Group(
    title="Reasons that stand inside other lines",
    lead=(
        "The end of many lines above. Alone they say what is wrong, but not for whom. Newer Go puts “tls: failed to verify certificate:” "
        "before them, and Dapr since 1.12 “x509svid: could not verify leaf certificate:”."
    ),
    signatures=(
        EXPIRED, NOT_YET, UNKNOWN_AUTHORITY, REFUSED_BY_PEER, CANNOT_SIGN, PATH_LENGTH,
        OTHER_ID, NO_TLS, NO_SUCH_NAME, SPIFFE_ID, OTHER_NAMESPACE, OTHER_REQUEST, CONNECTION_REFUSED, NO_HOST, TIMED_OUT, DEADLINE,
    ),
)  # fmt: skip
