"""The sealing key: can it be used, and is it out of reach of whoever could reach what it seals?"""

from bot.model.examination import Examination, Outcome, Said, Subject, unseen
from bot.model.observed import Unobserved
from bot.model.vitals import Purpose, Vitals


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


SEALING_KEY = Examination(
    id="sealing-key", subject=Subject.MEMORY, title="The sealing key is out of reach of whoever reaches what it seals", judge=_sealing_key
)
