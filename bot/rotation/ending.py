"""How a run ended, as its journal has it. Pure."""

from bot.model.run import File, Finished, Stand


def finished(file: File) -> Finished:
    """After its tidying up."""
    run = file.run
    if run.back:
        return Finished(stand=Stand.REVERTED, proof=tuple(run.facts.values())[-1:])
    if run.aborting:
        why = run.commanded.reason if run.commanded is not None and not run.commanded.actor else ""
        return Finished(stand=Stand.ABORTED, proof=("Nothing was changed.", *([why] if why else [])))
    left = tuple(f"{one}: {one.left.value}" for one in file.dossier.plan.reach.left if one.left)
    owned = tuple(f"{one.fact}. {one.advice}" for one in file.dossier.plan.hazards if one.id == "owned-objects")
    return Finished(stand=Stand.DONE, proof=tuple(run.facts.get("proof", "").split("; ")), left=(*owned, *left))
