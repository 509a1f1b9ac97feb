"""The C interface of libespeak-ng.

The library is one set of C globals: voice, text and synthesizer are shared by everything that calls it, and two threads
in it at once corrupt its memory. The loader of the system gives the same library, and so the same globals, to all who
load the same file; a copy of the file is another library. `workers` owns all that are loaded.

The declarations follow `speak_lib.h` of espeak-ng 1.52, the version that `espeakng_loader` 0.2.4 carries.
"""

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import NamedTuple

from ownvoice.engines.espeak import definition_file

SAMPLE_RATE = 22050
"""The sample rate of the sound, in Hz: that of the phoneme data, the same for every voice."""
PIECE_SECONDS = 0.12
"""The length of the sound that one call of the callback brings. The library makes it no shorter than 0.06 s; at that
length, many voices at once get a sixth less done, because each call waits for the interpreter's lock."""

_SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: call back with the sound, and return when all is said
_PHONEME_EVENTS, _IPA_NAMES, _DO_NOT_EXIT = 0x0001, 0x0002, 0x8000  # options of espeak_Initialize
_UTF8, _PHONEMES = 0x001, 0x100  # flags of espeak_Synth; without 0x10 (SSML) and 0x100 the text is plain
_RATE, _VOLUME = 1, 2  # espeak_PARAMETER: words per minute, percent
_OK = 0
_CONTINUE, _STOP = 0, 1  # what the callback returns

VOLUME = 0.5
"""The volume, as a factor on the library's default. At higher volumes the library clips the peaks of some vowels."""

_PATH_LIMIT = 230 if sys.platform == "win32" else 160
"""The size of `path_home` in the C code, in bytes; it tries "/espeak-ng-data" behind the path first."""


class EventKind(IntEnum):
    """The events that matter here, with their numbers in the C code."""

    LIST_END = 0
    WORD = 1
    PHONEME = 7


class Event(NamedTuple):
    """Something that happens in the sound."""

    kind: int
    sample: int
    """The time, in samples since the start of the text."""
    position: int
    """The first character of a word, 0-based, in code points. May lie behind the text."""
    phoneme: str
    """The IPA name of a phoneme; empty for a pause."""


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))

Receiver = Callable[[bytes, list[Event]], bool]
"""A consumer of a piece of sound (16-bit samples, native byte order) and its events; False stops the synthesis."""


def find_library() -> tuple[str, Path]:
    """Return the paths of the shared library and of its data.

    Raises:
        RuntimeError: `espeakng-loader` is not installed, or is incomplete.
    """
    try:
        import espeakng_loader
    except ImportError as error:
        raise RuntimeError(
            "the espeak engine needs the package espeakng-loader; install it with: pip install 'ownvoice[espeak]'"
        ) from error
    try:
        return espeakng_loader.get_library_path(), Path(espeakng_loader.get_data_path())
    except RuntimeError as error:
        raise RuntimeError(f"espeakng-loader is damaged, reinstall it: {error}") from error


CAN_COPY = sys.platform == "linux" and hasattr(os, "memfd_create")
"""Whether the library can be loaded several times over, from copies of its file in memory, which leave no trace."""


def copy_library(path: str) -> str:
    """Copy the library into a file that is loaded nowhere else, and return its path; or its own if it cannot be copied.

    The copy stays open as long as the process: the loader knows libraries by their path, and would mistake another copy
    with the same number for this one.
    """
    if not CAN_COPY:
        return path
    copy = os.memfd_create("espeak-ng")
    with open(path, "rb") as library, open(copy, "wb", closefd=False) as file:
        shutil.copyfileobj(library, file)
    return f"/proc/self/fd/{copy}"


class Library:
    """A copy of libespeak-ng, loaded and initialized. To be used by one thread at a time."""

    def __init__(self) -> None:
        """Load the library.

        Raises:
            RuntimeError: it is missing, cannot be loaded, or does not find its data.
        """
        path, data = find_library()
        try:
            self._c = ctypes.CDLL(copy_library(path))
        except OSError as error:
            raise RuntimeError(
                f"the espeak-ng library cannot be loaded ({error}); reinstall it with: "
                "pip install --force-reinstall espeakng-loader"
            ) from error
        self._declare()
        options = _PHONEME_EVENTS | _IPA_NAMES | _DO_NOT_EXIT
        rate = self._c.espeak_Initialize(_SYNCHRONOUS, round(PIECE_SECONDS * 1000), shorten_path(data), options)
        if rate != SAMPLE_RATE:
            raise RuntimeError(f"espeak-ng does not start with its data at {data} (espeak_Initialize returned {rate})")
        self._receiver: Receiver | None = None
        self._error: BaseException | None = None
        self._callback = _Callback(self._receive)  # the C code keeps only the address: it must live as long as we do
        self._c.espeak_SetSynthCallback(self._callback)
        self._c.espeak_SetParameter(_VOLUME, round(100 * VOLUME), 0)

    def _declare(self) -> None:
        c = self._c
        c.espeak_Initialize.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int)
        c.espeak_SetSynthCallback.argtypes = (_Callback,)
        c.espeak_SetVoiceByFile.argtypes = (ctypes.c_char_p,)
        c.espeak_SetParameter.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int)
        c.espeak_Synth.argtypes = (
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.POINTER(ctypes.c_uint),
            ctypes.c_void_p,
        )

    def set_voice(self, definition: bytes) -> None:
        """Set the voice to the one that a definition (the text of a voice file) describes.

        Raises:
            RuntimeError: espeak-ng refuses the definition.
        """
        with definition_file.temporary_file(definition) as path:
            if self._c.espeak_SetVoiceByFile(path) != _OK:
                raise RuntimeError("espeak-ng refuses the voice definition")

    def set_rate(self, words_per_minute: int) -> None:
        """Set the rate: up to 450 by the synthesizer itself, beyond by shortening its sound. The least is 80."""
        self._c.espeak_SetParameter(_RATE, words_per_minute, 0)

    def synthesize(self, text: str, receiver: Receiver, *, phonemes: bool = False) -> None:
        """Say a plain text; return when all of it was received, or the receiver stopped it.

        Errors of the receiver are raised here.

        Args:
            text: without NUL and surrogates.
            receiver: gets the pieces, from this thread.
            phonemes: whether ``[[...]]`` in the text holds phonemes, in espeak-ng's own names.
        """
        encoded = text.encode()
        self._receiver = receiver
        try:
            # The size counts the final NUL, which ctypes adds.
            flags = _UTF8 | (_PHONEMES if phonemes else 0)
            self._c.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, flags, None, None)
        finally:
            self._receiver = None
            error, self._error = self._error, None
        if error is not None:
            raise error

    def _receive(self, sound: int | None, samples: int, events: "ctypes._Pointer[_Event]") -> int:
        try:
            if self._receiver is None:
                return _STOP
            pcm = ctypes.string_at(sound, samples * 2) if sound and samples > 0 else b""
            return _CONTINUE if self._receiver(pcm, _read_events(events)) else _STOP
        except BaseException as error:  # it must not cross the C frames below
            self._error = error
            return _STOP


def _read_events(events: "ctypes._Pointer[_Event]") -> list[Event]:
    read: list[Event] = []
    for index in count():
        event = events[index]
        kind = event.type
        if kind == EventKind.LIST_END:
            break
        if kind == EventKind.PHONEME:
            read.append(Event(kind, event.sample, 0, _clean_ipa(event.id.string)))
        elif kind == EventKind.WORD:
            read.append(Event(kind, event.sample, event.text_position - 1, ""))
    return read


@lru_cache(maxsize=1024)
def _clean_ipa(name: bytes) -> str:
    """Return a phoneme's name without signs that are not IPA: ``(en)`` at a change of language, ``-`` for a weak vowel.

    A name fills its 8 bytes without a NUL behind it when it is that long or longer, and may end within a character.
    """
    return re.sub(r"\([\w-]*\)?|-", "", name.decode("utf-8", "ignore")).strip()


def shorten_path(data: Path) -> bytes:
    """Return a path of the data that fits into the C code's buffer.

    A longer one would be cut off silently, and the data of another espeak-ng on the machine be taken instead.

    Raises:
        RuntimeError: the path is too long, and this system has no way around.
    """
    path = os.fsencode(data)
    if len(path) + len(b"/espeak-ng-data") < _PATH_LIMIT:
        return path
    if sys.platform == "linux":
        # Another name of the same directory. It is open as long as the process, like the library.
        return b"/proc/self/fd/%d" % os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    raise RuntimeError(
        f"espeak-ng cannot read data at so long a path ({len(path)} bytes, at most "
        f"{_PATH_LIMIT - 16}): {data}; install the package in a directory nearer to the root"
    )
