"""What the groups of settings share: their base, names of variables, and the shapes of values."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo

PREFIX = "DAPR_WARDEN_"
SLACK_NAMES = {
    "slack_bot_token": "SLACK_BOT_TOKEN",
    "slack_app_token": "SLACK_APP_TOKEN",
    "slack_api_url": "SLACK_API_URL",
    "slack_channel": "SLACK_CHANNEL",
}
DNS_NAME = r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$"

Seconds = Annotated[int, Field(ge=1, le=86_400)]


class Group(BaseModel):
    """Some of the settings. Immutable; secrets print as ``**********``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def env_name(field: str) -> str:
    """Name of the environment variable of a field: ``namespace`` is DAPR_WARDEN_NAMESPACE."""
    return SLACK_NAMES.get(field, PREFIX + field.upper())


def words(value: object) -> object:
    """A text's words between commas; anything else as it is."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


def address(value: str, *, example: str) -> str:
    """The value, if it is an HTTP address. Raises ValueError."""
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and " " not in value
    except ValueError:
        is_address = False
    if not is_address:
        raise ValueError(f"not an address such as {example}")
    return value


def bare_address(value: str, *, example: str, instead: str = "") -> str:
    """The value, if it is empty, or an address without a user and without anything behind its path. Raises ValueError.

    ``instead``: the settings where user and password go.
    """
    parts = urlsplit(address(value, example=example)) if value else urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise ValueError("no user or password in it, as addresses are logged" + (f": {instead}" if instead else ""))
    if "?" in value or "#" in value:
        raise ValueError("nothing behind its path: no ? and no #")
    return value


def with_user(password: SecretStr | None, info: ValidationInfo, user: str) -> SecretStr | None:
    """The password, if it is there exactly where the field ``user`` is. Raises ValueError."""
    if user in info.data and bool(password) != bool(info.data[user]):
        raise ValueError(f"it and {env_name(user)} go together")
    return password


def bearer(token: SecretStr | None, info: ValidationInfo, user: str, password: str) -> SecretStr | None:
    """The token, if it can be one and stands alone, without the fields ``user`` and ``password``. Raises ValueError."""
    if token and info.data.get(user):
        raise ValueError(f"either it or {env_name(user)} and {env_name(password)}")
    if token and not (token.get_secret_value().isascii() and token.get_secret_value().split() == [token.get_secret_value()]):
        raise ValueError("no token: it holds spaces or letters beyond ASCII")
    return token
