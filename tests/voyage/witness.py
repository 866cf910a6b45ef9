"""What must never be, seen as it happens: of the cluster, and of what was written to it."""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.adapters.sealing import AesGcmSeal
from bot.model import pem, private_key
from bot.model.certificate import certificates
from bot.model.trust_pair import BACKUP, STAGING
from bot.rotation import vault
from playground.kubernetes.dapr import BUNDLE
from playground.kubernetes.writing import Written
from tests.voyage.voyage import FOREIGN, SEALED_WITH, Voyage

OPEN_FOR: Final = timedelta(seconds=30)
"""So long at most a pair stays half written after a bot began."""
REPLACED: Final = {"Secret": (BUNDLE, BACKUP, STAGING), "ConfigMap": (BUNDLE,), "Lease": ("dapr-warden-rotation",)}
RESTARTED: Final = ("Deployment", "StatefulSet", "DaemonSet")
MOST: Final = 5
"""So many troubles are told."""

Object = dict[str, Any]


@dataclass(slots=True)
class Witness:
    """Looks from the moment on in which it was made. ``gentle``: nobody may refuse anybody; ``booted_at``: when this bot began.

    ``keys``: digests of the private keys that were written or staged, but for the one that the Secret held at first.
    """

    voyage: Voyage
    gentle: bool = True
    booted_at: datetime | None = None
    troubles: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    _first_key: str = ""
    _open_since: datetime | None = None
    _read: int = 0
    _asked: int = 0

    def __post_init__(self) -> None:
        """What was there before does not count."""
        self._first_key = _key(_decoded(self.voyage.data())["issuer.key"])
        self._read, self._asked = len(self.voyage.kube.written), len(self.voyage.kube.requests)

    def look(self) -> None:
        """Whatever must never be is told in ``troubles``."""
        voyage, now = self.voyage, self.voyage.clock.now()
        if self.gentle and (refused := voyage.town.refused()):
            self._trouble(f"refused {refused[:2]}")
        data = voyage.data()
        if {key: data.get(key) for key in FOREIGN} != FOREIGN:
            self._trouble("a key that is not ours was touched")
        if voyage.is_open:
            self._open_since = self._open_since or now
            begun = max(self._open_since, self.booted_at or self._open_since)
            if now - begun > OPEN_FOR:
                self._trouble(f"the pair is open since {begun}")
        else:
            self._open_since = None
        self._look_at_writes()

    def _look_at_writes(self) -> None:
        written, asked = self.voyage.kube.written, self.voyage.kube.requests
        for one in written[self._read :]:
            self._look_at(one)
        for verb, path, _ in asked[self._asked :]:
            if verb in ("create", "delete", "deletecollection"):
                self._trouble(f"{verb} {path}")
        self._read, self._asked = len(written), len(asked)

    def _look_at(self, one: Written) -> None:
        kind, name = one.where.kind.name, one.where.name
        if kind in RESTARTED and one.verb == "patch":
            return
        if name not in REPLACED.get(kind, ()) or one.verb != "update":
            self._trouble(f"{one.verb} {kind} {name}")
        if not one.conditional:
            self._trouble(f"an unconditional {one.verb} of {kind} {name}")
        if kind == "Secret":
            self.keys |= _keys(name, _decoded(one.object.get("data") or {})) - {self._first_key}
        if len(self.keys) > 1:
            self._trouble(f"a second new key was written into {name}")

    def _trouble(self, what: str) -> None:
        if len(self.troubles) < MOST:
            self.troubles.append(f"{self.voyage.clock.now():%d %H:%M:%S} {what}")


def is_one_ca(voyage: Voyage) -> bool:
    """Whether the key in the Secret is that of the issuer beside it."""
    data = _decoded(voyage.data())
    return private_key.read_key(data["issuer.key"]).key_sha256 == certificates(pem.read(data["issuer.crt"]))[0].key_sha256


def _keys(name: str, data: dict[str, bytes]) -> set[str]:
    """Of the pairs that one of the Secrets holds now."""
    if name == BUNDLE:
        return {_key(data["issuer.key"])}
    if not data.get("sealed"):
        return set()
    seal = AesGcmSeal(SEALED_WITH)
    if name == BACKUP:
        pairs = [vault.unpacked_backup(seal.open(data["sealed"], vault.ABOUT_BACKUP)).pair]
    else:
        pairs = list(vault.unpacked_staging(seal.open(data["sealed"], vault.ABOUT_STAGING)).pairs.values())
    return {_key(one.key.revealed()) for one in pairs}


def _key(text: bytes) -> str:
    return private_key.read_key(text).key_sha256


def _decoded(data: Object) -> dict[str, bytes]:
    return {name: base64.b64decode(value) for name, value in data.items()}
