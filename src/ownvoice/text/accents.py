"""The accents that a voice can have, each with a name."""

from dataclasses import dataclass
from functools import cache

from ownvoice.text.languages import LANGUAGES, language_of


@dataclass(frozen=True, slots=True)
class Accent:
    """An accent of a language."""

    id: str
    """Its locale: ``en-GB``."""
    name: str
    """In English: ``British English``."""
    language: str
    """A code of `languages.LANGUAGES`."""
    is_default: bool
    """Whether a voice has it when only its language is known."""


@cache
def accents() -> tuple[Accent, ...]:
    """Return all accents, by language. A language without any has one of its own name.

    An engine speaks an accent that it does not have as the language in general.
    """
    return tuple(
        Accent(locale, name, language.code, is_default=place == 0)
        for language in LANGUAGES.values()
        for place, (locale, name) in enumerate((language.accents or {language.code: language.name}).items())
    )


def accent_of(id: str) -> Accent:
    """Return the accent with an id, in whatever case it is written.

    Raises:
        LookupError: there is none; the message lists those there are.
    """
    for accent in accents():
        if accent.id.lower() == id.strip().lower():
            return accent
    raise LookupError(f"{id!r} is no accent; there are: {', '.join(accent.id for accent in accents())}")


def locale_of(language: str, dialect: str | None) -> str:
    """Return the locale of a language, or of one of its dialects in the protocol (``au``, ``mx``, ``eu`` ...).

    Raises:
        LookupError: there is no such language, or it has no such dialect; the message lists what there is.
    """
    found = language_of(language)
    if not dialect:
        return language.strip()
    locale = found.dialects.get(dialect.strip().lower())
    if locale is None:
        raise LookupError(
            f"dialect {dialect!r} is none of {found.code}; there are: {', '.join(found.dialects) or 'none'}"
        )
    return locale
