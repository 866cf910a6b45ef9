"""What counts over time are: where the points lie, and which lines each of them counts."""

from typing import Final

from tests.contract.loki_world import MINUTE, SECOND, Case, Form, Loki


def counted(query: str, span: str = "5m", by: str = "") -> str:
    return f"sum {by}(count_over_time({query} [{span}]))"


async def a_point_counts_what_is_after_the_bucket_before_it_and_up_to_itself(loki: Loki) -> None:
    end = loki.at(minutes=10)
    for number, at in enumerate((end - 5 * MINUTE, end - 5 * MINUTE + 1, end, end + 1)):
        await loki.push((at, str(number)), app="a")

    answer = await loki.query(counted(loki.selector()), start=end, end=end, step="5m")

    assert answer.points == [({}, [(end / SECOND, "2")])]


async def points_lie_at_whole_steps_from_start_to_end_and_both_are_among_them(loki: Loki) -> None:
    for minute in (1, 4, 6, 7, 11):
        await loki.push((loki.at(minutes=minute), str(minute)), app="a")

    answer = await loki.query(counted(loki.selector()), start=loki.at(minutes=5), end=loki.at(minutes=15), step="300")

    base = loki.base_ns // SECOND
    assert answer.points == [({}, [(base + 300, "2"), (base + 600, "2"), (base + 900, "1")])]


async def start_is_rounded_down_to_a_whole_step_and_end_up(loki: Loki) -> None:
    for minute in (1, 6, 11):
        await loki.push((loki.at(minutes=minute), str(minute)), app="a")

    answer = await loki.query(counted(loki.selector()), start=loki.at(minutes=7), end=loki.at(minutes=12), step="300s")

    base = loki.base_ns // SECOND
    assert answer.points == [({}, [(base + 300, "1"), (base + 600, "1"), (base + 900, "1")])]


async def where_nothing_is_there_is_no_point(loki: Loki) -> None:
    await loki.push((loki.at(minutes=11), "x"), app="a")

    asked: Form = {"start": loki.at(minutes=5), "end": loki.at(minutes=15), "step": "5m"}

    assert (await loki.query(counted(loki.selector()), **asked)).points == [({}, [(loki.at(minutes=15) / SECOND, "1")])]
    assert (await loki.query(counted(f'{loki.selector()} |= "y"'), **asked)).points == []


async def a_bucket_may_be_longer_than_the_step(loki: Loki) -> None:
    await loki.push((loki.at(minutes=1), "x"), (loki.at(minutes=6), "y"), app="a")

    answer = await loki.query(counted(loki.selector(), "10m"), start=loki.at(minutes=5), end=loki.at(minutes=15), step="5m")

    base = loki.base_ns // SECOND
    assert answer.points == [({}, [(base + 300, "1"), (base + 600, "2"), (base + 900, "1")])]


async def an_offset_moves_the_buckets_and_leaves_the_points(loki: Loki) -> None:
    for number, minute in enumerate((2, 7, 7, 11)):
        await loki.push((loki.at(minutes=minute), str(number)), app="a")
    asked: Form = {"start": loki.at(minutes=10), "end": loki.at(minutes=15), "step": "5m"}
    at = [loki.at(minutes=minute) / SECOND for minute in (10, 15)]

    for offset, counts in (("3m", "21"), ("180s", "21"), ("2m59s999ms", "21"), ("180001ms", "13"), ("3m1s", "13")):
        answer = await loki.query(f"sum(count_over_time({loki.selector()} [5m] offset {offset}))", **asked)
        assert answer.points == [({}, list(zip(at, counts, strict=True)))], offset


async def a_sum_is_over_all_streams_and_by_a_label_over_each_of_its_values(loki: Loki) -> None:
    end = loki.at(minutes=5)
    await loki.push((end - 3, "x"), (end - 2, "y"), namespace="n1")
    await loki.push((end - 3, "x"), (end - 1, "z"), namespace="n2")
    await loki.push((end - 3, "x"), other="o")

    asked: Form = {"start": end, "end": end, "step": "5m"}
    at = end / SECOND

    assert (await loki.query(counted(loki.selector()), **asked)).points == [({}, [(at, "5")])]
    assert (await loki.query(counted(f'{loki.selector()} |~ "x|z"'), **asked)).points == [({}, [(at, "4")])]
    by_namespace = (await loki.query(counted(loki.selector(), by="by (namespace) "), **asked)).points
    assert sorted(by_namespace, key=str) == sorted(
        [({}, [(at, "1")]), ({"namespace": "n1"}, [(at, "2")]), ({"namespace": "n2"}, [(at, "2")])], key=str
    )


async def a_sum_by_metadata_is_possible_too(loki: Loki) -> None:
    end = loki.at(minutes=5)
    await loki.push((end - 2, "x", {"pod": "p1"}), (end - 1, "y", {"pod": "p2"}), (end, "z", {"pod": "p2"}), namespace="n")

    asked: Form = {"start": end, "end": end, "step": "5m"}
    at = end / SECOND

    by_pod = (await loki.query(counted(loki.selector(), by="by (pod) "), **asked)).points
    assert sorted(by_pod, key=str) == [({"pod": "p1"}, [(at, "1")]), ({"pod": "p2"}, [(at, "2")])]
    assert (await loki.query(counted(f'{loki.selector()} | pod="p2"'), **asked)).points == [({}, [(at, "2")])]


CASES: Final[tuple[Case, ...]] = (
    a_point_counts_what_is_after_the_bucket_before_it_and_up_to_itself,
    points_lie_at_whole_steps_from_start_to_end_and_both_are_among_them,
    start_is_rounded_down_to_a_whole_step_and_end_up,
    where_nothing_is_there_is_no_point,
    a_bucket_may_be_longer_than_the_step,
    an_offset_moves_the_buckets_and_leaves_the_points,
    a_sum_is_over_all_streams_and_by_a_label_over_each_of_its_values,
    a_sum_by_metadata_is_possible_too,
)
