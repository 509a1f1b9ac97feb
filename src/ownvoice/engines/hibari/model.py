"""The network of hibari: phonemes in, the parts of a spectrum and the lengths of the phonemes out."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Semaphore
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAMPLE_RATE = 24000
HOP = 300
"""Samples from one frame to the next."""
FRAMES_PER_UNIT = 2
"""The unit of the lengths of phonemes, in frames: 25 ms."""

_LENGTHS = "lengths"
_LENGTHS_INSIDE = "/Clip_output_0"
"""The network's own name of the lengths, before it stretches each phoneme over its frames."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The network's prediction for one stretch of speech. All but the lengths are per frame, on the last axis."""

    harmonic: Floats
    """The log magnitude of the pulses' filter, in each of the 601 bins."""
    rotation: Floats
    """The phase of that filter: pi times the hyperbolic tangent of it."""
    noise: Floats
    """The log magnitude of the noise."""
    free: Floats
    """The log magnitude of the part whose phase is given, not made of pulses."""
    phase: Floats
    """The phase of that part, in radians."""
    pitch: Floats
    """The pitch in Hz, one number a frame; below 40 there is no voice."""
    lengths: NDArray[np.int64]
    """The length of each phoneme that went in, in units of two frames. Their sum is exactly the length of the whole."""


class Model:
    """A voice, loaded. Any number of threads may use it; each call runs on the thread that makes it.

    As many run at once as there are processors: more would not be done earlier, and each takes some 12 MB.
    """

    def __init__(self, path: Path) -> None:
        """Load the network in that file.

        Raises:
            RuntimeError: the file is not a network of hibari.
        """
        import onnxruntime

        self._turn = Semaphore(os.cpu_count() or 1)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                path.read_bytes() + _lengths_output(), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime has a class of its own for each way to fail, without a common name
            raise RuntimeError(f"{os.fspath(path)} cannot be loaded as a voice of hibari: {error}") from error

    def predict(self, ids: Sequence[int], speed: float) -> Prediction:
        """Return the speech of some phonemes, by their numbers; ``speed`` divides the lengths of all."""
        given = {"ids": np.asarray([ids], np.int64), "speed": np.asarray([speed], np.float32)}
        names = ["lh", "theta", "ln", "lr", "phi", "f0", _LENGTHS]
        with self._turn:
            outputs: list[Any] = list(self._session.run(names, given))
        *parts, lengths = outputs
        harmonic, rotation, noise, free, phase, pitch = (part[0] for part in parts)
        return Prediction(harmonic, rotation, noise, free, phase, pitch, lengths.reshape(-1))


def _lengths_output() -> bytes:
    """Return the bytes that, behind those of its file, make the network give the lengths too.

    The file is a message of Protocol Buffers, whose rules say that a message which comes twice is merged, list by list.
    So a second graph, of one node and one output, adds both to the first, and no package that edits graphs is needed.
    """
    to_int64 = _field(1, b"to") + _field(3, 7) + _field(20, 2)
    node = _field(1, _LENGTHS_INSIDE.encode()) + _field(2, _LENGTHS.encode()) + _field(4, b"Cast") + _field(5, to_int64)
    tensor_of_int64 = _field(1, _field(1, 7))
    output = _field(1, _LENGTHS.encode()) + _field(2, tensor_of_int64)
    return _field(7, _field(1, node) + _field(12, output))


def _field(number: int, value: bytes | int) -> bytes:
    """Return a field of a message: an integer, or bytes with their length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    groups = []
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*groups, value])
