"""The library libespeak-ng: how it is found, loaded and given its voices."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from espeak_speech import LONG, median_pitch, say
from ownvoice.engines.espeak import EspeakEngine, definition_file, library
from ownvoice.traits.embedding import Traits


def test_a_missing_package_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(RuntimeError, match=r"needs the package espeakng-loader; .*pip install 'ownvoice\[espeak\]'"):
        EspeakEngine()


def test_missing_data_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import espeakng_loader

    def missing() -> str:
        raise RuntimeError("data path not exists")

    monkeypatch.setattr(espeakng_loader, "get_data_path", missing)
    with pytest.raises(RuntimeError, match="espeakng-loader is damaged"):
        EspeakEngine()


def test_a_library_that_cannot_be_loaded_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "libespeak-ng.so"
    broken.write_bytes(b"this is no library")
    monkeypatch.setattr(library, "find_library", lambda: (str(broken), tmp_path))
    with pytest.raises(RuntimeError, match=r"cannot be loaded .*reinstall"):
        library.Library()


def in_a_process(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)


FAR_AWAY = """
import sys
from pathlib import Path
from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.espeak import EspeakEngine, library
from ownvoice.traits.embedding import Traits
so, data = library.find_library()
far = Path(sys.argv[1] if len(sys.argv) > 1 else {directory!r}) / "espeak-ng-data"
far.symlink_to(data)
library.find_library = lambda: (so, far)
pieces = EspeakEngine().speak(Utterance("Guten Morgen.", "de", EngineVoice()))
print(sum(len(piece.samples) for piece in pieces) > 10000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is an error")
@pytest.mark.parametrize("length", [100, 140, 150, 160, 161, 175, 300])
def test_data_at_any_depth_are_found(tmp_path: Path, length: int) -> None:
    directory = tmp_path
    while len(str(directory)) + len("/espeak-ng-data") < length:
        missing = length - len(str(directory)) - len("/espeak-ng-data") - 1
        directory = directory / ("d" * max(1, min(missing, 100)))
    directory.mkdir(parents=True, exist_ok=True)
    done = in_a_process(FAR_AWAY.format(directory=str(directory)))
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_data_too_deep_are_an_error_where_there_is_no_way_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert library.shorten_path(Path("/usr/lib/data")) == b"/usr/lib/data"
    with pytest.raises(RuntimeError, match=r"so long a path \(201 bytes, at most 144\).*nearer to the root"):
        library.shorten_path(Path("/" + "d" * 200))


def test_a_voice_in_memory_is_gone_afterwards() -> None:
    if not definition_file.IN_MEMORY:
        pytest.skip("only where there are files in memory")
    with definition_file.temporary_file(b"name x\n") as path:
        assert Path(os.fsdecode(path)).read_bytes() == b"name x\n"
    assert not Path(os.fsdecode(path)).exists()


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write definitions to disk, as on macOS."""
    monkeypatch.setattr(definition_file, "IN_MEMORY", False)


@pytest.mark.usefixtures("on_disk")
class TestOnDisk:
    def test_voices_are_the_same_as_from_memory(self) -> None:
        for hertz in (97, 203):
            said = say(LONG, traits=Traits(pitch_hz=hertz, range_semitones=1))
            assert median_pitch(said.samples) == pytest.approx(hertz, rel=0.05)

    def test_the_file_is_gone_afterwards(self) -> None:
        with definition_file.temporary_file(b"name x\n") as path:
            file = Path(os.fsdecode(path))
            assert file.read_bytes() == b"name x\n"
            assert len(path) <= 59
        assert not file.exists()

    @pytest.mark.parametrize("name", ["WithCapitals", "with+plus", "l" * 60, "wíth"])
    def test_a_directory_that_espeak_would_not_find_again_is_passed_over(
        self, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / name).mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / name))
        with definition_file.temporary_file(b"name x\n") as path:
            assert os.fsdecode(path).startswith(("/tmp/espeak-", "/var/tmp/espeak-"))

    def test_having_none_is_an_error_that_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tempfile, "tempdir", "/" + "l" * 60)
        monkeypatch.setattr(definition_file, "common_directories", lambda: [])
        with pytest.raises(RuntimeError, match=r"set TMPDIR to one with a path of at most 43 ASCII"):
            say("Hello.", traits=Traits(pitch_hz=133))

    def test_on_windows_names_have_no_case(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(definition_file, "WINDOWS", True)
        assert definition_file.is_readable_at(r"C:\Users\Ada\AppData\Local\Temp")
        assert not definition_file.is_readable_at(r"C:\Users\Adá\AppData\Local\Temp")
        assert not definition_file.is_readable_at(r"C:\Users\A rather long name of a user\AppData\Local\Temp")
        assert all(map(definition_file.is_readable_at, definition_file.common_directories()))
