"""What is made when a CA is rotated."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from bot import programs
from bot.settings.values import Group, bare_address, env_name, words

_NAME = r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"
MOST_URLS = 10
CANARY = f"^{_NAME}/{_NAME}$"


class Rotation(Group):
    """Rotations of the CA."""

    rotation: Literal["off", "ask"] = Field(
        "off", description="`ask` lets people ask for a rotation of the CA and approve it, in Slack; `off` shows plans only."
    )
    quorum: int = Field(1, ge=1, le=9, description="People who have to approve a cross-signed rotation.")
    quorum_recovery: int = Field(1, ge=1, le=9, description="People who have to approve the recovery of an expired CA.")
    quorum_restore: int = Field(1, ge=1, le=9, description="People who have to approve that the last good CA comes back.")
    sealing_key_file: str = Field(
        "",
        description="Path of a file with 32 random bytes in base64, which seals new keys until they are used. `ask` needs it, or the next.",
    )
    sealing_command: str = Field(
        "",
        description="Instead of that file: a program with its arguments (no shell), which wraps (`seal`) and unwraps (`open`) a data key.",
    )
    canary: str = Field(
        "dapr-warden/dapr-warden-canary",
        pattern=CANARY,
        description="Namespace and name of the Deployment whose pod is recreated before anybody's application, as NAMESPACE/NAME.",
    )
    canary_urls: tuple[str, ...] = Field(
        (),
        max_length=MOST_URLS,
        description="Addresses (http, https) that are called at least once a second during a rotation, comma-separated; "
        "failed calls are counted and told, and stop nothing.",
    )
    ca_days: int = Field(365, ge=1, le=3650, description="Days that a new root and issuer live, when the CA is rotated.")

    @field_validator("canary_urls", mode="before")
    @classmethod
    def _split_urls(cls, value: object) -> object:
        return words(value)

    @field_validator("canary_urls")
    @classmethod
    def _urls(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("an address stands in it twice")
        return tuple(bare_address(one, example="https://shop.example/health") for one in value)

    @field_validator("sealing_command")
    @classmethod
    def _one_way_to_seal(cls, value: str, info: ValidationInfo) -> str:
        if value and info.data.get("sealing_key_file"):
            raise ValueError(f"either it or {env_name('sealing_key_file')}")
        if value:
            programs.words(value)
        return value
