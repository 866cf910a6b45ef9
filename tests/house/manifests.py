"""Assembles the kustomizations of deploy/ as kustomize would: resources, components and merge patches, which is all they use."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.house.tree import ROOT

KUSTOMIZE = ROOT / "deploy" / "kustomize"

Object = dict[str, Any]


def assembled(folder: str) -> list[Object]:
    """The objects of ``deploy/kustomize/FOLDER``, in the order of its files."""
    return _assembled(KUSTOMIZE / folder)


def with_component(folder: str, component: str) -> list[Object]:
    """The objects of ``deploy/kustomize/FOLDER`` as they are with that component; those that the component adds come last."""
    return _assembled(KUSTOMIZE / "components" / component, assembled(folder))


def documents(path: Path) -> list[Object]:
    """The objects of one YAML file."""
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


def key(thing: Mapping[str, Any]) -> tuple[str, str, str]:
    """Kind, namespace ("" = none) and name."""
    return thing["kind"], thing["metadata"].get("namespace", ""), thing["metadata"]["name"]


def _assembled(folder: Path, onto: Iterable[Object] = ()) -> list[Object]:
    """``onto``: what a component, whose patches reach beyond itself, is added to."""
    (kustomization,) = documents(folder / "kustomization.yaml")
    unknown = set(kustomization) - {"apiVersion", "kind", "resources", "components", "patches"}
    assert not unknown, f"{folder.name}: this loader does not know {unknown}"
    objects = [*onto, *_read(folder, [*kustomization.get("resources", ()), *kustomization.get("components", ())])]
    for patch in kustomization.get("patches", ()):
        for change in documents(folder / patch["path"]):
            (target,) = (one for one in objects if key(one) == key(change))
            _merge(target, change)
    return objects


def _read(folder: Path, names: list[str]) -> Iterator[Object]:
    for name in names:
        place = folder / name
        yield from _assembled(place) if place.is_dir() else documents(place)


def _merge(into: Object, change: Mapping[str, Any]) -> None:
    for name, value in change.items():
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(into[name], value)
        else:
            into[name] = value
