"""What the bot lives on, as seen at one instant for the doctor: API server, permissions, Loki, Prometheus, memory. Nouns only."""

import enum
from datetime import datetime, timedelta
from typing import Final

import msgspec

from bot.model.alert import Backlog
from bot.model.logs import LogLabels, LogView
from bot.model.observed import Part, Unobserved, Why

MOST_SKEW: Final = timedelta(seconds=5)
"""So much the clocks of a cluster and of the bot may differ."""
EMPTY_DIR: Final = "emptyDir"
# Those of a container itself and of main memory, and what Kubernetes calls an empty directory; all are gone with the pod.
_FLEETING: Final = ("overlay", "tmpfs", "ramfs", EMPTY_DIR)


class Purpose(enum.Enum):
    """What a permission is for. ``EXCESS``: for nothing, it would be better not to have it; ``SEALING``: neither, of the sealing key."""

    NEEDED = "needed"
    DIAGNOSIS = "diagnosis"
    METRICS = "metrics"
    ROTATION = "rotation"
    SEALING = "sealing"
    EXCESS = "excess"


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """One permission, and whether the API server would grant it.

    ``words``  for a person: "list pods (cluster-wide)"
    ``rule``   as RBAC spells it: "apiGroups: [apps], resources: [deployments], verbs: [list]"
    ``file``   where under deploy/ it is granted; "" for EXCESS
    """

    words: str
    rule: str
    file: str
    purpose: Purpose
    allowed: bool


class ApiServer(msgspec.Struct, frozen=True, kw_only=True):
    """``version`` as it says it ("v1.34.3"). ``date``: its clock, to the second, None where it does not say.

    ``in_pod``: whether we run in a pod of that cluster, with the service account's rights.
    """

    version: str
    date: datetime | None
    in_pod: bool


class Skew(msgspec.Struct, frozen=True):
    """By how much the API server's clock is surely ahead of ours (negative: behind); zero where nothing is sure. Seconds count."""

    ahead: timedelta


class LogFlow(msgspec.Struct, frozen=True, kw_only=True):
    """How many lines the control plane's namespace logged per ``bucket``, the oldest first, the last until ``until_at``."""

    until_at: datetime
    bucket: timedelta
    counts: tuple[int, ...]


class Scraped(msgspec.Struct, frozen=True, kw_only=True):
    """One metric as Prometheus has it now. ``series``: how many; ``labels``: the names on one of them, in order."""

    metric: str
    series: int
    labels: tuple[str, ...] = ()


class StoreCondition(msgspec.Struct, frozen=True, kw_only=True):
    """The memory's file.

    ``path``        absolute
    ``exists``      False: nothing was ever kept there, and the rest is of its directory
    ``revision``    of its schema, ``newest`` the one this version knows; "" where it has none
    ``writable``    whether a write was taken (and rolled back), or the directory may be written to
    ``size_bytes``, ``free_bytes``  of the files together, of the disk; None where it cannot be told
    ``filesystem``  of the place ("ext4", "overlay", "tmpfs", "emptyDir" for that volume of a pod), "" where it cannot be told
    """

    path: str
    exists: bool
    revision: str
    newest: str
    writable: bool
    size_bytes: int
    free_bytes: int | None
    filesystem: str

    @property
    def is_fleeting(self) -> bool:
        """Whether it would be gone with a pod."""
        return self.filesystem in _FLEETING


class KeyFile(msgspec.Struct, frozen=True, kw_only=True):
    """The file of the sealing key, which opens. ``mounted``: Kubernetes keeps it (a volume of a Secret, of a CSI driver or projected).

    ``everybody``: whether others on this machine may read it.
    """

    path: str
    mounted: bool
    everybody: bool


class SealTrial(msgspec.Struct, frozen=True, kw_only=True):
    """A random value was sealed, and opened again. ``by_command``: by the program of the setting; ``took``: all of it."""

    by_command: bool
    took: timedelta


class Safekeeping(msgspec.Struct, frozen=True, kw_only=True):
    """How the last good pair is kept. ``kept_at``, ``opened_at``: when it was kept, and when it was last seen to open; None: not (yet).

    ``waits``: why nothing is kept yet; ``trouble``, with ``hint``: what keeps it from being kept, or opened.
    """

    kept_at: datetime | None = None
    opened_at: datetime | None = None
    waits: str = ""
    trouble: str = ""
    hint: str = ""


NOTHING_IS_KEPT: Final = Unobserved(
    Why.BY_CHOICE, "No pair is kept here: only `dapr-warden serve` with DAPR_WARDEN_ROTATION=ask keeps one."
)


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the core's examinations are judged from. ``flow`` is of the last hour; ``watch`` what the log watch knows."""

    taken_at: datetime
    namespace: str
    server: Part[ApiServer]
    skew: Part[Skew]
    permissions: Part[tuple[Permission, ...]]
    sealing: Part[KeyFile]
    loki: Part[str]
    labels: Part[LogLabels]
    flow: Part[LogFlow]
    watch: Part[LogView]
    prometheus: Part[str]
    sentry_metrics: Part[Scraped]
    sidecar_metrics: Part[Scraped]
    own_metrics: Part[Scraped]
    memory: Part[StoreCondition]
    backlog: Part[Backlog]
    sealed: Part[SealTrial]
    backup: Part[Safekeeping] = NOTHING_IS_KEPT
