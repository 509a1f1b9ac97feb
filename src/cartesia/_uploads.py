"""Files to send: the forms in which a program may pass one, and how it is read."""

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
"""The content of a file or its path, or a tuple of its name, content, media type and headers."""

NAMELESS = "upload"
"""The file name of bytes that have none."""

_ACCEPTED = "bytes, a file opened with open(path, 'rb'), a pathlib.Path, or a tuple (name, content)"


@dataclass(frozen=True)
class Upload:
    """A file to send. A file passed as a path is opened when it is sent, and closed again."""

    content: FileContent
    name: str
    media_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def replayable(self) -> bool:
        """Whether it can be sent a second time."""
        return not hasattr(self.content, "read") or _seekable(self.content)


def to_upload(value: object, *, name: str) -> Upload:
    """Return what was passed as a file in one form, without reading it.

    Args:
        value: see `FileTypes`.
        name: the name of the parameter, for errors.

    Raises:
        TypeError: it cannot be sent.
        MissingFileError: there is no file at that path; also a FileNotFoundError and a ValueError.
    """
    filename: str | None = None
    media_type: str | None = None
    headers: Mapping[str, str] | None = None
    if isinstance(value, tuple):
        if not 2 <= len(value) <= 4:
            raise TypeError(f"{name} should be a tuple (name, content[, media type[, headers]])")
        filename, value, media_type, headers = (*value, None, None)[:4]
    if isinstance(value, bytearray | memoryview):
        value = bytes(value)
    if isinstance(value, os.PathLike):
        _check(path := Path(os.fsdecode(value)), name)
        return Upload(path, filename or path.name, media_type, headers or {})
    if isinstance(value, io.TextIOBase):
        raise TypeError(f"{name} is a file opened as text; open it with open(path, 'rb')")
    if getattr(value, "closed", False):
        raise ValueError(f"{name} is a file that has been closed")
    if isinstance(value, bytes) or callable(getattr(value, "read", None)):
        return Upload(value, filename or _name_of(value), media_type, headers or {})  # type: ignore[arg-type]
    hint = f"; pass a path as pathlib.Path({value!r})" if isinstance(value, str) and len(value) < 200 else ""
    raise TypeError(f"{name} should be {_ACCEPTED}, not {type(value).__name__}{hint}")


def file_from_path(path: str | os.PathLike[str]) -> tuple[str, bytes]:
    """Read the file at that path; return a tuple of its name and its content."""
    return Path(path).name, Path(path).read_bytes()


@contextmanager
def open_uploads(uploads: Mapping[str, Upload]) -> Iterator[dict[str, Any]]:
    """Open the files for one call, in the form that httpx takes; FileError where one cannot be read."""
    with ExitStack() as open_files:
        yield {field_name: _open(each, open_files) for field_name, each in uploads.items()}


def _open(each: Upload, open_files: ExitStack) -> tuple[Any, ...]:
    content: Any = each.content
    if isinstance(content, os.PathLike):
        try:
            content = open_files.enter_context(open(content, "rb"))  # noqa: SIM115 - `open_files` closes it
        except OSError as error:
            raise FileError(error.errno, f"cannot be sent: {error.strerror}", str(content)) from error
    return each.name, content, each.media_type, dict(each.headers)


def _check(path: Path, name: str) -> None:
    if not path.exists():
        raise MissingFileError(2, f"{name} should be the path of a file, and there is none", str(path))
    if path.is_dir():
        raise FileError(21, f"{name} should be the path of a file, and this is a directory", str(path))


def _name_of(file: object) -> str:
    name = getattr(file, "name", None)  # a file descriptor for some files
    return os.path.basename(name) if isinstance(name, str) and name else NAMELESS


def _seekable(file: Any) -> bool:
    seekable = getattr(file, "seekable", None)
    return bool(seekable()) if callable(seekable) else hasattr(file, "seek")
