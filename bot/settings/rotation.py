"""What is made when a CA is rotated."""

from pydantic import Field

from bot.settings.values import Group


class Rotation(Group):
    """Rotations of the CA."""

    ca_days: int = Field(365, ge=1, le=3650, description="Days that a new root and issuer live, when the CA is rotated.")
