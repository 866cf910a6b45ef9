"""A sentry over its two objects, as the contract's cases see it, whether it is simulated or real."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.model.versions import Version
from tests.rig.dapr import TrustBundle

Object = dict[str, Any]
Became = Literal["kept", "replaced", "refused"]


class SentryWorld(Protocol):
    """A cluster with Dapr's two objects, empty, and a sentry of one version that does not run yet."""

    @property
    def version(self) -> Version: ...

    def write_secret(self, content: Mapping[str, bytes]) -> None:
        """Replaces its data, as kubectl. Sentry does not hear of it before :meth:`reload`."""
        ...

    def write_configmap(self, content: Mapping[str, bytes]) -> None: ...

    def remove(self, kind: str) -> None: ...

    def get(self, kind: str) -> Object:
        """The Secret or the ConfigMap as it stands."""
        ...

    def start(self) -> bool:
        """The process starts; whether it serves then, or has ended."""
        ...

    def reload(self) -> bool:
        """The mount changes, two seconds pass; whether it serves then, or has ended."""
        ...

    def stop(self) -> None: ...

    def serves(self) -> bool: ...

    def later(self, seconds: float) -> None:
        """That much time passes."""
        ...

    def last_words(self) -> str:
        """The message of the last fatal line in its log."""
        ...

    def lines(self) -> int:
        """How many lines its log has."""
        ...

    def expiry(self) -> float:
        """dapr_sentry_issuercert_expiry_timestamp, in seconds since 1970."""
        ...

    def reloads_after(self, *offsets: float) -> list[float]:
        """The mount changes at these seconds from now; when it reloads, in seconds from now."""
        ...


@dataclass(frozen=True)
class Pair:
    """Both objects' data, decoded."""

    secret: Mapping[str, bytes]
    configmap: Mapping[str, bytes]


def pair(world: SentryWorld) -> Pair:
    secret = {key: base64.b64decode(text) for key, text in world.get("Secret").get("data", {}).items()}
    return Pair(secret, {key: text.encode() for key, text in world.get("ConfigMap").get("data", {}).items()})


def write(world: SentryWorld, bundle: TrustBundle) -> None:
    """ConfigMap first: the safe order."""
    if world.version.class_ != "A":
        world.write_configmap(bundle.config_map)
    world.write_secret(bundle.secret)


def owners(obj: Object) -> dict[str, set[str]]:
    """Which manager wrote which keys of data last."""
    managed = obj["metadata"]["managedFields"]
    named = {entry["manager"]: set(entry["fieldsV1"].get("f:data", {})) - {"."} for entry in managed}
    return {manager: {key.removeprefix("f:") for key in keys} for manager, keys in named.items() if keys}


def became(world: SentryWorld, before: Pair, *, serves: bool) -> Became:
    """What happened to the CA."""
    if not serves:
        assert pair(world) == before
        return "refused"
    return "kept" if pair(world) == before else "replaced"
