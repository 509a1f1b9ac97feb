"""Which packages may import which: the arrows of ARCHITECTURE.md."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
CLIENT = sorted(SOURCE.glob("cartesia/**/*.py"))
INNER = [
    path
    for part in ("text", "audio", "traits", "engines", "voices", "store")
    for path in SOURCE.glob(f"ownvoice/{part}/**/*.py")
]
WEB = {"starlette", "uvicorn", "httpx", "websockets", "click"}


def imported(path: Path) -> set[str]:
    """The modules that a file imports, at any depth of it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", CLIENT, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_library_knows_the_server_in_one_place_only(path: Path) -> None:
    reaches = any(name.startswith("ownvoice") for name in imported(path))
    assert reaches == (path.name == "_embedded.py")


@pytest.mark.parametrize("path", INNER, ids=lambda path: str(path.relative_to(SOURCE)))
def test_engines_text_audio_and_the_store_know_no_network(path: Path) -> None:
    names = imported(path)
    assert not {name.split(".")[0] for name in names} & WEB
    outer = ("api", "app", "tts", "serving", "cli", "settings", "versions")
    assert not [name for name in names if name.startswith(tuple(f"ownvoice.{part}" for part in outer))]
    assert not [
        name for name in names if name.startswith("cartesia.") and name.split(".")[1] not in ("types", "formats")
    ]


def test_sessions_and_routers_do_no_io() -> None:
    for path in (
        SOURCE / "ownvoice/tts/session.py",
        SOURCE / "cartesia/_websocket/router.py",
        SOURCE / "cartesia/_sse.py",
    ):
        assert not imported(path) & {"asyncio", "socket", "threading", "time", "websockets", "httpx", "starlette"}


@pytest.mark.parametrize("path", sorted(SOURCE.glob("**/*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400
