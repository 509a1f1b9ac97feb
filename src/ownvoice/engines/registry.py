"""The engines that are installed, found by entry points, and made with the options of the settings."""

import inspect
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from ownvoice.engines.contract import Engine

GROUP = "ownvoice.engines"
"""The entry-point group in which distributions announce their engines."""


def names() -> list[str]:
    """List the names of the engines that are installed."""
    return sorted({entry.name for entry in entry_points(group=GROUP)})


def load(name: str, options: Mapping[str, Any] | None = None, data: Path | None = None) -> Engine:
    """Make the engine of that name.

    Args:
        name: as it stands in the entry-point group.
        options: keyword arguments for it, from the settings.
        data: the directory in which it may keep files; engines that keep none have no parameter ``data``.

    Raises:
        LookupError: no such engine is installed; the message lists those that are.
        ValueError: the engine has no such option; the message lists those that it has.
        RuntimeError: the engine cannot be imported or made; the message says why.
    """
    for entry in entry_points(group=GROUP, name=name):
        return _make(entry, dict(options or {}), data)
    raise LookupError(f"no engine named {name!r} is installed; there are: {', '.join(names()) or 'none'}")


def _make(entry: EntryPoint, options: dict[str, Any], data: Path | None) -> Engine:
    """Make the engine of an entry point."""
    try:
        make = entry.load()
        arguments = _arguments(entry.name, make, options, data)
    except (ImportError, AttributeError) as error:
        raise RuntimeError(f"the engine {entry.name!r} ({entry.value}) cannot be imported: {error}") from error
    try:
        engine: Engine = make(**arguments)
    except RuntimeError:
        raise  # the engine's own words, such as what to install
    except Exception as error:
        raise RuntimeError(f"the engine {entry.name!r} cannot be made: {error}") from error
    return engine


def _arguments(name: str, make: Any, options: dict[str, Any], data: Path | None) -> dict[str, Any]:
    """Return the keyword arguments of an engine."""
    parameters = inspect.signature(make).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return {**options, "data": data}
    if unknown := options.keys() - parameters.keys():
        known = ", ".join(sorted(parameters.keys() - {"data"})) or "none"
        raise ValueError(f"engine {name!r} has no option {', '.join(sorted(unknown))}; its options are: {known}")
    return options | ({"data": data} if "data" in parameters else {})
