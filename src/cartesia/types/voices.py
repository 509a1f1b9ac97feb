"""Voices and accents on the wire."""

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
    """The 192 numbers that determine how a voice sounds."""

    @property
    def embedding(self) -> list[float]:
        """The numbers, as the second generation asks for them."""
        return self

    @classmethod
    def from_wire(cls, body: Any) -> Embedding:
        """The numbers from an answer; ValidationError where there are none in it."""
        return cls(msgspec.convert(body, _EmbeddingBody).embedding)


class _EmbeddingBody(msgspec.Struct):
    embedding: list[float]


class Voice(Record, kw_only=True, eq=False):
    """A voice. Which fields are set depends on the version of the protocol that was asked for.

    Two of them are equal when they agree in all fields that both have.
    """

    id: str
    name: str = ""
    description: str = ""
    language: str | None = None
    embedding: list[float] | None = None
    """192 numbers that determine how the voice sounds."""
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
        """The fields that are set, with their names."""
        return {name: self[name] for name in self}.items()

    def values(self) -> ValuesView[Any]:
        """The fields that are set."""
        return {name: self[name] for name in self}.values()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Voice):
            return NotImplemented
        # A voice is created in one version of the protocol and listed in another, and each leaves out other fields.
        return all(self[name] == other[name] for name in self if name in other)

    __hash__ = None  # type: ignore[assignment] # the fields may be set


class Accent(Record, kw_only=True):
    """An accent that voices may have."""

    id: str
    name: str = ""
    language: str | None = None
    locale: str | None = None
    is_locale_default: bool | None = None
    is_localizable: bool | None = None


class ListAccentsResponse(Record, kw_only=True):
    """All accents there are."""

    accents: list[Accent]
