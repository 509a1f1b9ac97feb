"""The table of languages. A new one is one entry here; one with much of its own has a package, named by its code."""

import re
from dataclasses import dataclass

from ownvoice.text.languages.de import GERMAN
from ownvoice.text.languages.en import ENGLISH
from ownvoice.text.languages.es import SPANISH
from ownvoice.text.languages.fr import FRENCH
from ownvoice.text.languages.record import Language, Numbers, written_in
from ownvoice.text.languages.zh import CHINESE

_DECIMAL_POINT = Numbers(point=".")
_FRACTIONS = Numbers(has_fractions=True)
_BOTH = Numbers(point=".", has_fractions=True)

_TABLE = (
    ENGLISH,
    FRENCH,
    GERMAN,
    SPANISH,
    Language(
        "pt",
        "Portuguese",
        numbers=_FRACTIONS,
        accents={"pt-BR": "Brazilian Portuguese", "pt-PT": "European Portuguese"},
        dialects={"br": "pt-BR", "eu": "pt-PT"},
    ),
    Language("hi", "Hindi", written_in("DEVANAGARI"), default_of=frozenset({"DEVANAGARI"})),
    Language("it", "Italian", abbreviations=("Sig", "Dott")),
    Language(
        "ko",
        "Korean",
        written_in("HANGUL", "CJK"),
        default_of=frozenset({"HANGUL"}),
        unread=frozenset({"CJK"}),
        numbers=_BOTH,
    ),
    Language("nl", "Dutch", numbers=_FRACTIONS),
    Language("pl", "Polish", numbers=_FRACTIONS),
    Language(
        "ru",
        "Russian",
        written_in("CYRILLIC"),
        default_of=frozenset({"CYRILLIC"}),
        abbreviations=("т.д", "т.п"),
        numbers=_FRACTIONS,
    ),
    Language("sv", "Swedish", numbers=_FRACTIONS),
    Language("tr", "Turkish"),
    Language("tl", "Tagalog", other_codes=frozenset({"fil"})),
    Language("bg", "Bulgarian", written_in("CYRILLIC")),
    Language("ro", "Romanian", numbers=_FRACTIONS),
    Language("ar", "Arabic", written_in("ARABIC"), default_of=frozenset({"ARABIC"})),
    Language("cs", "Czech", numbers=_FRACTIONS),
    Language("el", "Greek", written_in("GREEK"), default_of=frozenset({"GREEK"})),
    Language("fi", "Finnish", numbers=_FRACTIONS),
    Language("hr", "Croatian"),
    Language("ms", "Malay"),
    Language("sk", "Slovak", numbers=_FRACTIONS),
    Language("da", "Danish", numbers=_FRACTIONS),
    Language("ta", "Tamil", written_in("TAMIL"), default_of=frozenset({"TAMIL"})),
    Language("uk", "Ukrainian", written_in("CYRILLIC"), telltales=frozenset("іїєґІЇЄҐ"), numbers=_FRACTIONS),
    Language("hu", "Hungarian", numbers=_FRACTIONS),
    Language("no", "Norwegian", other_codes=frozenset({"nb", "nn"}), numbers=_FRACTIONS),
    Language(
        "vi",
        "Vietnamese",
        accents={
            "vi-VN": "Northern Vietnamese",
            "vi-VN-x-central": "Central Vietnamese",
            "vi-VN-x-south": "Southern Vietnamese",
        },
    ),
    Language("bn", "Bengali", written_in("BENGALI"), default_of=frozenset({"BENGALI"}), numbers=_DECIMAL_POINT),
    Language("th", "Thai", written_in("THAI"), default_of=frozenset({"THAI"}), numbers=_BOTH),
    Language(
        "he",
        "Hebrew",
        written_in("HEBREW"),
        other_codes=frozenset({"iw"}),
        default_of=frozenset({"HEBREW"}),
        numbers=_BOTH,
    ),
    Language("ka", "Georgian", written_in("GEORGIAN"), default_of=frozenset({"GEORGIAN"})),
    Language("id", "Indonesian", other_codes=frozenset({"in"}), numbers=_FRACTIONS),
    Language("te", "Telugu", written_in("TELUGU"), default_of=frozenset({"TELUGU"}), numbers=_BOTH),
    Language("gu", "Gujarati", written_in("GUJARATI"), default_of=frozenset({"GUJARATI"})),
    Language("kn", "Kannada", written_in("KANNADA"), default_of=frozenset({"KANNADA"}), numbers=_BOTH),
    Language("ml", "Malayalam", written_in("MALAYALAM"), default_of=frozenset({"MALAYALAM"})),
    Language("mr", "Marathi", written_in("DEVANAGARI"), telltales=frozenset("ळ")),
    Language("pa", "Punjabi", written_in("GURMUKHI"), default_of=frozenset({"GURMUKHI"})),
    Language("or", "Odia", written_in("ORIYA"), default_of=frozenset({"ORIYA"})),
    Language("ur", "Urdu", written_in("ARABIC"), telltales=frozenset("ٹڈڑںھہۂےۓپچگژ")),
    CHINESE,
    Language(
        "ja",
        "Japanese",
        written_in("HIRAGANA", "KATAKANA", "CJK"),
        by_character=True,
        default_of=frozenset({"HIRAGANA", "KATAKANA"}),
        spells_latin=True,
        numbers=_BOTH,
    ),
)

LANGUAGES: dict[str, Language] = {language.code: language for language in _TABLE}
"""By code: the 42 of sonic-3, and ``or`` and ``ur`` of the fourth generation of the client."""

_BY_ANY_CODE = LANGUAGES | {code: language for language in _TABLE for code in language.other_codes}


@dataclass(frozen=True, slots=True)
class Locale:
    """A language as it is spoken somewhere."""

    name: str
    """As it was asked for: ``pt``, ``pt-BR``."""
    language: Language

    @classmethod
    def of(cls, locale: "str | Locale") -> "Locale":
        """Return the locale of a name; a locale itself is returned as it is, so that a name is looked up only once.

        Raises:
            LookupError: as `language_of`.
        """
        return cls(locale, language_of(locale)) if isinstance(locale, str) else locale


def language_of(locale: str) -> Language:
    """Return the language of a code or locale, whatever its case: ``pt``, ``pt-BR``, ``pt_BR``, ``zh-Hans``, ``cmn``.

    Raises:
        LookupError: it is not in the table; the message lists those that are.
    """
    code = re.split("[-_]", locale.strip().lower(), maxsplit=1)[0]
    try:
        return _BY_ANY_CODE[code]
    except KeyError:
        raise LookupError(
            f"{locale!r} is not a language that can be spoken; there are: {', '.join(sorted(LANGUAGES))}"
        ) from None
