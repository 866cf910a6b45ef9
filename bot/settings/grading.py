"""How findings are graded, and how often the bot looks."""

from datetime import timedelta

from pydantic import Field, ValidationInfo, field_validator

from bot.model.policy import DEFAULT_LADDER, Policy
from bot.settings.values import Group, Seconds, env_name, words

MOST_DAYS = 3650


class Grading(Group):
    """How findings are graded, and how often the bot looks."""

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

    @field_validator("ladder", mode="before")
    @classmethod
    def _split_ladder(cls, value: object) -> object:
        return words(value)

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
