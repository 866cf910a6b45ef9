"""Prometheus: where it is, and who we are there."""

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from bot.model import logql
from bot.settings.values import Group, bare_address, bearer, env_name, with_user


class Prometheus(Group):
    """Where metrics are collected. Only the doctor asks it; no check depends on it."""

    prometheus_url: str = Field(
        "",
        description="Base address of Prometheus (Thanos, Mimir), with its path prefix if it has one (http://prometheus.monitoring:9090). "
        "Only `doctor` asks it. Empty: not asked.",
    )
    prometheus_user: str = Field("", max_length=256, description="User for Prometheus' basic authentication.")
    prometheus_password: SecretStr | None = Field(
        None,
        validate_default=True,
        description="Password for Prometheus' basic authentication. Or DAPR_WARDEN_PROMETHEUS_PASSWORD_FILE.",
    )
    prometheus_token: SecretStr | None = Field(
        None, description="Bearer token for Prometheus instead of user and password. Or DAPR_WARDEN_PROMETHEUS_TOKEN_FILE."
    )
    prometheus_tenant: str = Field(
        "", max_length=150, description="Tenant (X-Scope-OrgID) for what needs one, such as Mimir. Empty: the header is not sent."
    )
    prometheus_ca: str = Field("", description="Path of the PEM file with the CA of Prometheus' certificate. Empty: the system's.")

    @field_validator("prometheus_url")
    @classmethod
    def _is_bare_prometheus_address(cls, value: str) -> str:
        instead = f"{env_name('prometheus_user')}, {env_name('prometheus_password')}"
        return bare_address(value, example="http://prometheus.monitoring:9090", instead=instead)

    @field_validator("prometheus_password")
    @classmethod
    def _has_a_prometheus_user(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return with_user(value, info, "prometheus_user")

    @field_validator("prometheus_token")
    @classmethod
    def _replaces_a_prometheus_user(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        return bearer(value, info, "prometheus_user", "prometheus_password")

    @field_validator("prometheus_tenant")
    @classmethod
    def _is_a_tenant(cls, value: str) -> str:
        try:
            return logql.tenant(value)
        except ValueError:
            raise ValueError("no tenant: up to 150 letters, digits and !-_.*'(), several tenants joined by |") from None
