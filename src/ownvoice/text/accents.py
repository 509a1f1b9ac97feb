"""The accents that a voice can have: the regions whose speech is told apart, with a name for each."""

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
    """Whether a voice has it of whom only the language is known."""


_NAMES = {
    "en-US": "American English",
    "en-GB": "British English",
    "en-GB-scotland": "Scottish English",
    "en-GB-x-rp": "British English, Received Pronunciation",
    "en-GB-x-gbclan": "Lancastrian English",
    "en-GB-x-gbcwmd": "West Midlands English",
    "en-029": "Caribbean English",
    "en-US-nyc": "New York English",
    "en-AU": "Australian English",
    "en-IN": "Indian English",
    "en-IE": "Irish English",
    "en-NZ": "New Zealand English",
    "en-ZA": "South African English",
    "es-ES": "European Spanish",
    "es-419": "Latin American Spanish",
    "es-MX": "Mexican Spanish",
    "es-AR": "Argentinian Spanish",
    "es-PE": "Peruvian Spanish",
    "fr-FR": "French of France",
    "fr-BE": "Belgian French",
    "fr-CH": "Swiss French",
    "pt-BR": "Brazilian Portuguese",
    "pt-PT": "European Portuguese",
    "vi-VN": "Northern Vietnamese",
    "vi-VN-x-central": "Central Vietnamese",
    "vi-VN-x-south": "Southern Vietnamese",
}
"""The first of each language is its default. What an engine does not know it speaks as the language in general."""

_DIALECTS = {
    ("en", "au"): "en-AU",
    ("en", "in"): "en-IN",
    ("en", "so"): "en-US",  # the south of the United States
    ("en", "uk"): "en-GB",
    ("en", "us"): "en-US",
    ("es", "mx"): "es-MX",
    ("es", "pe"): "es-PE",
    ("fr", "ca"): "fr-CA",
    ("fr", "eu"): "fr-FR",
    ("pt", "br"): "pt-BR",
    ("pt", "eu"): "pt-PT",
}
"""The dialects of the protocol's requests to localize a voice."""


@cache
def accents() -> tuple[Accent, ...]:
    """All accents, by language; a language without any in particular has one of its own name."""
    found = []
    for language in LANGUAGES.values():
        named = [locale for locale in _NAMES if language_of(locale) == language]
        if not named:
            found.append(Accent(language.code, language.name, language.code, is_default=True))
        found += [Accent(locale, _NAMES[locale], language.code, locale == named[0]) for locale in named]
    return tuple(found)


def accent_of(id: str) -> Accent:
    """The accent with that id, in whatever case it is written.

    Raises:
        LookupError: there is none; the message lists those there are.
    """
    for accent in accents():
        if accent.id.lower() == id.strip().lower():
            return accent
    raise LookupError(f"{id!r} is no accent; there are: {', '.join(accent.id for accent in accents())}")


def locale_of(language: str, dialect: str | None) -> str:
    """The locale of a language and one of the protocol's dialects of it (``au``, ``mx``, ``eu`` ...), if any is named.

    Raises:
        LookupError: there is no such language, or it has no such dialect; the message lists what there is.
    """
    code = language_of(language).code
    if not dialect:
        return language.strip()
    locale = _DIALECTS.get((code, dialect.strip().lower()))
    if locale is None:
        known = [name for own, name in _DIALECTS if own == code]
        raise LookupError(f"dialect {dialect!r} is none of {code}; there are: {', '.join(known) or 'none'}")
    return locale
