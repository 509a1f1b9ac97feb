"""Named output formats."""

import pytest

from cartesia import Cartesia
from cartesia.formats import OUTPUT_FORMATS, bytes_per_second, get_output_format, get_sample_rate
from faces import Face


def test_there_are_twelve_names() -> None:
    rates = (44100, 24000, 22050, 16000, 8000)
    expected = {f"raw_{encoding}_{rate}" for encoding in ("pcm_f32le", "pcm_s16le") for rate in rates}
    assert set(OUTPUT_FORMATS) == expected | {"raw_pcm_mulaw_8000", "raw_pcm_alaw_8000"}


def test_a_format_by_its_name(face: Face) -> None:
    tts = face.client(base_url="http://test").tts
    assert tts.get_output_format("raw_pcm_f32le_44100") == {
        "container": "raw",
        "encoding": "pcm_f32le",
        "sample_rate": 44100,
    }
    assert tts.get_sample_rate("raw_pcm_mulaw_8000") == 8000


def test_each_caller_gets_a_dictionary_of_its_own() -> None:
    first = get_output_format("raw_pcm_s16le_16000")
    first["sample_rate"] = 1
    assert get_output_format("raw_pcm_s16le_16000")["sample_rate"] == 16000


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no output format 'mp3'; the names are: raw_pcm_f32le_44100, "):
        Cartesia(base_url="http://test").tts.get_output_format("mp3")
    with pytest.raises(ValueError, match="no output format"):
        get_sample_rate("")


def test_bytes_per_second() -> None:
    assert bytes_per_second(get_output_format("raw_pcm_f32le_24000")) == 96000
    assert bytes_per_second({"encoding": "pcm_alaw", "sample_rate": 8000}) == 8000
