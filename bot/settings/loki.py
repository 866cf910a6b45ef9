"""Loki: where it is, who we are there, how it names things, and the Grafana that shows it."""

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from bot.model import logql
from bot.model.explore import Explore
from bot.settings.values import Group, Seconds, bare_address, bearer, env_name, with_user

LOKIS_OWN = {"loki_tenant": logql.tenant, "loki_selector": logql.matchers, "loki_labels": logql.label_names}


class Loki(Group):
    """Where logs are collected."""

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
    grafana_url: str = Field(
        "", description="Base address of the Grafana that shows these logs (https://grafana.corp.example). Empty: no links to it."
    )
    grafana_loki_uid: str = Field(
        "",
        max_length=40,
        pattern=r"^[a-zA-Z0-9_-]*$",
        validate_default=True,
        description="UID of the Loki data source in that Grafana: the last part of the address of the data source's page.",
    )
    loki_poll_seconds: Seconds = Field(60, description="Seconds between looks at the logs.")

    @field_validator("loki_url")
    @classmethod
    def _is_bare_address(cls, value: str) -> str:
        instead = f"{env_name('loki_user')}, {env_name('loki_password')}"
        return bare_address(value, example="http://loki-gateway.monitoring", instead=instead)

    @field_validator("grafana_url")
    @classmethod
    def _is_grafanas_bare_address(cls, value: str) -> str:
        return bare_address(value, example="https://grafana.corp.example")

    @field_validator("grafana_loki_uid")
    @classmethod
    def _goes_with_a_grafana(cls, value: str, info: ValidationInfo) -> str:
        if "grafana_url" in info.data and bool(value) != bool(info.data["grafana_url"]):
            raise ValueError(f"it and {env_name('grafana_url')} go together")
        return value

    @property
    def explore(self) -> Explore | None:
        """Where the logs can be looked at, for links; None where it is not set."""
        if not self.grafana_url:
            return None
        return Explore(base=self.grafana_url, uid=self.grafana_loki_uid, more=logql.matchers(self.loki_selector))

    @field_validator("loki_password")
    @classmethod
    def _has_a_user(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return with_user(value, info, "loki_user")

    @field_validator("loki_token")
    @classmethod
    def _replaces_a_user(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return bearer(value, info, "loki_user", "loki_password")

    @field_validator("loki_tenant", "loki_selector", "loki_labels")
    @classmethod
    def _is_lokis(cls, value: str, info: ValidationInfo) -> str:
        LOKIS_OWN[info.field_name or ""](value)
        return value
