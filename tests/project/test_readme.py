"""The examples of the README, docs/ and examples/, which run as they are, and what pages say about this package."""

import re
import runpy
import shlex
import tomllib
from pathlib import Path

import click
import pytest
import soundfile

from ownvoice.cli.main import main
from ownvoice.cli.say import say

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS = [
    pytest.param(program, id=f"{page.name}-{number}")
    for page in PAGES
    for number, program in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    )
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_examples_of_the_documentation(program: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(program, "example", "exec"), {"__name__": "__main__"})
    for path in tmp_path.glob("*.wav"):
        samples, rate = soundfile.read(path)
        assert len(samples) > 0.3 * rate


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_examples(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path), run_name="__main__")
    written = list(tmp_path.iterdir())
    assert written or capsys.readouterr().out, "an example shows something"
    for wav in tmp_path.glob("*.wav"):
        samples, rate = soundfile.read(wav)
        assert len(samples) > 0.3 * rate


def test_links_lead_somewhere() -> None:
    for page in [*PAGES, *ROOT.glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
TEXTS = {
    page: page.read_text("utf-8")
    for page in (*PAGES, *ROOT.glob("*.md"), ROOT / "NOTICE", *(ROOT / "src").rglob("*.py"))
}


def test_the_readme_is_about_this_distribution_and_says_whose_it_is() -> None:
    readme = TEXTS[ROOT / "README.md"]
    assert readme.startswith(f"# {PROJECT['name']}\n")
    assert "**This is an independent implementation.** It is not made, endorsed or supported by Cartesia AI" in readme
    assert "cannot share an\nenvironment" in readme
    commands = re.findall(r"^(?:pip|uv tool|pipx) install .*", readme, re.MULTILINE)
    assert f'uv tool install "{PROJECT["name"]}[server]"' in " ".join(commands)


@pytest.mark.parametrize("page", sorted(TEXTS), ids=lambda page: str(page.relative_to(ROOT)))
def test_what_is_to_be_installed_exists(page: Path) -> None:
    """Every command that installs this names its distribution, with extras that it has."""
    for name, extra in re.findall(r"(?:pip|tool|pipx) install\s+[\"']?(\w+)(?:\[(\w+)\])?", TEXTS[page]):
        assert name == PROJECT["name"]
        assert not extra or extra in PROJECT["optional-dependencies"]
    assert not re.search(
        r"cartesia\[\w+\]\"|\b[cC]artesia_server\b|share/cartesia|CARTESIA_(?!API_KEY|BASE_URL)", TEXTS[page]
    )


def test_the_commands_of_the_makefile_that_pages_name_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs/clients.md"):
        named = set(re.findall(r"(?:`|^)make ([a-z-]+)", TEXTS[page], re.MULTILINE))
        assert named, page.name
        assert named <= targets, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_commands_that_pages_show_exist(page: Path) -> None:
    for shown in re.findall(r"^(?:[A-Z_]+=\S+ )*ownvoice (.*)", page.read_text("utf-8"), re.MULTILINE):
        words = shlex.split(shown, comments=True)
        command: click.Command = main
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert command is not main, shown
        known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        if command.name == "say":
            known |= {option for parameter in say.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-") and word != "-"} <= known, shown
