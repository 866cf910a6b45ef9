"""Grafana Loki, the real one, as one process on loopback: started on an empty folder, with the limits that a test wants to run into."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import yaml

from tests.rig import build, programs
from tests.rig.process import Process, RigError, free_ports

SOLE_TENANT = "fake"
"""Loki's own name for the tenant that everything belongs to while it asks for none."""
PROBE = "rig-probe"
"""The tenant of the first line, pushed to learn whether it works; without tenants the value of its only label, ``rig``."""

Limits = Mapping[str, object]

# A tenant without data, one of whose limits is the number of the edition.
_EDITION, _EDITION_LIMIT = "rig-edition", "max_query_series"
# An instance that can be left any moment: no write-ahead log, no telemetry, and a garbage collector that comes early.
_ENVIRONMENT = {"GOMEMLIMIT": "192MiB", "GOGC": "50"}
_PATIENCE = 60.0


@dataclass(frozen=True)
class Entry:
    """One line: nanoseconds since 1970, its text, its structured metadata."""

    at_ns: int
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> list[object]:
        """As the push API takes it."""
        known = [str(self.at_ns), self.text]
        return [*known, dict(self.metadata)] if self.metadata else [*known]


@dataclass(frozen=True)
class Stream:
    """What shares one set of labels."""

    labels: Mapping[str, str]
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Loki:
    """A running Loki. ``tenants``: whether it demands the header X-Scope-OrgID; if not, all is the one tenant ``fake``'s."""

    url: str
    tenants: bool
    process: Process
    overrides: "Overrides"
    _client: httpx.Client

    def push(self, streams: Sequence[Stream], *, tenant: str = SOLE_TENANT) -> None:
        """Returns when every line can be queried, however old. RigError in Loki's words when it refuses, maybe not all of them."""
        body = {"streams": [{"stream": dict(one.labels), "values": [entry.to_json() for entry in one.entries]} for one in streams]}
        answer = self._client.post("/loki/api/v1/push", json=body, headers=headers_of(tenant))
        if answer.status_code != httpx.codes.NO_CONTENT:
            raise RigError(f"loki refused a push with {answer.status_code}: {answer.text.strip()}")

    def get(self, path: str, *, tenant: str = SOLE_TENANT, **parameters: str | int) -> httpx.Response:
        """One GET below ``/loki/api/v1``, whatever the answer."""
        return self._client.get(f"/loki/api/v1/{path}", params=parameters, headers=headers_of(tenant))

    def lines(self, selector: str, *, tenant: str = SOLE_TENANT, since_ns: int = 0, until_ns: int = 0) -> list[tuple[int, str]]:
        """Every line of those streams with its time, the oldest first. Unless told otherwise of the last hour and the next minute."""
        now = time.time_ns()
        window = {"start": since_ns or now - 3600 * 10**9, "end": until_ns or now + 60 * 10**9}
        answer = self.get("query_range", tenant=tenant, query=selector, limit=5000, direction="forward", **window)
        found = answer.raise_for_status().json()["data"]["result"]
        return sorted((int(at), text) for stream in found for at, text in stream["values"])

    def limit(self, tenant: str, **limits: object) -> None:
        """Those limits hold for that tenant when this returns, and no others: see ``limits_config`` in Loki's documentation."""
        edition = self.overrides.write(tenant, limits)
        self.process.wait_until(lambda: self._edition() == edition, what=f"the limits of {tenant}")

    def _edition(self) -> object:
        answer = self._client.get("/config/tenant/v1/limits", headers=headers_of(_EDITION)).raise_for_status()
        return yaml.safe_load(answer.text).get(_EDITION_LIMIT)


@dataclass
class Overrides:
    """The file in which Loki looks every second for what deviates per tenant. Each edition of it carries its number."""

    path: Path
    tenants: dict[str, Limits] = field(default_factory=dict)
    edition: int = 1

    def write(self, tenant: str, limits: Limits) -> int:
        """Replaces the limits of that tenant; the number of the new edition."""
        self.edition += 1
        self.tenants |= {tenant: dict(limits), _EDITION: {_EDITION_LIMIT: self.edition}}
        written = self.path.with_suffix(".new")
        written.write_text(yaml.safe_dump({"overrides": self.tenants}), encoding="utf-8")
        # In one rename: it must never read half a file.
        written.rename(self.path)
        return self.edition


@contextmanager
def running_loki(folder: Path, *, auth: bool = False, overrides: Mapping[str, Limits] | None = None) -> Iterator[Loki]:
    """Starts it below ``folder`` and waits until a push and a query work. NotBuilt when the rig is not built.

    ``auth``: it demands a tenant, and each tenant is a Loki of its own that nobody else sees. ``overrides``: limits per tenant.
    """
    program = build.executable(programs.LOKI)
    folder.mkdir(parents=True, exist_ok=True)
    known = Overrides(folder / "overrides.yaml")
    for tenant, limits in {PROBE: {}, **(overrides or {})}.items():
        known.write(tenant, limits)
    http_port, grpc_port = free_ports(2)
    config = folder / "loki.yaml"
    config.write_text(yaml.safe_dump(configuration(folder, http_port, grpc_port, auth=auth)), encoding="utf-8")
    url = f"http://127.0.0.1:{http_port}"
    with (
        Process([program, f"-config.file={config}"], folder=folder, environment=_ENVIRONMENT) as process,
        httpx.Client(base_url=url, timeout=10.0, trust_env=False) as client,
    ):
        # A query that comes before there is somebody to work on it is never answered.
        with httpx.Client(base_url=url, timeout=0.5, trust_env=False) as hasty:
            starting = Loki(url, auth, process, known, hasty)
            process.wait_until(lambda: _works(starting), what="a push and a query", within=_PATIENCE)
        yield Loki(url, auth, process, known, client)


def headers_of(tenant: str) -> dict[str, str]:
    """Whose data it is about; a Loki without tenants looks over it."""
    return {"X-Scope-OrgID": tenant}


def configuration(folder: Path, http_port: int, grpc_port: int, *, auth: bool) -> dict[str, object]:
    """All of ``loki.yaml``."""
    data = folder / "data"
    loopback = {"http_listen_address": "127.0.0.1", "grpc_listen_address": "127.0.0.1"}
    files = {"chunks_directory": str(data / "chunks"), "rules_directory": str(data / "rules")}
    index = {"prefix": "index_", "period": "24h"}
    return {
        "auth_enabled": auth,
        "server": {**loopback, "http_listen_port": http_port, "grpc_listen_port": grpc_port, "log_level": "warn"},
        "common": {
            "instance_addr": "127.0.0.1",
            "path_prefix": str(data),
            "replication_factor": 1,
            "ring": {"kvstore": {"store": "inmemory"}},
            "storage": {"filesystem": files},
        },
        "schema_config": {
            "configs": [{"from": "2024-01-01", "store": "tsdb", "object_store": "filesystem", "schema": "v13", "index": index}]
        },
        "ingester": {
            "lifecycler": {"min_ready_duration": "0s"},
            "wal": {"enabled": False},
            "concurrent_flushes": 1,
            # What is old must be found, too, although nothing has been written to disk yet.
            "query_store_max_look_back_period": "240h",
        },
        "querier": {"max_concurrent": 2},
        # Whoever asks finds who answers at once, instead of after the ten seconds between two looks at a ring.
        "query_scheduler": {"use_scheduler_ring": False},
        "runtime_config": {"file": str(folder / "overrides.yaml"), "period": "1s"},
        "analytics": {"reporting_enabled": False},
    }


def _works(loki: Loki) -> bool:
    line = Entry(time.time_ns(), "it works")
    try:
        loki.push([Stream({"rig": PROBE}, [line])], tenant=PROBE)
        return (line.at_ns, line.text) in loki.lines(f'{{rig="{PROBE}"}}', tenant=PROBE)
    except (httpx.HTTPError, RigError):
        return False
