"""The examples of the README, of docs/ and in examples/ run as they stand."""

import re
import runpy
from pathlib import Path

import pytest
import soundfile

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


def test_the_readme_says_what_this_is() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "independent implementation" in readme
    assert "make hello" in readme
    assert "make test" in readme
