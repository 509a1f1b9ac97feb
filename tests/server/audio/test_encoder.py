"""Resampling and encoding of a stream: the cuts leave no trace."""

import io
import itertools
from functools import cache

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cartesia.formats import SAMPLE_WIDTHS
from cartesia.types import OutputFormat
from examples import examples
from ownvoice.audio.encoder import Encoder
from ownvoice.audio.pcm import ENCODINGS
from ownvoice.audio.wav import wav_header

ENGINE_RATE = 24000
RATES = (8000, 11025, 16000, 22050, 24000, 44100, 48000)
NOISE = np.random.default_rng(1).uniform(-0.5, 0.5, 5000).astype(np.float32)

every_encoding = pytest.mark.parametrize("encoding", ENCODINGS)
every_rate = pytest.mark.parametrize("sample_rate", RATES)
cuts_of_noise = st.lists(st.integers(0, len(NOISE)), max_size=12).map(sorted)


def form(encoding: str, sample_rate: int, container: str = "raw") -> OutputFormat:
    return OutputFormat(container=container, encoding=encoding, sample_rate=sample_rate)


def encoded(output_format: OutputFormat, *pieces: NDArray[np.float32]) -> list[bytes]:
    encoder = Encoder(ENGINE_RATE, output_format)
    return [encoder.push(piece, last=last) for last, piece in zip(_lasts(len(pieces)), pieces, strict=True)]


def _lasts(count: int) -> list[bool]:
    return [False] * (count - 1) + [True]


@cache
def in_one_go(encoding: str, sample_rate: int) -> bytes:
    return encoded(form(encoding, sample_rate), NOISE)[0]


@every_encoding
@every_rate
@settings(max_examples=examples(12), deadline=None)
@given(cuts=cuts_of_noise)
def test_joined_pieces_are_the_whole_bit_for_bit(encoding: str, sample_rate: int, cuts: list[int]) -> None:
    bounds = itertools.pairwise([0, *cuts, len(NOISE)])
    pieces = [NOISE[start:end] for start, end in bounds]
    assert b"".join(encoded(form(encoding, sample_rate), *pieces)) == in_one_go(encoding, sample_rate)


@every_rate
def test_resampled_peaks_stay_below_full_scale(sample_rate: int) -> None:
    loud = np.repeat(np.array([0.99, -0.99] * 20, np.float32), 50)
    sound = np.frombuffer(b"".join(encoded(form("pcm_f32le", sample_rate), loud)), np.float32)
    assert 0.98 < np.abs(sound).max() < 1


@every_rate
def test_pieces_of_one_sample(sample_rate: int) -> None:
    samples = NOISE[:300]
    one = encoded(form("pcm_f32le", sample_rate), samples)
    assert b"".join(encoded(form("pcm_f32le", sample_rate), *np.split(samples, len(samples)))) == one[0]


@every_encoding
@every_rate
def test_the_duration_stays(encoding: str, sample_rate: int) -> None:
    count = len(in_one_go(encoding, sample_rate)) / SAMPLE_WIDTHS[encoding]
    assert abs(count - len(NOISE) * sample_rate / ENGINE_RATE) <= 1


@every_rate
def test_a_sine_stays_a_sine(sample_rate: int) -> None:
    time = np.arange(ENGINE_RATE) / ENGINE_RATE
    data = encoded(form("pcm_f32le", sample_rate), (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32))[0]
    samples = np.frombuffer(data, "<f4")
    inner = slice(sample_rate // 10, -sample_rate // 10)  # at its ends a filter rings
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(len(samples)) / sample_rate)
    assert np.abs(samples - expected)[inner].max() < 1e-4


def test_what_the_lower_rate_cannot_carry_is_gone() -> None:
    time = np.arange(ENGINE_RATE) / ENGINE_RATE
    data = encoded(form("pcm_f32le", 8000), (0.5 * np.sin(2 * np.pi * 6000 * time)).astype(np.float32))[0]
    assert np.abs(np.frombuffer(data, "<f4")[800:-800]).max() < 1e-3


@every_encoding
@every_rate
def test_a_wav_stream_has_its_header_once_and_first(encoding: str, sample_rate: int) -> None:
    header = wav_header(encoding, sample_rate)
    pieces = encoded(form(encoding, sample_rate, "wav"), NOISE[:100], NOISE[100:200], NOISE[200:])
    assert pieces[0].startswith(header)
    assert b"".join(pieces) == header + in_one_go(encoding, sample_rate)
    samples, rate = soundfile.read(io.BytesIO(b"".join(pieces)))
    assert rate == sample_rate
    assert len(samples) == len(in_one_go(encoding, sample_rate)) // SAMPLE_WIDTHS[encoding]


@every_rate
def test_no_samples_at_all(sample_rate: int) -> None:
    nothing = np.zeros(0, np.float32)
    assert encoded(form("pcm_s16le", sample_rate), nothing) == [b""]
    assert encoded(form("pcm_s16le", sample_rate, "wav"), nothing) == [wav_header("pcm_s16le", sample_rate)]
