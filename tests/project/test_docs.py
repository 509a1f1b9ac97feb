"""Pages that list what the code has cannot fall behind it."""

import re
from pathlib import Path

import msgspec
import pytest

from ownvoice.errors import SHUTTING_DOWN
from ownvoice.settings import PREFIX, Settings
from ownvoice.traits.expression import FEELINGS

ROOT = Path(__file__).parents[2]
SERVER = (ROOT / "docs/server.md").read_text("utf-8")
SOURCES = [path.read_text("utf-8") for path in (ROOT / "src/ownvoice").rglob("*.py")]


def test_every_setting_is_listed_with_its_default() -> None:
    for name in Settings.__struct_fields__:
        default = getattr(Settings(), name)
        if name == "data":  # which depends on who asks
            shown = "the user's"
        elif default is None:
            shown = "none"
        elif isinstance(default, str):
            shown = f"`{default}`"
        else:
            shown = f"`{msgspec.json.format(msgspec.json.encode(default), indent=0).decode()}`"
        assert f"| `{name}` | `{PREFIX}{name.upper()}` | {shown} |" in SERVER, name


def test_every_error_code_is_listed_and_no_other() -> None:
    codes = {code for source in SOURCES for code in re.findall(r'error_code="(\w+)"', source)} | {SHUTTING_DOWN}
    assert len(codes) > 15
    rows = re.findall(r"^\| [0-9, ]+ \| (.*?) \|", (ROOT / "docs/errors.md").read_text("utf-8"), re.MULTILINE)
    assert {code for row in rows for code in re.findall(r"`(\w+)`", row)} == codes


def mapped(page: str) -> set[str]:
    """Return the modules that the map of the architecture names, as paths below ``src``.

    A table stands under the name of its package; a row has modules of it in its first cell, or a room, which ends in a
    slash, and modules of that room in its second.
    """
    found: set[str] = set()
    package = ""
    for line in page.splitlines():
        if heading := re.match(r"### `(\w+)`", line):
            package = heading[1]
        elif line.startswith("| `") and package:
            first, second = line.strip("|").split("|")[:2]
            names = re.findall(r"`([\w/]+)`", first)
            for name in names:
                if name.endswith("/"):
                    found |= {f"{package}/{name}{module}" for module in re.findall(r"`(\w+)`", second)}
                    found.add(f"{package}/{name}__init__")
                else:
                    found.add(f"{package}/{name}")
    return found


def unmapped(page: str) -> list[str]:
    """List the modules that the map does not name, and the names of the map that are no modules."""
    here = {str(path.relative_to(ROOT / "src").with_suffix("")) for path in (ROOT / "src").rglob("*.py")}
    tops = {"cartesia/__init__", "cartesia/_version", "ownvoice/__init__"}
    migrations = {path for path in here if "/migrations/versions/" in path}
    return sorted((here - tops - migrations) ^ (mapped(page) - tops))


def test_the_map_of_the_architecture_names_every_module() -> None:
    assert not unmapped((ROOT / "ARCHITECTURE.md").read_text("utf-8"))


@pytest.mark.parametrize("module", ["ownvoice/tts/session", "ownvoice/text/words", "cartesia/errors"])
def test_a_module_that_the_map_lacks_is_found(module: str) -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    without = "\n".join(
        re.sub(rf"`{module.rpartition('/')[2]}`", "", line) if line.startswith("| `") else line
        for line in page.splitlines()
    )
    assert module in unmapped(without)


def test_every_emotion_and_tag_is_listed() -> None:
    page = (ROOT / "docs/expression.md").read_text("utf-8")
    for name in FEELINGS:
        assert re.search(rf"\b{name}\b", page), name
    for tag in ("break time", "spell", "speed ratio", "volume ratio", "emotion value", "[laughter]"):
        assert tag in page
