"""lint beside every sentry and every peer of the rig, on bundles that no run has seen before and on strange ones made by hand."""

import random

from tests.bundles.differential import VERSIONS, by_hand, compare, disagreements, generated
from tests.real.seeds import VARIABLE, seed

GENERATED, BY_HAND = 40, 20


def test_lint_says_what_five_sentries_and_three_peers_do() -> None:
    drawn = random.Random(seed()).sample(by_hand(), BY_HAND)  # noqa: S311 - reproducible on purpose

    found = list(compare([*generated(seed(), GENERATED), *drawn]))

    assert len(found) == len(VERSIONS) * (GENERATED + BY_HAND)
    report = disagreements(found, again=f"{VARIABLE}={seed()} make test-real")
    assert not report, report


def test_generated_bundles_are_a_fair_sample() -> None:
    """Were nearly all refused, agreement would prove little. These seeds are the same in every run."""
    found = [one.real for one in compare(generated(1, 30), [VERSIONS[0]])]

    assert 5 <= sum(word.startswith("kept") for word in found) <= 25
