"""Hostile text in a rotation under way never becomes markup, a mention or a link, and never breaks a block."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.model import run_report, run_telling
from bot.model.access import USER_ID
from bot.model.rotation import Step, Undo
from bot.model.run import Commanded, Counted, Event, File, Finished, Held, Intended, Reopened, Stand, StepDone, Way
from handlers.views import checklist, run, run_replies
from tests.cards import NOW
from tests.handlers.strings import hostile, problems
from tests.runs import a_file

moments = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 - made aware by timezones
some = settings(max_examples=60, deadline=None)
names = st.lists(hostile, max_size=4).map(tuple)
ids = st.one_of(st.sampled_from(["write-pair", "canary", "wave-1", "drop-old-root"]), hostile)
# No id at all; a sound one is a mention, as it should be.
nobody = hostile.filter(lambda text: USER_ID.fullmatch(text) is None)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Intended, step=ids, effect=hostile, pair=st.sampled_from(["", "both", "new", "back"])),
    st.builds(StepDone, step=ids, fact=hostile),
    st.builds(Counted, step=ids, told=hostile, done=st.integers(0, 9), of=st.integers(0, 9), until=st.none() | moments),
    st.builds(Reopened, step=ids, reason=hostile),
    st.builds(Held, step=ids, reason=hostile, advice=hostile, ways=st.lists(st.sampled_from(Way), unique=True).map(tuple), affected=names),
    st.builds(Commanded, way=st.sampled_from(Way), actor=nobody, person=hostile, reason=hostile, named=names),
    st.builds(Finished, stand=st.sampled_from([Stand.DONE, Stand.REVERTED, Stand.ABORTED]), proof=names, left=names),
)
steps = st.lists(
    st.builds(
        Step, id=ids, title=hostile, detail=hostile, takes=st.timedeltas(timedelta(0), timedelta(days=90)), undo=st.sampled_from(Undo)
    ),
    max_size=30,
).map(tuple)


@st.composite
def files(draw: st.DrawFn) -> File:
    file = a_file(*draw(st.lists(events, max_size=8)), steps=draw(steps), cluster=draw(hostile), expires_at=draw(st.none() | moments))
    first = replace(file.entries[0], event=replace(file.entries[0].event, approved_by=tuple(draw(st.lists(nobody, max_size=3)))))
    return replace(file, entries=(first, *file.entries[1:]))


@some
@given(file=files(), other=hostile, operators=st.lists(nobody, max_size=30))
def test_a_run_shows_hostile_text_as_text_and_never_loses_its_buttons(file: File, other: str, operators: list[str]) -> None:
    now = NOW + timedelta(hours=2)
    card = run.card(file, now)
    sayings = run_telling.due(file, (), NOW, now)
    replies = [run_replies.reply(one, file, now, operators) for one in sayings]
    for message in (
        card,
        run.standing(file, now, other),
        run.busy(file, now, other),
        run.not_done(other),
        run.overtaken(Commanded(way=Way.ABORT, actor=other, person=other)),
        checklist.render(file, now),
        run_replies.report_as_text(run_report.as_markdown(file), other),
        *replies,
    ):
        assert problems(message) == []
    assert card.blocks[-2]["type"] == "actions"


@some
@given(file=files())
def test_a_report_has_one_line_for_each_thing_whatever_it_is_called(file: File) -> None:
    lines = run_report.as_markdown(file).splitlines()
    seqs = [line.split(" ")[1] for line in lines[lines.index("## Journal") :] if line.startswith("| ") and line[2].isdigit()]

    assert seqs == [str(entry.seq) for entry in file.entries]
