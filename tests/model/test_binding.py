"""What an approval is bound to: any change of it is told, and nothing else is."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from bot.model.binding import VERSION, Bound, BoundWorkload, changes
from bot.model.rotation import Kind
from tests.cards import DAY, HOUR
from tests.requests import a_bound, a_workload

SHOWN = a_bound()


def told(**deviations: Any) -> tuple[str, ...]:
    return changes(SHOWN, a_bound(**deviations))


def test_what_is_the_same_has_no_changes_and_one_digest() -> None:
    assert changes(SHOWN, a_bound()) == ()
    assert a_bound().digest == SHOWN.digest
    assert len(SHOWN.digest) == 64


@pytest.mark.parametrize(
    ("deviations", "words"),
    [
        ({"version": VERSION + 1}, "this bot was replaced by one that binds plans in another way"),
        ({"kind": Kind.RECOVERY}, "another kind of rotation is needed"),
        ({"cluster": "prod-us"}, "it is another cluster"),
        ({"namespace": "dapr-two"}, "it is another cluster"),
        ({"secret": ("5d0f", "c" * 64)}, "the Secret was changed"),
        ({"secret": ("9999", "a" * 64)}, "the Secret was recreated"),
        ({"secret": ("", "")}, "the Secret was recreated"),
        ({"configmap": ("5d10", "c" * 64)}, "the ConfigMap was changed"),
        ({"configmap": ("9999", "b" * 64)}, "the ConfigMap was recreated"),
        ({"versions": (*SHOWN.versions[:1], ("dapr-sentry", "daprio/sentry:1.18.4"))}, "the control plane's images changed (dapr-sentry)"),
        ({"versions": SHOWN.versions[:1]}, "the control plane's images changed (dapr-sentry)"),
        ({"workloads": (*SHOWN.workloads, a_workload("pay"))}, "workloads changed (shop/pay)"),
        ({"workloads": SHOWN.workloads[1:]}, "workloads changed (shop/checkout)"),
        ({"workloads": (SHOWN.workloads[0], a_workload(uid="78", template="5f"))}, "workloads changed (shop/orders)"),
        ({"workloads": (SHOWN.workloads[0], a_workload(uid="77", template="60"))}, "workloads changed (shop/orders)"),
        ({"pods": 25}, "there are 25 pods instead of 20 (up to 4 more or fewer are nothing)"),
        ({"pods": 1, "tolerance": 2}, "there is 1 pod instead of 20 (up to 4 more or fewer are nothing)"),
        ({"root": "9" * 64}, "it would be another new CA"),
        ({"issuer": "9" * 64}, "it would be another new CA"),
        ({"cross": "9" * 64}, "it would be another new CA"),
        ({"cross": ""}, "it would be another new CA"),
        ({"ends_at": SHOWN.ends_at + timedelta(seconds=1)}, "it would be another new CA"),
        ({"lifetime": 366 * DAY}, "it would be another new CA"),
        ({"pair": "9" * 64}, "the last good pair that is kept is another one"),
        ({"expires_at": None}, "the point of expiry moved"),
        ({"blocking": ("owned-objects", "newer-sidecars")}, "something blocks it now (newer-sidecars and owned-objects)"),
    ],
)
def test_each_change_is_told_in_words_and_makes_another_digest(deviations: dict[str, Any], words: str) -> None:
    assert told(**deviations) == (words,)
    assert a_bound(**deviations).digest != SHOWN.digest


def test_what_was_bound_in_another_way_blames_nobody_for_what_differs() -> None:
    found = told(version=VERSION - 1, secret=("5d0f", "c" * 64), pods=25)

    assert found == ("this bot was replaced by one that binds plans in another way",)


def test_every_field_that_is_bound_is_compared() -> None:
    compared = {"tolerance"}  # it follows the pods; what holds is what was shown
    others: dict[str, Any] = {
        "version": 0,
        "kind": Kind.RECOVERY,
        "pods": 99,
        "ends_at": SHOWN.ends_at + DAY,
        "expires_at": None,
        "lifetime": DAY,
        "workloads": (),
        "versions": (),
        "secret": ("", ""),
        "configmap": ("", ""),
        "blocking": ("x",),
        **dict.fromkeys(("cluster", "namespace", "root", "issuer", "cross", "pair"), "other"),
    }
    for field in Bound.__struct_fields__:
        if field not in compared:
            assert told(**{field: others[field]}), field


@pytest.mark.parametrize("pods", range(16, 25))
def test_pods_that_come_and_go_within_the_tolerance_are_nothing(pods: int) -> None:
    assert told(pods=pods, tolerance=max(2, pods // 5)) == ()


@pytest.mark.parametrize("pods", [0, 15, 25, 1000])
def test_beyond_the_tolerance_that_was_shown_they_are_something_whatever_it_would_be_now(pods: int) -> None:
    assert told(pods=pods, tolerance=10_000)


def test_several_changes_are_all_told() -> None:
    assert told(secret=("", ""), pods=99, root="x") == (
        "the Secret was recreated",
        "there are 99 pods instead of 20 (up to 4 more or fewer are nothing)",
        "it would be another new CA",
    )


def test_of_many_workloads_a_few_are_named() -> None:
    assert told(workloads=tuple(a_workload(f"w{number}") for number in range(5)))[0] == (
        "workloads changed (shop/checkout, shop/orders, shop/w0 and 4 more)"
    )


def test_a_hazard_that_no_longer_blocks_is_no_reason_to_ask_again() -> None:
    assert changes(a_bound(blocking=("owned-objects",)), a_bound()) == ()


def a_text(old: str, random: Random) -> str:
    return "".join(random.choice("0123456789abcdef") for _ in range(max(len(old), 8)))


def a_pair(old: tuple[str, str], random: Random) -> tuple[str, str]:
    return (a_text(old[0], random), old[1]) if random.random() < 0.5 else (old[0], a_text(old[1], random))


def workloads(old: tuple[BoundWorkload, ...], random: Random) -> tuple[BoundWorkload, ...]:
    at = random.randrange(len(old))
    field = random.choice(BoundWorkload.__struct_fields__)
    ways: tuple[Callable[[], tuple[BoundWorkload, ...]], ...] = (
        lambda: (*old[:at], *old[at + 1 :]),
        lambda: (*old, a_workload(a_text("", random))),
        lambda: (*old[:at], replace(old[at], **{field: a_text(getattr(old[at], field), random)}), *old[at + 1 :]),
    )
    return tuple(sorted(random.choice(ways)()))


def versions(old: tuple[tuple[str, str], ...], random: Random) -> tuple[tuple[str, str], ...]:
    at = random.randrange(len(old))
    return (*old[:at], a_pair(old[at], random), *old[at + 1 :])


MUTATIONS: dict[str, Callable[[Any, Random], Any]] = {
    **dict.fromkeys(("cluster", "namespace", "root", "issuer", "cross", "pair"), a_text),
    **dict.fromkeys(("secret", "configmap"), a_pair),
    **dict.fromkeys(
        ("ends_at", "expires_at", "lifetime"), lambda old, random: old + random.choice((1, -1)) * random.randrange(1, 90) * HOUR
    ),
    "version": lambda old, random: old + random.randrange(1, 9),
    "kind": lambda *_: Kind.RECOVERY,
    "versions": versions,
    "workloads": workloads,
    "pods": lambda old, random: old + random.choice((1, -1)) * random.randrange(5, 20),
    "blocking": lambda _, random: (a_text("", random),),
}


def test_all_of_two_hundred_mutations_are_told() -> None:
    random = Random(1)  # noqa: S311 - chosen, not secret
    fields = [field for field in Bound.__struct_fields__ if field != "tolerance"]
    unseen = []
    for number in range(200):
        field = fields[number % len(fields)]
        now = replace(SHOWN, **{field: MUTATIONS[field](getattr(SHOWN, field), random)})
        if not changes(SHOWN, now) or now.digest == SHOWN.digest:
            unseen.append((field, now))

    assert unseen == []
