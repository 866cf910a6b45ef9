"""An API server that answers what it is told to answer about itself and about rights."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.vitals import ApiServer, Permission, Purpose
from tests.certificates import NOW
from tests.examined import a_permission


def _all_granted() -> tuple[Permission, ...]:
    return a_permission(), a_permission("patch deployments.apps (cluster-wide)", Purpose.ROTATION)


@dataclass
class FakeAccess:
    """``error`` is raised whatever is asked."""

    date: datetime | None = NOW
    allowed: Sequence[Permission] = field(default_factory=_all_granted)
    error: Exception | None = None

    async def server(self) -> ApiServer:
        if self.error:
            raise self.error
        return ApiServer(version="v1.34.3", date=self.date, in_pod=True)

    async def permissions(self) -> tuple[Permission, ...]:
        if self.error:
            raise self.error
        return tuple(self.allowed)

    async def rotating(self) -> tuple[Permission, ...]:
        return tuple(one for one in await self.permissions() if one.purpose is Purpose.ROTATION)
