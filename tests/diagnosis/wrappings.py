"""One message in every wrapping that a collector gives it."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot.diagnosis.signature import Component

AT: Final = "2026-06-19T13:19:53.535345802Z"
SCOPES: Final = {
    Component.SENTRY: "dapr.sentry",
    Component.OPERATOR: "dapr.operator",
    Component.INJECTOR: "dapr.injector",
    Component.PLACEMENT: "dapr.placement",
    Component.SCHEDULER: "dapr.scheduler",
    Component.DAPRD: "dapr.runtime",
}


def dapr_json(message: str, scope: str = "dapr.sentry", level: str = "error") -> str:
    """As Dapr prints it with ``logAsJson``; Go writes ``<``, ``>`` and ``&`` as escapes."""
    record = {
        "app_id": "orders",
        "instance": "pod-1",
        "level": level,
        "msg": message,
        "scope": scope,
        "time": AT,
        "type": "log",
        "ver": "1.18.3",
    }
    return (
        json.dumps(record, separators=(",", ":"), ensure_ascii=False)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
    )


def dapr_text(message: str, scope: str = "dapr.sentry", level: str = "error") -> str:
    """As Dapr prints it by default (logrus' text)."""
    quoted = json.dumps(message, ensure_ascii=False)
    return f'time="{AT}" level={level} msg={quoted} app_id=orders instance=pod-1 scope={scope} type=log ver=1.18.3'


def cri(line: str) -> str:
    return f"{AT} stderr F {line}"


def docker(line: str) -> str:
    return json.dumps({"log": f"{line}\n", "stream": "stderr", "time": AT})


def fluent_bit(line: str) -> str:
    return json.dumps({"date": 1, "log": line, "stream": "stderr", "kubernetes": {"pod_name": "pod-1", "container_name": "c"}})


def vector(line: str) -> str:
    return json.dumps({"file": "/var/log/pods/x", "message": line, "source_type": "kubernetes_logs"})


def prefixed(line: str) -> str:
    """kubectl logs --prefix --timestamps"""
    return f"[pod/pod-1/daprd] {AT} {line}"


def stern(line: str) -> str:
    return f"pod-1 daprd {line}"


COLLECTORS: Final[Mapping[str, Callable[[str], str]]] = {
    "as it is": str,
    "CRI": cri,
    "docker": docker,
    "Fluent Bit": fluent_bit,
    "Vector": vector,
    "kubectl": prefixed,
    "docker in Fluent Bit": lambda line: fluent_bit(docker(line)),
    "CRI in Fluent Bit": lambda line: fluent_bit(cri(line)),
}


def wrapped(message: str, component: Component) -> Iterator[tuple[str, str]]:
    """Every wrapping of a message: its name and the line."""
    printed = {"bare": message}
    if component in SCOPES:
        printed |= {"text": dapr_text(message, SCOPES[component]), "JSON": dapr_json(message, SCOPES[component])}
    for form, line in printed.items():
        for collector, wrap in COLLECTORS.items():
            yield f"{form}, {collector}", wrap(line)
