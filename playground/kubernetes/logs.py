"""Logs of containers, as ``pods/log`` gives them."""

from collections.abc import Mapping
from typing import Any

from playground.kubernetes.status import bad_request

Object = dict[str, Any]
Place = tuple[str, str, str, bool]


class Logs:
    """Texts by (namespace, pod, container, previous)."""

    def __init__(self) -> None:
        self._texts: dict[Place, str] = {}

    def write(self, place: Place, text: str) -> None:
        """What this log holds from now on."""
        self._texts[place] = text

    def read(self, pod: Object, query: Mapping[str, str]) -> str:
        """As the query wants it: container, previous, tailLines. Refusal 400 for a container that is not there or not named."""
        metadata = pod["metadata"]
        name = metadata["name"]
        known = [one["name"] for field in ("initContainers", "containers") for one in pod.get("spec", {}).get(field) or ()]
        container = query.get("container") or (known[0] if len(known) == 1 else "")
        if not container:
            raise bad_request(f"a container name must be specified for pod {name}, choose one of: [{' '.join(known)}]")
        if container not in known:
            raise bad_request(f"container {container} is not valid for pod {name}")
        previous = query.get("previous") == "true"
        place = (metadata["namespace"], name, container, previous)
        if previous and place not in self._texts:
            raise bad_request(f'previous terminated container "{container}" in pod "{name}" not found')
        text = self._texts.get(place, "")
        tail = query.get("tailLines")
        return "".join(text.splitlines(keepends=True)[-int(tail) :]) if tail else text
