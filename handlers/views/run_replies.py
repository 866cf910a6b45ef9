"""What is said in the thread of a rotation: gates, problems, questions, restarts, the end. What is loud mentions the operators."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, LiteralString

from bot.model import run_report
from bot.model.canary_urls import UrlTally
from bot.model.run import Commanded, File, Finished, Held, Reopened, Run, Stand, StepDone, Way
from bot.model.run_telling import Occasion, Saying
from bot.rotation.progress import progress, undo, ways
from handlers.views import run as runs
from handlers.views import run_buttons
from handlers.views.blocks import MAX_SECTION, compose, context, paragraph, preformatted
from handlers.views.findings import name
from handlers.views.inline import Count, Emoji, Line, Outside, Part, Person, Span, bold
from handlers.views.message import Block, Message
from handlers.views.severities import Look
from handlers.views.untrusted import Untrusted

MENTIONED: Final = 20
GATE: Final = Look(Emoji("white_check_mark"), "PASSED")
MENDED: Final = Look(Emoji("warning"), "REPLACED")
GOES_ON: Final = Look(Emoji("arrow_forward"), "GOES ON")
FAILS: Final = Look(Emoji("warning"), "CANARY URL FAILS")
FOUND: Final = Look(Emoji("mag"), "FOUND")
AGREED: Final = Look(Emoji("warning"), "AGREED")
QUESTION: Final = Look(Emoji("raised_hand"), "HELD, A QUESTION")

AILING: Final = Look(Emoji("octagonal_sign"), "MEMORY")
WORKING: Final = Look(Emoji("white_check_mark"), "MEMORY")
_MEND_MEMORY: Final = (
    "Mend the bot's volume; then it goes on by itself. Until then no step starts, no button counts, and pods run on as they are. "
    "A pair that was half written is closed all the same"
)


def reply(saying: Saying, file: File, now: datetime, operators: Sequence[str]) -> Message:
    """``operators``: Slack ids, mentioned where it is loud."""
    lines = tuple(_lines(saying, file, now))
    blocks: list[Block] = [paragraph(*lines)]
    if saying.occasion is Occasion.ENDED:
        blocks += runs.ending(saying.run, file)
    if saying.is_loud and operators:
        blocks.append(paragraph(_mentioned(operators)))
    return compose((*lines[0], ".", *_more(saying, file)), blocks)


def memory_ails(cluster: str, why: str, operators: Sequence[str]) -> Message:
    """The bot's memory takes nothing while a rotation is under way. ``cluster`` "" where nobody knows (yet) whose."""
    first: Line = (*_memory(AILING, cluster), "the rotation stands still: the bot cannot write down what it does")
    lines: list[Line] = [first, (*bold("Why: "), runs.said(why)), (*bold("What to do: "), _MEND_MEMORY)]
    blocks = [paragraph(*lines), *([paragraph(_mentioned(operators))] if operators else [])]
    return compose((*first, "."), blocks)


def memory_works(cluster: str) -> Message:
    """In its place, once it does again."""
    line: Line = (*_memory(WORKING, cluster), "the bot can write again, and the rotation goes on")
    return compose(line, [paragraph(line)])


def report_as_text(text: str, file_name: str) -> Message:
    """A report that could not be uploaded as a file, as far as it fits."""
    first: Line = (*bold(name(file_name)), ", as text: the bot may not upload files here (scope files:write).")
    blocks = [paragraph(first), preformatted(Outside(Untrusted(text), MAX_SECTION))]
    if len(text) > MAX_SECTION:
        blocks.append(context(("It is longer than one message: only its beginning stands here.",)))
    return compose(first, blocks)


def _lines(saying: Saying, file: File, now: datetime) -> Iterator[Line]:
    match saying.about:
        case Held() as held:
            yield from _held(saying, held, file, now)
        case Finished(stand=stand):
            yield (*_state(runs.LOOKS[stand], file), *runs.means(saying.run), *runs.lasted(saying.run))
        case StepDone(step=step, fact=fact):
            yield from _gate(saying, step, fact, file)
        case Reopened(reason=reason):
            yield (*_state(MENDED, file), "the CA had been replaced by another one; ours is being put back")
            yield (*bold("Why: "), runs.said(reason), ". In this rotation it happened ", _times(saying.run.reopened))
        case Commanded() as command:
            yield from _turned(command, file, saying.run)
        case UrlTally() as tally:
            yield (*_state(FAILS, file), "a canary URL could not be called: ", runs.said(tally.place))
            yield (*bold("Why: "), runs.said(tally.reason), *_counted(tally))
            yield from _may_be_done(file, saying.run, now)
        case None:
            yield from _goes_on(saying, file, now)


def _may_be_done(file: File, run: Run, now: datetime) -> Iterator[Line]:
    """The buttons that the card has now: Revert for one is not always among them."""
    is_going = run.stand is Stand.RUNNING and not run.aborting
    stops: LiteralString = "The rotation goes on: this stops nothing" if is_going else "This changes nothing about the rotation"
    labels = ", ".join(run_buttons.LABELS[one] for one in ways(file.dossier.plan, run, now))
    yield (stops, *((". On the card above this thread: ", labels) if labels else ()))


def _held(saying: Saying, held: Held, file: File, now: datetime) -> Iterator[Line]:
    look = QUESTION if Way.LOSE in held.ways else runs.LOOKS[Stand.HELD]
    far = progress(file, saying.run, now)
    still: Line = ("still, for ", Span(now - (saying.run.held_at or saying.at)), ", ") if saying.occasion is Occasion.STILL_HELD else ()
    yield (*_state(look, file), *still, "at ", *runs.step(far))
    yield from runs.hold(held)
    yield from runs.time_left(file, now)
    yield (*bold("Buttons: "), "on the card above this thread. Nothing goes on until somebody decides; pods run on as they are")


def _gate(saying: Saying, step: str, fact: str, file: File) -> Iterator[Line]:
    title = next((one.title for one in file.dossier.plan.steps if one.id == step), fact or step)
    seen: Line = (" (", runs.said(fact), ")") if fact and fact != title else ()
    yield (*_state(GATE, file), runs.said(title), *seen)
    yield (*bold("Going back now means: "), runs.said(undo(file.dossier.plan, saying.run, saying.at).value))


def _turned(command: Commanded, file: File, run: Run) -> Iterator[Line]:
    if command.way is Way.LOSE:
        yield (*_state(AGREED, file), runs.who(command), " agreed to drop the old root although pods lose their peers")
        yield (*bold("Which: "), *runs.names(run.lost))
        return
    yield (*_state(runs.BACK, file), "decided by ", runs.who(command))
    if command.reason:
        yield (*bold("Why: "), runs.said(command.reason))


def _goes_on(saying: Saying, file: File, now: datetime) -> Iterator[Line]:
    far = progress(file, saying.run, now)
    step: Line = (" at ", *runs.step(far))
    if saying.occasion is Occasion.ADOPTED:
        yield (*_state(FOUND, file), "a rotation was found in the cluster, by a bot without a memory of it", *step)
        return
    yield (*_state(GOES_ON, file), "the bot was restarted; the rotation was resumed", *step)


def _state(look: Look, file: File) -> Line:
    return (look.emoji, " ", *bold(look.word, " · ", name(file.cluster)), " · ")


def _memory(look: Look, cluster: str) -> Line:
    return (look.emoji, " ", *bold(look.word, *((" · ", name(cluster)) if cluster else ())), " · ")


def _times(number: int) -> Part:
    return "once" if number == 1 else Outside(Untrusted(f"{number} times"))


def _counted(tally: UrlTally) -> Line:
    return (" · ", Count(tally.failures), " of ", Count(tally.tries), " calls since it began")


def _more(saying: Saying, file: File) -> Line:
    """For whoever reads the notification alone: why it holds, what was seen."""
    match saying.about:
        case Held(reason=reason):
            return (" ", runs.said(reason.rstrip(". ")), ".")
        case Finished() if sentences := run_report.seen(file, saying.run):
            return (" ", Outside(Untrusted(runs.proof(sentences)), runs.TEXT_LIMIT), ".")
        case _:
            return ()


def _mentioned(operators: Sequence[str]) -> Line:
    line: list[Part] = ["For: "]
    for one in operators[:MENTIONED]:
        line.extend((Person(one), " "))
    if len(operators) > MENTIONED:
        line.extend(("and ", Count(len(operators) - MENTIONED), " more"))
    return tuple(line)
