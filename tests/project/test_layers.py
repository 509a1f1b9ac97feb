"""The ladder: which room may import which. It is the picture of ARCHITECTURE.md, and the code is held to it."""

from pathlib import Path

import pytest

from import_graph import SOURCE, cycle, imports, modules, room_imports

INNER = ("text", "audio", "traits", "engines", "store", "voices")
"""The rooms that know neither the web nor the command line."""

MAY_IMPORT: dict[str, set[str]] = {
    "ownvoice": set(),
    "errors": set(),
    "ids": set(),
    "constraints": set(),
    "text": {"errors"},
    "audio": {"errors", "cartesia"},
    "traits": {"errors", "ids"},
    "engines": {"errors", "text", "audio", "traits"},
    "store": {"errors", "ids", "traits"},
    "voices": {"errors", "ids", "text", "traits", "engines", "store", "cartesia"},
    "settings": {"constraints"},
    "versions": {"traits"},
    "access": {"errors", "settings", "store"},
    "tts": {
        *("errors", "constraints", "text", "audio", "traits", "engines", "voices", "settings", "versions"),
        *("access", "cartesia"),
    },
    "api": {
        *("errors", "ids", "text", "audio", "traits", "engines", "store", "voices", "settings", "versions"),
        *("access", "tts", "cartesia"),
    },
    "app": {"errors", "store", "voices", "settings", "access", "tts", "api"},
    "serving": {"errors", "engines", "store", "settings", "tts", "app"},
    "cli": {
        *("errors", "audio", "traits", "engines", "store", "settings", "tts", "app", "serving", "cartesia"),
    },
    "cartesia": set(),
}
"""What each room may import. ``cartesia`` is the library; rooms of one module stand for themselves."""

WEB = {"starlette", "uvicorn", "httpx", "websockets", "click", "jwt"}
NO_IO = ("ownvoice.tts.session", "cartesia._websocket.router", "cartesia._sse")


def sources() -> dict[str, str]:
    """Return the programs of all modules, but for the one that lets the library reach for the server."""
    found = {name: path.read_text("utf-8") for name, path in modules().items()}
    del found["cartesia._embedded"]
    return found


def forbidden(texts: dict[str, str]) -> list[str]:
    """List the arrows between rooms that the table does not have."""
    graph = room_imports(texts)
    return sorted(f"{room} -> {other}" for room, others in graph.items() for other in others - MAY_IMPORT[room])


def planted(module: str, program: str) -> dict[str, str]:
    """Return the sources with a line more in one module."""
    texts = sources()
    return {**texts, module: f"{texts[module]}\n{program}\n"}


def test_rooms_import_only_what_the_table_allows() -> None:
    assert set(room_imports(sources())) == set(MAY_IMPORT)
    assert not forbidden(sources())


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


def test_inner_rooms_know_no_web_and_of_the_library_only_its_types() -> None:
    texts = sources()
    for name, text in texts.items():
        if name.startswith(tuple(f"ownvoice.{room}" for room in INNER)):
            found = imports(text, texts)
            assert not {imported.partition(".")[0] for imported in found} & WEB, name
            library = {imported for imported in found if imported.partition(".")[0] == "cartesia"}
            assert library <= {"cartesia.types", "cartesia.formats"}, name


def test_sessions_and_routers_do_no_io() -> None:
    texts = sources()
    for name in NO_IO:
        assert not imports(texts[name]) & {"asyncio", "socket", "threading", "time", "websockets", "httpx", "starlette"}


def test_few_modules_stand_alone() -> None:
    assert len([path for path in (SOURCE / "ownvoice").glob("*.py") if path.name != "__init__.py"]) <= 8


@pytest.mark.parametrize("path", sorted(SOURCE.glob("**/*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400
