"""`ownvoice voices`, run as a user runs it."""

import json
from pathlib import Path

import pytest
from test_cli import ownvoice

from ownvoice.engines.espeak.catalogue import VOICES
from recordings import recording


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory in which commands run, with a store of their own."""
    monkeypatch.setenv("OWNVOICE_DATA", str(tmp_path / "data"))
    return tmp_path


def test_a_table_of_the_voices(here: Path) -> None:
    for arguments in (["voices"], ["voices", "list"]):
        lines = ownvoice(*arguments, cwd=here).stdout.decode().splitlines()
        assert lines[0].split() == ["ID", "NAME", "LANGUAGE", "GENDER", "DESCRIPTION"]
        assert len(lines) == 1 + len(VOICES)
    assert not (here / "data").exists(), "listing makes nothing"
    german = json.loads(ownvoice("voices", "--language", "de", "--json", cwd=here).stdout)
    assert {voice["language"] for voice in german} == {"de"}
    assert len(german[0]["embedding"]) == 192
    found = json.loads(
        ownvoice("voices", "list", "--search", "newsman", "--gender", "masculine", "--json", cwd=here).stdout
    )
    assert [voice["name"] for voice in found] == ["Newsman"]


def test_from_a_recording_to_speech(here: Path) -> None:
    (here / "me.wav").write_bytes(recording())
    done = ownvoice("voices", "clone", "me.wav", "--name", "Me Myself", "--description", "I.", cwd=here)
    assert done.stdout.startswith(b"Me Myself is ")
    ownvoice("voices", "rename", "Me Myself", "Only me", cwd=here)
    shown = ownvoice("voices", "show", "only me", cwd=here).stdout.decode()
    assert "name:           Only me" in shown
    assert "192 numbers" in shown
    as_json = ownvoice("voices", "show", "Only me", "--json", cwd=here).stdout
    (here / "voice.json").write_bytes(as_json)
    ownvoice("voices", "create", "--name", "Copy", "--embedding", "voice.json", cwd=here)
    ownvoice("voices", "create", "--name", "Piped", "--embedding", "-", cwd=here, stdin=as_json)
    mixed = json.loads(ownvoice("voices", "mix", "Only me=3", "Newsman", "--name", "Mixed", "--json", cwd=here).stdout)
    assert mixed["description"] == "A mix of Only me=3, Newsman"
    mine = json.loads(ownvoice("voices", "list", "--mine", "--json", cwd=here).stdout)
    assert [voice["name"] for voice in mine] == ["Mixed", "Piped", "Copy", "Only me"]
    ownvoice("voices", "say", "Mixed", "Good morning.", "-o", "morning.wav", cwd=here)
    assert (here / "morning.wav").stat().st_size > 10_000
    ownvoice("voices", "delete", "Mixed", "--yes", cwd=here)
    assert b"Mixed" not in ownvoice("voices", "list", "--mine", cwd=here).stdout
    kept = ownvoice("voices", "delete", "Copy", cwd=here, stdin=b"n\n", code=1)
    assert b"Delete Copy" in kept.stdout
    assert b"Copy" in ownvoice("voices", "list", "--mine", cwd=here).stdout


def test_names_and_descriptions_of_all_kinds(here: Path) -> None:
    (here / "numbers.json").write_text(json.dumps([0.0] * 192))
    for name in ("Dr. Größe = 7", "dr. größe"):
        ownvoice(
            *("voices", "create", "--name", name, "--embedding", "numbers.json", "--description", "One\nand two."),
            cwd=here,
        )
    lines = ownvoice("voices", "list", "--mine", cwd=here).stdout.decode().splitlines()
    assert len(lines) == 3
    assert all(line.endswith("One and two.") for line in lines[1:])
    assert "name:           dr. größe" in ownvoice("voices", "show", "DR. GRÖSSE", cwd=here).stdout.decode()
    mixed = ownvoice("voices", "mix", "Dr. Größe = 7=2", "dr. größe", "--name", "M", "--json", cwd=here).stdout
    assert json.loads(mixed)["embedding"] == [0.0] * 192
    told = ownvoice("voices", "show", "a", cwd=here, code=1).stderr.decode()
    assert "more" in told
    assert told.count("(") == 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nobody"], "no voice is named 'nobody'"),
        (["show", "man"], "several voices match 'man'"),
        (["delete", "Newsman", "--yes"], "built in"),
        (["rename", "Newsman", "Me"], "built in"),
        (["mix", "Newsman=nan", "--name", "M"], "should be a finite number, not nan"),
        (["mix", "Newsman=much", "--name", "M"], "the weight of Newsman should be a number, not 'much'"),
        (["clone", "here.txt", "--name", "M"], "text"),
        (["create", "--name", "M", "--embedding", "here.txt"], "here.txt should have JSON in it"),
    ],
)
def test_what_cannot_be(here: Path, arguments: list[str], message: str) -> None:
    (here / "here.txt").write_text("This is no recording, and no JSON.")
    done = ownvoice("voices", *arguments, cwd=here, code=1)
    assert message in done.stderr.decode()
