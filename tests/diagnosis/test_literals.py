"""What Loki is asked for brings every line that matters, and not the crowd."""

import pytest

from bot.diagnosis.literals import literals
from bot.diagnosis.signature import CONTROL_PLANE, EVERYWHERE, Component
from bot.diagnosis.signatures import SIGNATURES


@pytest.mark.parametrize("components", [CONTROL_PLANE, (Component.DAPRD,), EVERYWHERE], ids=["control plane", "sidecars", "all"])
def test_every_witness_of_these_components_is_asked_for(components: tuple[Component, ...]) -> None:
    asked = literals(components)

    for one in SIGNATURES:
        if set(components) & set(one.components) and not one.is_common:
            assert any(text in one.witness for text in asked), one.id


def test_nothing_is_asked_twice() -> None:
    asked = literals(EVERYWHERE)

    assert len(set(asked)) == len(asked)
    assert [(a, b) for a in asked for b in asked if a != b and a in b] == []


def test_sidecars_are_not_asked_for_what_only_the_control_plane_prints() -> None:
    assert "generating self signed CA" not in literals((Component.DAPRD,))
    assert "generating self signed CA" in literals(CONTROL_PLANE)


def test_what_says_that_a_ca_was_loaded_is_asked_for() -> None:
    assert "ssuer credentials changed; reloading" in literals((Component.SENTRY,))


def test_nobody_is_asked_nothing() -> None:
    assert literals(()) == ()
