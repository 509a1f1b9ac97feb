"""Pages that list what the code has cannot fall behind it."""

import re
from pathlib import Path

import msgspec

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


def test_the_architecture_names_every_module() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for path in (ROOT / "src").rglob("*.py"):
        name = path.parent.name if path.name == "__init__.py" else path.stem
        package = path.parent.name
        if package not in ("espeak", "src", "versions") and name not in ("_version", "cartesia", "ownvoice"):
            assert re.search(rf"\b{name}\b", page), path


def test_every_emotion_and_tag_is_listed() -> None:
    page = (ROOT / "docs/expression.md").read_text("utf-8")
    for name in FEELINGS:
        assert re.search(rf"\b{name}\b", page), name
    for tag in ("break time", "spell", "speed ratio", "volume ratio", "emotion value", "[laughter]"):
        assert tag in page
