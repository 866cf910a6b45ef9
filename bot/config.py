"""Settings: one frozen value, read once from a mapping by :func:`from_env`; nothing else looks at the environment.

The description of each field is its documentation: docs/settings.md and .env.example are compared with it by a test.
Slack's customary names are kept; everything of our own is ``DAPR_WARDEN_*``, and an unknown one is an error.
"""

import difflib
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator

from bot.errors import InputError, SettingsError
from bot.files import content
from bot.model import logql
from bot.model.policy import DEFAULT_LADDER, Policy

PREFIX = "DAPR_WARDEN_"
SLACK_NAMES = {
    "slack_bot_token": "SLACK_BOT_TOKEN",
    "slack_app_token": "SLACK_APP_TOKEN",
    "slack_api_url": "SLACK_API_URL",
    "slack_channel": "SLACK_CHANNEL",
}
FILE_SUFFIX = "_FILE"
LONGEST_TOKEN = 4096
LONGEST_VALUE = 16_384
MOST_DAYS = 3650
# What Kubernetes puts into every pod beside a Service of the name "dapr-warden" (enableServiceLinks).
SERVICE_LINK = re.compile(r"DAPR_WARDEN_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)")
KEY_NAME = r"^[-._a-zA-Z0-9]{1,253}$"
# Capitals: what must not pass is a name. Compatible servers also use _ and -.
USER_ID = re.compile(r"[UW][A-Z0-9_-]{1,79}")
DNS_NAME = r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"
LOKIS_OWN = {"loki_tenant": logql.tenant, "loki_selector": logql.matchers, "loki_labels": logql.label_names}
_MOUNT = "Mount the secret as a file."

Seconds = Annotated[int, Field(ge=1, le=86_400)]


class Settings(BaseModel):
    """Everything that can be set. Immutable; secrets print as ``**********``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    slack_bot_token: SecretStr | None = Field(
        None, description="Bot token, starts with xoxb-. Needed by `serve`. May be given as SLACK_BOT_TOKEN_FILE (a path)."
    )
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token with connections:write, starts with xapp-. Needed by `serve`. Or SLACK_APP_TOKEN_FILE."
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Base address of Slack's Web API; any Slack-compatible server works.")
    slack_channel: str = Field("", description="Id of the channel that gets the cards (C0123456789; an id, not a name). Needed by `serve`.")
    command: str = Field("/dapr", pattern=r"^/[a-z0-9_-]{1,31}$", description="The slash command, as in the Slack app's manifest.")
    viewers: frozenset[str] = Field(
        frozenset(), description="Slack user ids that may view, comma-separated. Empty: every full member of the home workspace."
    )
    operators: frozenset[str] = Field(
        frozenset(), description="Slack user ids that may operate (accept a new CA), comma-separated. Empty: nobody."
    )
    approvers: frozenset[str] = Field(
        frozenset(), description="Slack user ids that may approve changes to a cluster, comma-separated. Empty: nobody."
    )
    cluster: str = Field(
        "", max_length=60, description="Name of the cluster as people say it; first word of every card. Empty: the kubeconfig context."
    )
    namespace: str = Field("dapr-system", pattern=DNS_NAME, description="Namespace of Dapr's control plane.")
    kubeconfig: str = Field("", description="Path of a kubeconfig. Empty: in the cluster the service account, else the customary places.")
    context: str = Field("", description="Context of the kubeconfig. Empty: the current one.")
    bundle_name: str = Field("dapr-trust-bundle", pattern=DNS_NAME, description="Name of the Secret and the ConfigMap.")
    ca_key: str = Field("ca.crt", pattern=KEY_NAME, description="Key of the roots (Helm global.issuerFilenames.ca).")
    issuer_cert_key: str = Field("issuer.crt", pattern=KEY_NAME, description="Key of the issuer chain (Helm global.issuerFilenames.cert).")
    issuer_key_key: str = Field(
        "issuer.key", pattern=KEY_NAME, description="Key of the issuer's private key (Helm global.issuerFilenames.key)."
    )
    ca_secret_access: Literal["read", "off"] = Field(
        "read", description="`off` never reads the Secret: roots come from the ConfigMap, the issuer's end from sentry's metric."
    )
    sentry_metrics: Literal["auto", "direct", "proxy", "off"] = Field(
        "auto",
        description="Way to sentry's metrics: `direct` to the pod, `proxy` (API server), `auto`: direct in a pod, else proxy if allowed.",
    )
    ladder: tuple[int, ...] = Field(
        DEFAULT_LADDER, description="Days left at which an expiry speaks up, comma-separated, descending, ending in 0."
    )
    warning_days: int = Field(30, ge=1, le=MOST_DAYS, description="Days left at which an expiry becomes a WARNING.")
    critical_days: int = Field(7, ge=0, le=MOST_DAYS, description="Days left at which an expiry becomes CRITICAL.")
    sweep_seconds: Seconds = Field(300, description="Seconds between full sweeps.")
    poll_seconds: Seconds = Field(20, description="Seconds between cheap looks at the two objects, which stand in for a cut watch.")
    settle_seconds: Seconds = Field(
        30, description="Seconds after a first healthy sweep of a card until the next one confirms it, and after a sweep that failed."
    )
    blind_minutes: int = Field(10, ge=1, le=1440, description="Minutes without a usable sweep after which the bot says that it is blind.")
    request_seconds: Seconds = Field(20, description="Deadline of one request to the API server.")
    loki_url: str = Field(
        "", description="Base address of Loki, with its path prefix if it has one (http://loki-gateway.monitoring). Empty: no log watch."
    )
    loki_user: str = Field("", max_length=256, description="User for Loki's basic authentication; Grafana Cloud: the instance id.")
    loki_password: SecretStr | None = Field(
        None,
        validate_default=True,
        description="Password for Loki's basic authentication; Grafana Cloud: a token with logs:read. Or DAPR_WARDEN_LOKI_PASSWORD_FILE.",
    )
    loki_token: SecretStr | None = Field(
        None, description="Bearer token for Loki instead of user and password. Or DAPR_WARDEN_LOKI_TOKEN_FILE."
    )
    loki_tenant: str = Field("", max_length=150, description="Loki's tenant (X-Scope-OrgID). Empty: the header is not sent.")
    loki_ca: str = Field("", description="Path of the PEM file with the CA of Loki's certificate. Empty: the system's.")
    loki_selector: str = Field(
        "",
        max_length=500,
        description='More label matchers for every query, such as cluster="prod". Needed where one Loki serves more clusters.',
    )
    loki_labels: str = Field(
        "",
        description="Labels of namespace, pod and container, comma-separated in this order. Empty: discovered (k8s_pod_name and so on).",
    )
    loki_poll_seconds: Seconds = Field(60, description="Seconds between looks at the logs.")
    store: str = Field("sqlite:///dapr-warden.sqlite3", description="Where the bot keeps its memory: sqlite:///PATH.")
    retention_days: int = Field(90, ge=2, le=3650, description="Days that resolved cards and old sweeps are kept.")
    http_host: str = Field("0.0.0.0", description="Address of /healthz, /readyz and /metrics.")  # noqa: S104 - a pod's probes come from outside
    http_port: int = Field(8080, ge=0, le=65535, description="Port of /healthz, /readyz and /metrics; 0 picks a free one.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe log line to print.")
    log_format: Literal["json", "text"] = Field("json", description="Form of log lines.")

    @field_validator("viewers", "operators", "approvers", "ladder", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value

    @field_validator("viewers", "operators", "approvers")
    @classmethod
    def _ids(cls, value: frozenset[str]) -> frozenset[str]:
        wrong = sorted(word for word in value if not USER_ID.fullmatch(word))
        if wrong:
            # Cut: what stands there by mistake may be a token.
            msg = f"{len(wrong)} of them no Slack user id (U0123456789), such as {wrong[0][:4]!r}…"
            raise ValueError(msg)
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        return _address(value, example="https://slack.com/api/")

    @field_validator("loki_url")
    @classmethod
    def _is_bare_address(cls, value: str) -> str:
        parts = urlsplit(_address(value, example="http://loki-gateway.monitoring")) if value else urlsplit("")
        if parts.username is not None or parts.password is not None:
            raise ValueError(f"no user or password in it, as addresses are logged: {env_name('loki_user')}, {env_name('loki_password')}")
        if "?" in value or "#" in value:
            raise ValueError("nothing behind its path: no ? and no #")
        return value

    @field_validator("loki_password")
    @classmethod
    def _has_a_user(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "loki_user" in info.data and bool(value) != bool(info.data["loki_user"]):
            raise ValueError(f"it and {env_name('loki_user')} go together")
        return value

    @field_validator("loki_token")
    @classmethod
    def _replaces_a_user(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value and info.data.get("loki_user"):
            raise ValueError(f"either it or {env_name('loki_user')} and {env_name('loki_password')}")
        if value and not (value.get_secret_value().isascii() and value.get_secret_value().split() == [value.get_secret_value()]):
            raise ValueError("no token: it holds spaces or letters beyond ASCII")
        return value

    @field_validator("loki_tenant", "loki_selector", "loki_labels")
    @classmethod
    def _is_lokis(cls, value: str, info: ValidationInfo) -> str:
        LOKIS_OWN[info.field_name or ""](value)
        return value

    @field_validator("ladder")
    @classmethod
    def _descends(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or value[-1] != 0 or list(value) != sorted(set(value), reverse=True):
            msg = "must descend and end in 0, e.g. 90,60,30,14,7,3,1,0"
            raise ValueError(msg)
        return value

    @field_validator("ladder")
    @classmethod
    def _in_bounds(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if max(value) > MOST_DAYS:
            msg = f"must begin with {MOST_DAYS} days or fewer"
            raise ValueError(msg)
        return value

    @field_validator("critical_days")
    @classmethod
    def _within_warning(cls, value: int, info: ValidationInfo) -> int:
        warning_days = info.data.get("warning_days", MOST_DAYS)
        if value > warning_days:
            msg = f"must not exceed {env_name('warning_days')} ({warning_days}): an expiry is a WARNING before it is CRITICAL"
            raise ValueError(msg)
        return value

    @property
    def policy(self) -> Policy:
        """How findings are graded under these settings."""
        return Policy(
            ladder=self.ladder,
            warning_days=self.warning_days,
            critical_days=self.critical_days,
            blind_after=timedelta(minutes=self.blind_minutes),
        )


def env_name(field: str) -> str:
    """Name of the environment variable of a field: ``namespace`` is DAPR_WARDEN_NAMESPACE."""
    return SLACK_NAMES.get(field, PREFIX + field.upper())


# What may be given as a file.
SECRETS = frozenset(env_name(name) for name, field in Settings.model_fields.items() if SecretStr in get_args(field.annotation))


def _address(value: str, *, example: str) -> str:
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and " " not in value
    except ValueError:
        is_address = False
    if not is_address:
        raise ValueError(f"not an address such as {example}")
    return value


def from_env(environ: Mapping[str, str]) -> Settings:
    """Read settings from a mapping. An empty value counts as unset.

    Raises SettingsError naming every wrong variable at once; never shows a value of a secret.
    """
    names = {env_name(field): field for field in Settings.model_fields}
    _refuse_unknown(environ, names)
    given: dict[str, Any] = {}
    for name, field in names.items():
        value = environ.get(name, "").strip() or _from_file(environ, name)
        _refuse_unprintable(name, value)
        if value:
            given[field] = value
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        lines = [
            f"{env_name(str(problem['loc'][0]))}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False)
        ]
        raise SettingsError("Settings are wrong: " + "; ".join(lines), hint="docs/settings.md lists every setting.") from None


def _refuse_unknown(environ: Mapping[str, str], names: Mapping[str, str]) -> None:
    known = set(names) | {name + FILE_SUFFIX for name in SECRETS}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known and not SERVICE_LINK.fullmatch(name):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else "docs/settings.md lists every setting."
            raise SettingsError(f"Unknown setting {name if name.isprintable() else ascii(name)}.", hint=hint)


def _refuse_unprintable(name: str, value: str) -> None:
    if len(value) > LONGEST_VALUE or not value.isprintable():
        problem = f"{name}: it is longer than {LONGEST_VALUE} characters, or holds some that cannot be printed."
        raise SettingsError(problem, hint="docs/settings.md lists every setting.")


def _from_file(environ: Mapping[str, str], name: str) -> str:
    path = environ.get(name + FILE_SUFFIX, "").strip() if name in SECRETS else ""
    if not path:
        return ""
    try:
        found = content(Path(path), LONGEST_TOKEN).decode().strip()
    except InputError as error:
        raise SettingsError(f"{name}{FILE_SUFFIX}: {error}", hint=_MOUNT) from error
    except UnicodeDecodeError:
        found = "\x00"
    if len(found) > LONGEST_TOKEN or not (found.isascii() and found.isprintable()):
        raise SettingsError(f"{name}{FILE_SUFFIX}: {path} holds no token or password: it is too long, or not plain text.", hint=_MOUNT)
    return found
