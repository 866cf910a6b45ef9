"""The process itself: its memory, its endpoints, its log."""

from typing import Literal

from pydantic import Field

from bot.settings.values import Group


class Process(Group):
    """Memory, endpoints, log."""

    store: str = Field("sqlite:///dapr-warden.sqlite3", description="Where the bot keeps its memory: sqlite:///PATH.")
    retention_days: int = Field(90, ge=2, le=3650, description="Days that resolved cards and old sweeps are kept.")
    http_host: str = Field("0.0.0.0", description="Address of /healthz, /readyz and /metrics.")  # noqa: S104 - a pod's probes come from outside
    http_port: int = Field(8080, ge=0, le=65535, description="Port of /healthz, /readyz and /metrics; 0 picks a free one.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe log line to print.")
    log_format: Literal["json", "text"] = Field("json", description="Form of log lines.")
