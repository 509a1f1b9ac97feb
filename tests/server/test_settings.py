"""The sources of settings, their precedence, and the errors of wrong settings."""

from pathlib import Path
from typing import Any

import platformdirs
import pytest
from platformdirs.macos import MacOS
from platformdirs.unix import Unix
from platformdirs.windows import Windows

from ownvoice.settings import PREFIX, Settings, load


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove what the other tests set."""
    monkeypatch.delenv("OWNVOICE_MODELS", raising=False)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.__struct_fields__:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def toml(folder: Path, text: str | bytes) -> Path:
    path = folder / "server.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_defaults() -> None:
    assert load() == Settings()
    assert load().host == "127.0.0.1"  # the open network has to be asked for


def test_a_file(tmp_path: Path) -> None:
    path = toml(tmp_path, 'host = "::1"\nport = 9000\nbody_timeout = 2\n[models]\nsonic = "tone"\n')
    assert load(file=path) == Settings(host="::1", port=9000, body_timeout=2.0, models={"sonic": "tone"})


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNVOICE_HOST", "0.0.0.0")
    monkeypatch.setenv("OWNVOICE_PORT", "9001")
    monkeypatch.setenv("OWNVOICE_BODY_TIMEOUT", "1.5")
    monkeypatch.setenv("OWNVOICE_MODELS", '{"sonic": "tone"}')
    assert load() == Settings(host="0.0.0.0", port=9001, body_timeout=1.5, models={"sonic": "tone"})


def test_flags_win_over_the_environment_and_that_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = toml(tmp_path, 'host = "file"\nport = 1\nmax_body_bytes = 11\n')
    monkeypatch.setenv("OWNVOICE_HOST", "environment")
    monkeypatch.setenv("OWNVOICE_PORT", "2")
    settings = load({"port": 3, "max_transcript_chars": None}, path)
    assert (settings.host, settings.port, settings.max_body_bytes) == ("environment", 3, 11)
    assert settings.max_transcript_chars == Settings().max_transcript_chars  # a flag that was not given


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"port": -1}, "port should be from 0 to 65535, not -1"),
        ({"port": 65536}, "port should be from 0 to 65535"),
        ({"port": "http"}, r"port"),
        ({"host": 5}, r"host"),
        ({"max_transcript_chars": 0}, "max_transcript_chars should be above 0"),
        ({"max_body_bytes": -1}, "max_body_bytes should be above 0"),
        ({"body_timeout": 0}, "body_timeout should be above 0"),
        ({"body_timeout": float("nan")}, "body_timeout should be above 0"),
        ({"body_timeout": "soon"}, "body_timeout"),
        ({"models": "tone"}, "models"),
        ({"models": {"sonic": 5}}, "models"),
        ({"max_contexts": -1}, "max_contexts should be 0 or more, not -1"),
        (
            {"cors_origins": ["example.org"]},
            r"cors_origins\[0\] should be such as https://example.org or \*, not 'exam",
        ),
        ({"cors_origins": ["*\n"]}, r"cors_origins\[0\] should be such as"),
        ({"runner": "elsewhere"}, "runner should be inline, not 'elsewhere'"),
        ({"prot": 9000}, "prot"),
    ],
    ids=str,
)
def test_wrong_settings(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load(values)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("PORT", "nine", "port"),
        ("PORT", "", "port"),
        ("MODELS", "tone", "models"),
        ("MODELS", '{"sonic": ', "OWNVOICE_MODELS should be a JSON object"),
    ],
)
def test_wrong_variables(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str) -> None:
    monkeypatch.setenv(PREFIX + variable, value)
    with pytest.raises(ValueError, match=message):
        load()


def test_variables_of_other_programs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNVOICE_URL", "http://elsewhere")
    assert load() == Settings()


@pytest.mark.parametrize("text", ["port = ", "= 5", "port 9000", b"host = '\xff'"])
def test_what_is_not_toml(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"server\.toml is not a TOML file"):
        load(file=toml(tmp_path, text))


def test_unknown_names_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="prot"):
        load(file=toml(tmp_path, "prot = 9000"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.toml cannot be read"):
        load(file=tmp_path / "none.toml")
    with pytest.raises(ValueError, match="cannot be read"):
        load(file=tmp_path)


@pytest.mark.parametrize(
    ("system", "variables", "expected"),
    [
        (Unix, {}, "{home}/.local/share/ownvoice"),
        (Unix, {"XDG_DATA_HOME": ""}, "{home}/.local/share/ownvoice"),
        (Unix, {"XDG_DATA_HOME": "relative"}, "{home}/.local/share/ownvoice"),
        (Unix, {"XDG_DATA_HOME": "{home}/xdg"}, "{home}/xdg/ownvoice"),
        (MacOS, {}, "{home}/Library/Application Support/ownvoice"),
        (Windows, {"WIN_PD_OVERRIDE_LOCAL_APPDATA": r"C:\local"}, r"C:\local/ownvoice"),
        (Unix, {"OWNVOICE_DATA": "{home}/mine"}, "{home}/mine"),
    ],
)
def test_data_are_where_the_system_keeps_such_things(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, system: type, variables: dict[str, str], expected: str
) -> None:
    monkeypatch.setattr(platformdirs, "PlatformDirs", system)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(home=tmp_path))
    assert Path(load().data) == Path(expected.format(home=tmp_path))
    assert load().data == Settings().data
    assert not list(tmp_path.iterdir())


def test_a_user_without_a_home_keeps_data_in_the_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Homeless(Unix):
        @property
        def user_data_dir(self) -> str:
            raise RuntimeError("no home")  # what platformdirs raises then

    monkeypatch.setattr(platformdirs, "PlatformDirs", Homeless)
    monkeypatch.chdir(tmp_path)
    assert Path(load().data) == tmp_path / ".local/share/ownvoice"


def test_an_empty_variable_for_the_data_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNVOICE_DATA", "")
    assert load().data == Settings().data != ""


def test_a_server_without_models_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNVOICE_MODELS", "{}")
    with pytest.raises(ValueError, match="models should"):
        load()
