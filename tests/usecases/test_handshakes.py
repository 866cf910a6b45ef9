"""When servers are asked for their certificates, and what is said where they are not."""

from typing import Literal

import pytest

from bot.errors import Forbidden
from bot.model.chains import Endpoint, LiveChains
from bot.model.observed import Observed, Part, Unobserved, Why
from bot.usecases.handshakes import Handshakes
from tests.certificates import a_root
from tests.fakes.chains import FakeChains

Way = Literal["auto", "direct", "portforward", "off"]
SENTRY = Endpoint(component="sentry", namespace="dapr-system", pod="dapr-sentry-0", ip="10.1.2.3", port=50001)
FORBIDDEN = Forbidden("Forbidden: create pods/portforward in namespace dapr-system.", hint="Grant it.")


async def seen(fake: FakeChains, way: Way, *endpoints: Endpoint, seconds: float = 5) -> Part[LiveChains]:
    return await Handshakes(fake, way).seen("the certificates", endpoints, seconds)


async def test_what_is_shown_is_observed() -> None:
    found = await seen(FakeChains({"dapr-sentry-0": a_root().pem}), "direct", SENTRY)

    assert isinstance(found, Observed)
    assert [one.endpoint for one in found.value.shown] == [SENTRY]


async def test_switched_off_nobody_is_asked() -> None:
    fake = FakeChains()

    found = await seen(fake, "off", SENTRY)

    assert isinstance(found, Unobserved)
    assert (found.by_choice, fake.asked) == (True, [])


async def test_without_servers_nobody_is_asked() -> None:
    fake = FakeChains()

    assert (await seen(fake, "auto"), fake.asked) == (Observed(LiveChains()), [])


@pytest.mark.parametrize(("way", "why"), [("auto", Why.BY_CHOICE), ("portforward", Why.FORBIDDEN)])
async def test_only_who_asked_for_it_by_name_misses_what_is_not_allowed(way: Way, why: Why) -> None:
    found = await seen(FakeChains(unable=FORBIDDEN), way, SENTRY)

    assert isinstance(found, Unobserved)
    assert found.why is why
    assert "rant" in found.hint


async def test_who_hangs_is_given_up() -> None:
    found = await seen(FakeChains(hanging=True), "direct", SENTRY, seconds=0.05)

    assert found == Unobserved(Why.TIMED_OUT, "Reading the certificates took longer than 0.05 s and was given up.", found.hint)  # type: ignore[union-attr]
