"""The ladder: which room may import which. It is the picture of ARCHITECTURE.md, and the code is held to it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from import_graph import SOURCE, cycle, imports, modules, room, room_imports

MAY_IMPORT: dict[str, set[str]] = {
    "ownvoice": set(),
    "errors": set(),
    "ids": set(),
    "constraints": set(),
    "settings": {"constraints"},
    "text": set(),
    "audio": {"errors", "cartesia"},
    "traits": {"ids"},
    "versions": {"traits"},
    "engines": {"errors", "text", "audio", "traits"},
    "store": {"ids", "traits"},
    "voices": {"errors", "text", "traits", "engines", "store", "cartesia"},
    "access": {"errors", "settings"},
    "tts": {
        *("errors", "constraints", "settings", "text", "audio", "traits"),
        *("versions", "engines", "voices", "access", "cartesia"),
    },
    "api": {
        *("errors", "settings", "text", "audio", "traits", "versions"),
        *("store", "voices", "access", "tts", "cartesia"),
    },
    "app": {"errors", "settings", "store", "voices", "access", "tts", "api"},
    "serving": {"errors", "settings", "engines", "store", "tts", "app"},
    "cli": {"errors", "settings", "audio", "traits", "engines", "store", "tts", "app", "serving", "cartesia"},
    "cartesia": set(),
}
"""What each room may import. ``cartesia`` is the library; rooms of one module stand for themselves."""

WEB = {"starlette", "uvicorn", "httpx", "websockets", "http"}
WEB_ROOMS = {"api", "app", "serving", "cli", "cartesia"}
"""The rooms that know HTTP."""
LIBRARY_ROOMS = {"cli", "cartesia"}
"""The rooms that may use the library itself, and not only its types."""
TYPES = {"cartesia.types", "cartesia.formats", "cartesia._version"}
NO_IO = ("ownvoice.tts.session", "cartesia._websocket.router", "cartesia._sse")


def sources() -> dict[str, str]:
    """Return the programs of all modules, but for the one that lets the library reach for the server."""
    found = {name: path.read_text("utf-8") for name, path in modules().items()}
    del found["cartesia._embedded"]
    return found


def arrows(graph: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the arrows of a graph, one text each."""
    return {f"{room} -> {other}" for room, others in graph.items() for other in others}


def forbidden(texts: dict[str, str]) -> list[str]:
    """List the arrows between rooms that the table does not have, and imports of the web and of the library."""
    found = arrows(room_imports(texts)) - arrows(MAY_IMPORT)
    for name, text in texts.items():
        for imported in imports(text, texts):
            top = imported.partition(".")[0]
            if top in WEB and room(name) not in WEB_ROOMS:
                found.add(f"{name} -> {imported}")
            if top == "cartesia" and room(name) not in LIBRARY_ROOMS and imported not in TYPES:
                found.add(f"{name} -> {imported}")
    return sorted(found)


def planted(module: str, program: str) -> dict[str, str]:
    """Return the sources with a line more in one module."""
    texts = sources()
    return {**texts, module: f"{texts[module]}\n{program}\n"}


def test_rooms_import_only_what_the_table_allows() -> None:
    assert set(room_imports(sources())) == set(MAY_IMPORT)
    assert not forbidden(sources())


def test_the_table_allows_nothing_that_is_not_needed() -> None:
    assert not arrows(MAY_IMPORT) - arrows(room_imports(sources()))


def test_the_table_is_a_ladder() -> None:
    assert not cycle(MAY_IMPORT)


@pytest.mark.parametrize(
    "program",
    [
        "from cartesia import Cartesia",
        "import cartesia",
        "from ownvoice import app, settings",
        "from ownvoice.voices.resolution import resolve",
        "from ownvoice.api.gate import Gate",
        "def lazily():\n    from ownvoice.tts import session",
        "if TYPE_CHECKING:\n    from ownvoice.engines import Engine",
    ],
)
def test_an_arrow_that_climbs_is_found(program: str) -> None:
    assert forbidden(planted("ownvoice.text.words", program))


def test_no_modules_import_each_other() -> None:
    assert not module_cycle(sources())


@pytest.mark.parametrize(
    "program", ["from ownvoice.text import sentences", "def lazily():\n    import ownvoice.text.sentences"]
)
def test_a_circle_of_modules_is_found(program: str) -> None:
    found = module_cycle(planted("ownvoice.text.words", program))
    assert {"ownvoice.text.words", "ownvoice.text.sentences"} <= set(found)


def module_cycle(texts: dict[str, str]) -> list[str]:
    """Return a circle of modules of the server; nothing where there is none."""
    server = {name: text for name, text in texts.items() if name.startswith("ownvoice")}
    return cycle({name: imports(text, server) & set(server) - {name} for name, text in server.items()})


def test_the_library_knows_the_server_in_one_place_only() -> None:
    reaching = [
        name
        for name, path in modules().items()
        if name.partition(".")[0] == "cartesia"
        and any(imported.partition(".")[0] == "ownvoice" for imported in imports(path.read_text("utf-8")))
    ]
    assert reaching == ["cartesia._embedded"]


@pytest.mark.parametrize(
    ("module", "program"),
    [
        ("ownvoice.tts.requests", "def lazily():\n    import starlette.requests"),
        ("ownvoice.access.limits", "import uvicorn"),
        ("ownvoice.tts.speech", "from cartesia import Cartesia"),
        ("ownvoice.voices.library", "from http import HTTPStatus"),
        ("ownvoice.api.rest", "from cartesia import AsyncCartesia"),
    ],
)
def test_the_web_and_the_library_are_kept_out_of_rooms_that_do_not_know_them(module: str, program: str) -> None:
    assert forbidden(planted(module, program))


def does_io(text: str) -> bool:
    """Tell whether a program imports what waits, or what tells the time."""
    waiting = {"asyncio", "socket", "threading", "time", "websockets", "httpx", "starlette"}
    return bool({imported.partition(".")[0] for imported in imports(text)} & waiting)


@pytest.mark.parametrize("name", NO_IO)
def test_sessions_and_routers_do_no_io(name: str) -> None:
    assert not does_io(sources()[name])
    assert does_io(planted(name, "from websockets.sync.client import connect")[name])
    assert does_io(planted(name, "def lazily():\n    import asyncio.events")[name])


def test_few_modules_stand_alone() -> None:
    assert len([path for path in (SOURCE / "ownvoice").glob("*.py") if path.name != "__init__.py"]) <= 8


@pytest.mark.parametrize("path", sorted(SOURCE.glob("**/*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400
