"""What is made when a CA is rotated."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from bot import programs
from bot.settings.values import Group, env_name

_NAME = r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?"
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
    ca_days: int = Field(365, ge=1, le=3650, description="Days that a new root and issuer live, when the CA is rotated.")

    @field_validator("sealing_command")
    @classmethod
    def _one_way_to_seal(cls, value: str, info: ValidationInfo) -> str:
        if value and info.data.get("sealing_key_file"):
            raise ValueError(f"either it or {env_name('sealing_key_file')}")
        if value:
            programs.words(value)
        return value
