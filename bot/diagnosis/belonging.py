"""Whose certificates a line speaks of, as far as the line tells: the words "x509: …" are Go's, and half the cluster prints them."""

import re
from typing import Final

from bot.diagnosis.signature import CONTROL_PLANE, Component
from bot.diagnosis.unwrapping import Printed

LOOKED_AT: Final = 2_048
"""Characters of a message in which it is looked for: many words are sought, and whoever prints a long line must not make that long."""

_DAPRS: Final = "dapr."
# Where daprd speaks of others: its components' own words, what it passes on for the application, what it sends traces to.
_OF_COMPONENTS: Final = (
    "dapr.contrib",
    "dapr.middleware",
    "dapr.outbox",
    "dapr.runtime.channels",
    "dapr.runtime.processor",
    "dapr.runtime.pubsub",
    "dapr.runtime.trace",
)
# Whatever else a line says: an image, a component, a call over a URL. Dapr speaks gRPC to its own, and has URLs for its webhooks alone.
_SURELY_OTHERS: Final = re.compile(
    rf"scope\W{{1,5}}(?:{'|'.join(map(re.escape, _OF_COMPONENTS))})\b"
    r"|pull(?:ing)?[ _-](?:and unpack )?image|PullImage|ImagePull|container registry|\bv2 registry"
    r"|INIT_COMPONENT_FAILURE|initialization error occurred for|\bcomponent\[|output binding"
    r"|\((?:state|pubsub|bindings|secretstores|configuration|lock|middleware|crypto|conversation|nameresolution)\.[\w.-]{1,80}/v\d"
    r"|\b(?:https|wss|rediss?|amqps?|postgres(?:ql)?|mongodb(?:\+srv)?|mysql|kafka|nats|tls|ssl|mqtts?|ldaps|smtps)://(?!dapr-)",
    re.IGNORECASE,
)
_SURELY_DAPRS: Final = re.compile(
    r"\bdaprd?\b|\bdapr[-_./]|sentry SignCertificate|error creating CA\b|trust root bundle|Fatal error from runtime|Error signing identity"
    r"|spiffe://[^/\s]{1,250}/ns/(?![^/\s]{1,250}/sa/)"
)
# How other programs begin a line: klog, JSON and logfmt without Dapr's scope (a record has a level), a name in brackets.
_FORM_OF_OTHERS: Final = re.compile(r"[IWEF]\d{4} \d\d:\d\d:\d\d|[{\[<%]|(?:ts|time|level|logger|t)=|\d{4}-\d\d-\d\dT[\d:.]{8,18}Z?[\t ]")
_NAMES_OF_OTHERS: Final = re.compile(
    r"istio|envoy|citadel|\bxds\b|linkerd|consul|cilium|hubble|spire|etcd|:23(?:79|80)\b|kubelet|kube-|containerd|cri-o|cert-manager|vault"
    r"|kafka|sarama|redis|postgres|\bpq:|mysql|mongo|rabbit|amqp|\bnats\b|elastic|cassandra|nginx|haproxy|traefik|caddy|argocd|gitrepo"
    r"|prometheus|grafana|\bloki\b|fluent|otlp|opentelemetry|exporter|servicebus|amazonaws|googleapis|azure",
    re.IGNORECASE,
)
# What the reason begins with, when somebody cut the rest away; and words that Dapr's links end with as a rule.
_BARE: Final = re.compile(
    r"[\s>*|-]{0,8}(?:err(?:or)?: |desc = |tls: failed to verify (?:client )?certificate: |x509svid: could not verify leaf certificate: )*+"
    r"(?:x509: |tls: |remote error: tls: )",
    re.IGNORECASE,
)
_AS_DAPR_SPEAKS: Final = re.compile(
    r"authentication handshake failed|failed to complete security handshake|trust anchor|code = \w{1,40} desc = failed to sign certificate"
    r"|code = PermissionDenied desc = "
)


def is_surely_others(line: Printed) -> bool:
    """Whether the line names a component, an image or an address as the one whose certificate it is."""
    return line.scope.startswith(_OF_COMPONENTS) or _SURELY_OTHERS.search(line.message[:LOOKED_AT]) is not None


def may_be_others(line: Printed, component: Component | None) -> bool:
    """Whether the words about a certificate in this line may be about somebody else's than Dapr's.

    ``component``: whose log it stands in, None when nobody knows.
    """
    message = line.message[:LOOKED_AT]
    if is_surely_others(line):
        return True
    if line.scope:
        return not line.scope.startswith(_DAPRS)
    if component in CONTROL_PLANE or _SURELY_DAPRS.search(message):
        return False
    if line.level or _FORM_OF_OTHERS.match(message) or _NAMES_OF_OTHERS.search(message):
        return True
    return not (_BARE.match(message) or _AS_DAPR_SPEAKS.search(message))
