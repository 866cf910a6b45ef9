"""Pod templates: which one it is, as a digest, and what one of its pods asks of a quota. No value of it leaves."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Raw

from bot.adapters.kubernetes import quantities
from bot.adapters.kubernetes.wire_surroundings import IntOrPercent, Template

RESTARTED: Final = "kubectl.kubernetes.io/restartedAt"
OURS: Final = "dapr-warden.io/"
COUNTED: Final = ("cpu", "memory")
_TREE: Final = msgspec.json.Decoder(dict[str, Any])
_TEMPLATE: Final = msgspec.json.Decoder(Template)


def read(raw: Raw) -> Template:
    """The few fields of it that are looked at."""
    return _TEMPLATE.decode(raw)


def digest(raw: Raw) -> str:
    """SHA-256 of its canonical JSON, without what only says when it was restarted: a restart makes no other template of it.

    null in its metadata is left out: some API servers say "creationTimestamp": null, others do not. Call it after :func:`read`, which
    refuses what is no template.
    """
    tree = _TREE.decode(raw)
    given: dict[str, Any] = tree.pop("metadata", None) or {}
    metadata = {name: value for name, value in given.items() if value is not None}
    annotations: dict[str, str] = metadata.pop("annotations", {})
    kept = {name: value for name, value in annotations.items() if name != RESTARTED and not name.startswith(OURS)}
    metadata |= {"annotations": kept} if kept else {}
    return hashlib.sha256(msgspec.json.encode({"metadata": metadata, **tree}, order="sorted")).hexdigest()


def asks(template: Template) -> dict[str, int]:
    """What its containers request and are limited to, in thousandths; what is injected later is not in it."""
    total: defaultdict[str, int] = defaultdict(int)
    for container in (template.spec.containers if template.spec else None) or ():
        resources = container.resources
        limits = (resources.limits if resources else None) or {}
        # What has a limit and no request requests as much.
        requests = limits | ((resources.requests if resources else None) or {})
        for kind, named in (("requests", requests), ("limits", limits)):
            for name, value in _counted(named).items():
                total[f"{kind}.{name}"] += value
    return dict(total)


def _counted(named: Mapping[str, IntOrPercent]) -> dict[str, int]:
    return {name: quantities.thousandths(named[name]) for name in COUNTED if name in named}
