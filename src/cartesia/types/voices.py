"""The types of voices and accents on the wire."""

from __future__ import annotations

from collections.abc import ItemsView, ValuesView
from typing import Any, Literal, TypeAlias, TypedDict

import msgspec

from cartesia.types.record import Record

Gender: TypeAlias = Literal["masculine", "feminine", "gender_neutral"]
CloneMode: TypeAlias = Literal["clip", "similarity", "stability"]


class MixItemParam(TypedDict, total=False):
    """One part of a mix: an id or an embedding, and its weight."""

    id: str
    embedding: list[float]
    weight: float


class Embedding(list[float]):
    """The 192 numbers that determine the sound of a voice."""

    @property
    def embedding(self) -> list[float]:
        """The numbers, under their name in the second generation."""
        return self

    @classmethod
    def from_wire(cls, body: Any) -> Embedding:
        """Return the numbers of an answer; ValidationError where it has none."""
        return cls(msgspec.convert(body, _EmbeddingBody).embedding)


class _EmbeddingBody(msgspec.Struct):
    embedding: list[float]


class Voice(Record, kw_only=True, eq=False):
    """A voice. Which fields are set depends on the requested version of the protocol.

    Two voices are equal if they agree in all fields that both have.
    """

    id: str
    name: str = ""
    description: str = ""
    language: str | None = None
    embedding: list[float] | None = None
    """The 192 numbers that determine the sound of the voice."""
    gender: str | None = None
    """``masculine``, ``feminine`` or ``gender_neutral``."""
    created_at: str | None = None
    """ISO 8601."""
    user_id: str | None = None
    is_public: bool | None = None
    is_owner: bool | None = None
    is_starred: bool | None = None
    access: str | None = None
    visibility: str | None = None
    tagline: str | None = None
    locales: list[dict[str, Any]] | None = None
    accent: Any = None
    country: str | None = None
    preview_file_url: str | None = None

    def items(self) -> ItemsView[str, Any]:
        """Return the fields that are set, with their names."""
        return {name: self[name] for name in self}.items()

    def values(self) -> ValuesView[Any]:
        """Return the values of the fields that are set."""
        return {name: self[name] for name in self}.values()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Voice):
            return NotImplemented
        # A voice may be created and listed in different versions of the protocol, which leave out different fields.
        return all(self[name] == other[name] for name in self if name in other)

    __hash__ = None  # type: ignore[assignment] # the fields may be set


class Accent(Record, kw_only=True):
    """An accent of voices."""

    id: str
    name: str = ""
    language: str | None = None
    locale: str | None = None
    is_locale_default: bool | None = None
    is_localizable: bool | None = None


class ListAccentsResponse(Record, kw_only=True):
    """The list of all accents."""

    accents: list[Accent]
