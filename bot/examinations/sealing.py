"""Sealing: is the key out of reach of whoever could reach what it seals, and does what was sealed open again?"""

from datetime import timedelta
from typing import Final

from bot.model.examination import Examination, Outcome, Said, Subject, unseen
from bot.model.observed import Unobserved
from bot.model.vitals import Purpose, Vitals

SLOW: Final = timedelta(seconds=3)
"""A program that takes longer may take longer still one day, and has ten seconds for each of two calls."""


def _sealing_key(seen: Vitals) -> Said:
    if isinstance(seen.sealing, Unobserved):
        return unseen(seen.sealing, missing=Outcome.TROUBLE)
    file = seen.sealing.value
    if file.everybody:
        return Said(
            Outcome.WARNING,
            f"Everybody on this machine may read the sealing key {file.path}.",
            "chmod o-rwx it; of a volume: defaultMode 0440.",
        )
    if not file.mounted:
        return Said(Outcome.FINE, f"It is read from {file.path}, which is no volume of a Secret.")
    where = f"{file.path} is in a volume that Kubernetes keeps"
    if isinstance(seen.permissions, Unobserved):
        return Said(Outcome.UNKNOWN, f"{where}; whether the bot's account can read its Secret is not known.")
    # Which Secret it is does not show from inside; it can only be one of this namespace, so any right to read Secrets here counts.
    held = [one.words for one in seen.permissions.value if one.purpose is Purpose.SEALING and one.allowed]
    if held:
        return Said(
            Outcome.WARNING,
            f"{where}, and the bot's account may {held[0]}: whoever has its token opens what is sealed.",
            "Take that right away, or mount the key from elsewhere: docs/rotation.md#what-sealing-is-worth",
        )
    return Said(Outcome.FINE, f"{where}, and the bot's account cannot read Secrets beside the bot.")


def _sealing_works(seen: Vitals) -> Said:
    if isinstance(seen.sealed, Unobserved):
        return unseen(seen.sealed, missing=Outcome.TROUBLE)
    trial = seen.sealed.value
    how = "with the program of DAPR_WARDEN_SEALING_COMMAND" if trial.by_command else "with the key file"
    seconds = max(trial.took.total_seconds(), 0.1)
    told = f"A random value was sealed and opened again {how}, within {seconds:.1f} s, and thrown away."
    if trial.took > SLOW:
        return Said(Outcome.WARNING, told, "It is slow: look at the way to your key management service. Each call may take 10 s at most.")
    return Said(Outcome.FINE, told)


SEALING_KEY = Examination(
    id="sealing-key", subject=Subject.MEMORY, title="The sealing key is out of reach of whoever reaches what it seals", judge=_sealing_key
)
SEALING_WORKS = Examination(id="sealing-works", subject=Subject.MEMORY, title="What is sealed opens again", judge=_sealing_works)
