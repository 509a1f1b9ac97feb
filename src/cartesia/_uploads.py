"""Files that are sent: what a program may pass for one, and how it is read."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

from cartesia.errors import FileError, MissingFileError

FileContent: TypeAlias = bytes | bytearray | memoryview | IO[bytes] | os.PathLike[str]
FileTypes: TypeAlias = (
    FileContent
    | tuple[str | None, FileContent]
    | tuple[str | None, FileContent, str | None]
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
"""The content of a file or where it is, or a tuple of its name, its content, its media type, and headers."""

NAMELESS = "upload"
"""The name that bytes are sent under."""

_RIGHT = "bytes, a file opened with open(path, 'rb'), a pathlib.Path, or a tuple (name, content)"


@dataclass(frozen=True)
class Upload:
    """A file to send. One that is named by its path is opened when it is sent, and closed again."""

    content: FileContent
    name: str
    media_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def replayable(self) -> bool:
        """Whether it can be sent a second time."""
        return not hasattr(self.content, "read") or _seekable(self.content)


def upload(value: object, *, called: str) -> Upload:
    """What was passed for a file, without reading it.

    Args:
        value: see `FileTypes`.
        called: the parameter, for errors.

    Raises:
        TypeError: it is nothing that can be sent.
        MissingFileError: there is no file at that path; also a FileNotFoundError and a ValueError.
    """
    name: str | None = None
    media_type: str | None = None
    headers: Mapping[str, str] | None = None
    if isinstance(value, tuple):
        if not 2 <= len(value) <= 4:
            raise TypeError(f"{called} should be a tuple (name, content[, media type[, headers]])")
        name, value, media_type, headers = (*value, None, None)[:4]
    if isinstance(value, bytearray | memoryview):
        value = bytes(value)
    if isinstance(value, os.PathLike):
        _check(path := Path(os.fsdecode(value)), called)
        return Upload(path, name or path.name, media_type, headers or {})
    if isinstance(value, io.TextIOBase):
        raise TypeError(f"{called} is a file opened as text; open it with open(path, 'rb')")
    if getattr(value, "closed", False):
        raise ValueError(f"{called} is a file that has been closed")
    if isinstance(value, bytes) or callable(getattr(value, "read", None)):
        return Upload(value, name or _name_of(value), media_type, headers or {})  # type: ignore[arg-type]
    a_path = f"; of a path make pathlib.Path({value!r})" if isinstance(value, str) and len(value) < 200 else ""
    raise TypeError(f"{called} should be {_RIGHT}, not {type(value).__name__}{a_path}")


def file_from_path(path: str | os.PathLike[str]) -> tuple[str, bytes]:
    """The file at that path, read into memory, as a tuple of its name and its content."""
    return Path(path).name, Path(path).read_bytes()


@contextmanager
def opened(uploads: Mapping[str, Upload]) -> Iterator[dict[str, Any]]:
    """The files as httpx takes them, open for one call; FileError where one cannot be read."""
    with ExitStack() as open_files:
        yield {called: _opened(each, open_files) for called, each in uploads.items()}


def _opened(each: Upload, open_files: ExitStack) -> tuple[Any, ...]:
    content: Any = each.content
    if isinstance(content, os.PathLike):
        try:
            content = open_files.enter_context(open(content, "rb"))  # noqa: SIM115 - it is closed with the others
        except OSError as error:
            raise FileError(error.errno, f"cannot be sent: {error.strerror}", str(content)) from error
    return each.name, content, each.media_type, dict(each.headers)


def _check(path: Path, called: str) -> None:
    if not path.exists():
        raise MissingFileError(2, f"{called} should be the path of a file, and there is none", str(path))
    if path.is_dir():
        raise FileError(21, f"{called} should be the path of a file, and this is a directory", str(path))


def _name_of(file: object) -> str:
    name = getattr(file, "name", None)  # of some files it is a number
    return os.path.basename(name) if isinstance(name, str) and name else NAMELESS


def _seekable(file: Any) -> bool:
    seekable = getattr(file, "seekable", None)
    return bool(seekable()) if callable(seekable) else hasattr(file, "seek")
