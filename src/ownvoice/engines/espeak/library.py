"""The C interface of libespeak-ng, and nothing more.

The library is one set of C globals: voice, text and synthesizer are shared by everything that calls it, and two threads
in it at once corrupt its memory. The loader of the system gives the same library, and so the same globals, to whoever
loads the same file; a copy of the file is another library. `turns` owns all that are loaded.

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
"""Of the sound it makes, in Hz: that of its phoneme data, the same for every voice."""
PIECE_SECONDS = 0.12
"""How much sound one call of the callback brings. It takes no less than 0.06, whatever shorter time is asked for; with
that, many voices at once get a sixth less done, because each call waits for the interpreter's lock."""

_SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT: call back with the sound, and return when all is said
_PHONEME_EVENTS, _IPA_NAMES, _DO_NOT_EXIT = 0x0001, 0x0002, 0x8000  # options of espeak_Initialize
_UTF8, _PHONEMES = 0x001, 0x100  # flags of espeak_Synth; without 0x10 (SSML) and 0x100 the text is plain
_RATE, _VOLUME = 1, 2  # espeak_PARAMETER: words per minute, percent
_OK = 0
_CONTINUE, _STOP = 0, 1  # what the callback returns

VOLUME = 0.5
"""The volume, of the library's default. Louder, it cuts off the peaks of some vowels before they come out."""

_PATH_LIMIT = 230 if sys.platform == "win32" else 160
"""`path_home` in the C code has so many bytes; "/espeak-ng-data" is tried behind the path first."""


class EventKind(IntEnum):
    """The events that matter here, by their number in the C code."""

    LIST_END = 0
    WORD = 1
    PHONEME = 7


class Event(NamedTuple):
    """Something that happens in the sound."""

    kind: int
    sample: int
    """When: samples since the start of the text."""
    position: int
    """Of a word: its first character, 0-based, in code points. May lie behind the text."""
    phoneme: str
    """Of a phoneme: its IPA name; empty for a pause."""


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
"""Takes a piece of sound (16-bit samples of this machine's byte order) and its events; False stops the synthesis."""


def find_library() -> tuple[str, Path]:
    """The paths of the shared library and of its data.

    Raises:
        RuntimeError: `espeakng-loader` is not installed, or is incomplete.
    """
    try:
        import espeakng_loader
    except ImportError as error:
        raise RuntimeError(
            "the espeak engine needs the package espeakng-loader; install it with: pip install 'ownvoice[server]'"
        ) from error
    try:
        return espeakng_loader.get_library_path(), Path(espeakng_loader.get_data_path())
    except RuntimeError as error:
        raise RuntimeError(f"espeakng-loader is damaged, reinstall it: {error}") from error


CAN_COPY = sys.platform == "linux" and hasattr(os, "memfd_create")
"""Whether the library can be loaded several times over, from copies of its file in memory, which leave no trace."""


def copy_library(path: str) -> str:
    """The path of a copy of the library that nobody else has loaded; the library itself where it cannot be copied.

    The copy stays open as long as the process: the loader knows libraries by their path, and would take another copy
    under the same number for this one.
    """
    if not CAN_COPY:
        return path
    copy = os.memfd_create("espeak-ng")
    with open(path, "rb") as library, open(copy, "wb", closefd=False) as file:
        shutil.copyfileobj(library, file)
    return f"/proc/self/fd/{copy}"


class Library:
    """A libespeak-ng of its own, loaded and initialized. To be used from one thread at a time."""

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
            raise RuntimeError(f"espeak-ng does not start with its data at {data} (espeak_Initialize says {rate})")
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
        """Take the voice that a definition (the text of a voice file) describes.

        Raises:
            RuntimeError: espeak-ng refuses it.
        """
        with definition_file.temporary_file(definition) as path:
            if self._c.espeak_SetVoiceByFile(path) != _OK:
                raise RuntimeError("espeak-ng refuses the voice definition")

    def set_rate(self, words_per_minute: int) -> None:
        """Speak so fast from now on; 80 to 450 is made by the synthesizer, more by shortening its sound."""
        self._c.espeak_SetParameter(_RATE, words_per_minute, 0)

    def synthesize(self, text: str, receiver: Receiver, *, phonemes: bool = False) -> None:
        """Say a plain text; return when all of it was received, or the receiver stopped it.

        What the receiver raises comes out here. The text must not have NUL or surrogates in it. Whether what stands in
        it between ``[[`` and ``]]`` is phonemes, in espeak-ng's own names, is for ``phonemes`` to say.
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
    """A phoneme's name without what is not IPA: ``(en)`` where the language changes, ``-`` for a weak vowel.

    A name fills its 8 bytes without a NUL behind it when it is that long or longer, and may end within a character.
    """
    return re.sub(r"\([\w-]*\)?|-", "", name.decode("utf-8", "ignore")).strip()


def shorten_path(data: Path) -> bytes:
    """A path of the data that fits into the C code's buffer.

    A longer one would be cut off without a word, and some other espeak-ng's data of the machine be taken instead.
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
