"""As much of a cluster as keeping a pair takes: the live pair, and the bot's own Secret with its versions."""

from dataclasses import dataclass, field

from bot.errors import Conflicting
from bot.model.trust_pair import Kept, LivePair, TrustPair, Version
from tests.kept import a_pair


@dataclass
class FakeSafe:
    """``trouble``: what every call raises; ``garbles``: what is written arrives as something else."""

    live: TrustPair = field(default_factory=a_pair)
    configmap_ca: bytes | None = None
    sealed: bytes = b""
    note: str = ""
    written: int = 0
    reads: int = 0
    trouble: Exception | None = None
    garbles: bool = False

    async def pair(self) -> LivePair:
        self._stumble()
        here = Version("5d0f", "7")
        ca = self.live.ca if self.configmap_ca is None else self.configmap_ca
        return LivePair(pair=self.live, configmap_ca=ca, secret=here, configmap=here)

    async def kept(self, name: str) -> Kept:
        self._stumble()
        assert name == "dapr-warden-backup"
        self.reads += 1
        return Kept(sealed=self.sealed, version=self._version(), note=self.note)

    async def keep(self, name: str, sealed: bytes, before: Version, note: str = "") -> None:
        self._stumble()
        assert name == "dapr-warden-backup"
        if before != self._version():
            raise Conflicting("Somebody else wrote it.")
        self.sealed = b"garbled" if self.garbles else sealed
        self.note = note
        self.written += 1

    def _version(self) -> Version:
        return Version("6e10", str(self.written))

    def _stumble(self) -> None:
        if self.trouble is not None:
            raise self.trouble
