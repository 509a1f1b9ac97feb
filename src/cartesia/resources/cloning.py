"""Voices cloned from recordings, in the call shapes of each generation."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from cartesia._calls import PROTOCOL_VERSION, CallOptions, Value
from cartesia._given import drop_none
from cartesia._uploads import FileTypes, to_upload
from cartesia.resources.voice_versions import ACCENTS_VERSION, FIRST_VERSION, SECOND_VERSION, WITH_EMBEDDINGS
from cartesia.types import CloneMode, Embedding, Voice


def clone_request(
    filepath: str | PathLike[str] | FileTypes | None = None,
    enhance: bool | None = None,
    mode: CloneMode | None = None,
    language: str | None = None,
    name: str | None = None,
    description: str | None = None,
    transcript: str | None = None,
    *,
    clip: FileTypes | None = None,
    base_voice_id: str | None = None,
    accent: Any = None,
    **options: Unpack[CallOptions],
) -> Value[Any]:
    """Clone a voice from a recording.

    The parameter for the recording decides the generation. With ``filepath`` (first generation) the result is the
    embedding, a list of 192 numbers, from which `create` makes a voice; with ``mode="similarity"`` or
    ``mode="stability"`` it is a stored `Voice`. With ``clip`` (later generations) it is always a stored `Voice`.

    Args:
        filepath: the path of the recording; it may be a string.
        enhance: remove noise first; in the first generation the default is True.
        mode: ``clip`` (first generation only, its default), ``similarity`` or ``stability``.
        language: the code of the language of the recording; required with ``clip``, by default English.
        name: the name of the voice; required where one is stored.
        description: a description of the voice.
        transcript: the words of the recording, for ``mode="similarity"`` of the first generation.
        clip: the recording: bytes, a file opened for reading bytes, a `pathlib.Path`, or a tuple of name, content and,
            if need be, media type and headers. A string is refused, because it might be a path or content. A file is
            sent from its start; a call with one that cannot seek is not retried.
        base_voice_id: the id of the voice that all else is taken from.
        accent: the accent of the recording.

    Raises:
        MissingFileError: there is no file at that path; also a FileNotFoundError and a ValueError.
        BadRequestError: the recording is not audio, or too long, too short or too noisy.
    """
    if (filepath is None) == (clip is None):
        raise ValueError("which recording? pass either clip=, or filepath= as in the first generation")
    if filepath is not None:
        return _clone_first(filepath, enhance is not False, mode or "clip", language, name, description, transcript)
    for needed, value in (("name", name), ("language", language)):
        if value is None:
            raise TypeError(f"clone(clip=...) needs {needed}= too")
    if mode == "clip":
        raise ValueError("mode='clip' is for filepath=; with clip= the mode is 'similarity' or 'stability'")
    form = {"name": name, "language": language, "description": description, "mode": mode, "enhance": enhance}
    form |= {"base_voice_id": base_voice_id, "accent": accent}
    older = mode is not None or enhance is not None
    version = ACCENTS_VERSION if accent is not None else SECOND_VERSION if older else PROTOCOL_VERSION
    return _cloned("/voices/clone", Voice, clip, "clip", form, version)


def _clone_first(
    filepath: Any,
    enhance: bool,
    mode: CloneMode,
    language: str | None,
    name: str | None,
    description: str | None,
    transcript: str | None,
) -> Value[Any]:
    recording = Path(filepath) if isinstance(filepath, str) else filepath
    form: dict[str, Any] = {"enhance": enhance, "mode": mode}
    if mode == "clip":
        return _cloned("/voices/clone/clip", Embedding, recording, "filepath", form, FIRST_VERSION)
    if mode not in ("similarity", "stability"):
        raise ValueError(f"mode should be 'clip', 'similarity' or 'stability', not {mode!r}")
    if name is None:
        raise ValueError(f"clone(filepath=..., mode={mode!r}) stores a voice: it needs name= too")
    form |= {"name": name, "description": description or "", "language": language or "en"}
    if mode == "similarity":
        form["transcript"] = transcript
    return _cloned("/voices/clone", Voice, recording, "filepath", form, FIRST_VERSION)


def _cloned(
    path: str, result: type[Any], recording: object, name: str, form: Mapping[str, Any], version: str
) -> Value[Any]:
    uploads = {"clip": to_upload(recording, name=name)}
    return Value(
        method="POST",
        path=path,
        result=result,
        body=drop_none(form),
        uploads=uploads,
        headers=WITH_EMBEDDINGS,
        version=version,
    )
