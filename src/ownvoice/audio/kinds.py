"""The kinds of sound files, detected by their first bytes: names and media types from clients are not trusted."""

import re
from dataclasses import dataclass

from ownvoice.errors import InvalidRequest, RequestError, UnsupportedMedia

WANTED = "it should be a recording of speech, as WAV, FLAC, Ogg, MP3, AIFF, WebM, M4A or MP4"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that may contain sound."""

    name: str
    demuxer: str
    """The name of its demuxer in ffmpeg's libraries."""
    plain: bool
    """Whether libsndfile usually reads it too."""


_SOUND: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"(RIFF|RIFX|RF64)....WAVE", re.DOTALL), Kind("WAV", "wav", plain=True)),
    (re.compile(rb"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0"), Kind("W64", "w64", plain=True)),
    (re.compile(rb"RIFF....AVI ", re.DOTALL), Kind("AVI", "avi", plain=False)),
    (re.compile(rb"fLaC"), Kind("FLAC", "flac", plain=True)),
    (re.compile(rb"OggS"), Kind("Ogg", "ogg", plain=True)),
    (re.compile(rb"FORM....AIF[FC]", re.DOTALL), Kind("AIFF", "aiff", plain=True)),
    (re.compile(rb"\.snd"), Kind("AU", "au", plain=True)),
    (re.compile(rb"caff\x00\x01"), Kind("CAF", "caf", plain=True)),
    (re.compile(rb"\x1a\x45\xdf\xa3"), Kind("WebM", "matroska", plain=False)),
    (re.compile(rb"....(ftyp|moov|mdat|wide)", re.DOTALL), Kind("MP4", "mov", plain=False)),
    (re.compile(rb"#!AMR"), Kind("AMR", "amr", plain=False)),
    (re.compile(rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), Kind("WMA", "asf", plain=False)),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), Kind("AAC", "aac", plain=False)),
    # A frame of layer III or II without reserved values in its fields, or a tag before the first frame.
    (re.compile(rb"ID3|\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][\x00-\xef]", re.DOTALL), Kind("MP3", "mp3", plain=True)),
)

_OTHER: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"PK(\x03\x04|\x05\x06|\x07\x08)"), "a ZIP archive, or a document that is one inside"),
    (re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!"), "a compressed archive"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM....\0\0\0\0|II\*\0|MM\0\*|RIFF....WEBP", re.DOTALL), "a picture"),
    (re.compile(rb"%PDF|\xd0\xcf\x11\xe0"), "a document"),
    (re.compile(rb"\x7fELF|MZ|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe"), "a program"),
    (re.compile(rb"MThd"), "a MIDI file, which contains notes and no sound"),
)


def detect_kind(data: bytes) -> Kind:
    """Return the kind of a file that may contain sound.

    Raises:
        RequestError: it is something else; the message says what, if it is known.
    """
    if not data:
        raise InvalidRequest("Invalid clip", f"the clip is empty (0 bytes); {WANTED}", error_code="invalid_clip")
    for pattern, other in _OTHER:
        if pattern.match(data):
            raise _refusal(f"the clip is {other}")
    if _is_text(data):
        raise _refusal("the clip is text, not sound")
    for pattern, kind in _SOUND:
        if pattern.match(data):
            return kind
    raise _refusal("the clip is not a sound file of a known kind")


def _refusal(what: str) -> RequestError:
    return UnsupportedMedia("Invalid clip", f"{what}; {WANTED}", error_code="invalid_clip")


def _is_text(data: bytes) -> bool:
    """Return whether the file begins with characters of text alone: pages, playlists, scripts, addresses."""
    head = data[:512]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return b"\0" in head[2:4]
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a character may have been cut at the end of the head
            return False
        text = head[: error.start].decode()
    return not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text) and not text.startswith((".snd", "#!AMR"))
