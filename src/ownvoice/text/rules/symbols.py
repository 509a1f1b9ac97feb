"""Rules that languages share for signs: emoji, addresses, arithmetic, Markdown."""

import re
import unicodedata

from ownvoice.text.rules import Part, Rule, replace

_PICTURE = (
    "[\u203c\u2049\u2139\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\u3030\u303d\U0001f004-\U0001f1e5\U0001f200-\U0001faff]"
)
_TONE = "\U0001f3fb-\U0001f3ff"
_PERSON = frozenset("👦👧👨👩👴👵👶🧑")
_FAMILY = "👪"
_JOINED = re.compile("[\u200d]")
_DRESSING = re.compile(f"[\ufe0e\ufe0f{_TONE}]")


def _first_picture(match: re.Match[str]) -> str:
    """Return the one emoji that is named for a row of the same, or for several that are joined into one."""
    names = _JOINED.split(_DRESSING.sub("", match["one"]))
    if names == ["🏳", "🌈"]:
        return "🌈"
    return _FAMILY if sum(name in _PERSON for name in names) > 1 else names[0]


_KEY = replace("(?P<key>[0-9#*])\ufe0f?\u20e3", lambda match: match["key"])
_DRESSED = f"{_PICTURE}[\ufe0e\ufe0f{_TONE}]*+"
_PICTURES = replace(f"(?P<one>{_DRESSED}(?:\u200d{_DRESSED})*+)(?: ?(?P=one))*+", _first_picture)

EMOJI = (_KEY, _PICTURES)
"""Rules that say a picture once, however often it is repeated, without its skin colour. Its name is the engine's."""

NEW_EMOJI = replace(
    "[✓\U0001f6d5-\U0001f6d7\U0001f6dd-\U0001f6df\U0001f6fa-\U0001f6fc\U0001f7e0-\U0001f7eb\U0001f90c-\U0001f90f\U0001f93f"
    "\U0001f971\U0001f972\U0001f977-\U0001f979\U0001f97b\U0001f9a3-\U0001f9af\U0001f9ba-\U0001f9bf\U0001f9c3-\U0001f9cf\U0001f9ef"
    "\U0001fa70-\U0001faff]\ufe0f?",
    lambda match: f" {unicodedata.name(match[0][0], 'picture').lower()} ",
)
"""The rule for emoji that are newer than espeak-ng's dictionary: their Unicode names, which are English."""

_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}"
_ENDINGS = (
    "com|org|net|edu|gov|info|io|ai|app|dev|tv|eu|uk|us|de|fr|es|it|nl|ch|at|be|ca|au|jp|cn|br|mx"
    "|txt|pdf|py|js|ts|json|csv|html|xml|md|zip|png|jpg|jpeg|gif|mp3|mp4|wav|docx?|xlsx?|exe|yaml|toml"
)


def addresses(dot: str, at: str, slash: str, dash: str, underscore: str) -> tuple[Rule, ...]:
    """Return the rules for e-mail addresses, web addresses and names of files.

    The scheme, the query and the fragment of a web address are left out, as speakers do.

    Args:
        dot: the language's word for ``.``, and so on for the other signs.
        at: for ``@``.
        slash: for ``/``.
        dash: for ``-``.
        underscore: for ``_``.
    """
    named = {".": dot, "@": at, "/": slash, "-": dash, "_": underscore, "+": "plus"}

    def say(match: re.Match[str]) -> str:
        address = re.sub(r"\Ahttps?://", "", match[0], flags=re.IGNORECASE)
        address = re.split("[?#]", address, maxsplit=1)[0].rstrip("/")
        return re.sub(r"[\W_]", lambda sign: f" {named.get(sign[0], '')} ", address).strip().replace("  ", " ")

    return (
        replace(r"(?<![\w@])(?:https?://|www\.)[^\s<>\"'()\[\]]{0,2000}[\w/]", say, re.IGNORECASE),
        replace(rf"(?<![\w.+-])[\w.+-]{{1,64}}@{_HOST}\.[A-Za-z]{{2,24}}(?!\w)", say),
        replace(rf"(?<![\w@./-]){_HOST}\.(?:{_ENDINGS})(?:/[\w./-]{{0,200}}(?<=[\w/]))?(?![\w@])", say),
    )


def arithmetic(plus: str, minus: str, times: str, divided: str, equals: str, joined: str) -> tuple[Rule, ...]:
    """Return the rules for the signs of arithmetic, the sign of ``-5``, and the ``&`` between words.

    Args:
        plus: the language's word for ``+``, and so on for the other signs.
        minus: for ``-``.
        times: for ``×`` and ``*``.
        divided: for ``÷``.
        equals: for ``=``.
        joined: for ``&``.
    """

    def difference(match: re.Match[str]) -> list[Part] | None:
        text, (start, end) = match.string, match.span()
        # With spaces it may be a range too; in a sum there is an equals sign near to it.
        if match["dash"] != "−" and "=" not in text[max(0, start - 40) : end + 40]:
            return None
        return [(start + 1, end - 1, minus)]

    between_words = {"+": plus, "×": times, "÷": divided, "=": equals, "&": joined}
    return (
        Rule(re.compile(r"(?<=[\w)]) (?P<dash>[-−–]) (?=[\d(a-z])"), difference),
        replace(r"(?<=[\w)] )[+×÷=&](?= )", lambda match: between_words[match[0]]),
        replace(r"(?<=\d)[*×](?=\d)", f" {times} "),
        replace(r"(?<=[\w)] )\*(?= [\d(a-z])", times),
        replace(r"(?<![^\s(\[])[-−](?=[$€£]?\d)", f"{minus} "),
    )


def numero(pattern: str, word: str) -> tuple[Rule, Rule]:
    """Return the rules for the sign of ``nº 5`` and ``nº5``, where ``word`` is the language's word for it."""
    return replace(rf"(?<!\w){pattern}(?= \d)", word), replace(rf"(?<!\w){pattern}(?=\d)", f"{word} ")


def hashtag(word: str) -> Rule:
    """Return the rule for the sign of ``#topic``, where ``word`` is the language's word for it."""
    return replace(r"(?<![\w&/#])#(?=[^\W\d])", f"{word} ")


def version(word: str) -> Rule:
    """Return the rule for the letter of ``v2.1``, where ``word`` is the language's word for a version."""
    return replace(r"(?<![\w.])v(?=\d{1,4}\.\d)", f"{word} ")


MARKUP = (
    replace(r"(?<!\d)\*{1,3}|\*{1,3}(?!\d)", ""),
    replace(r"^[ \t]{0,3}#{1,6}(?= )", "", re.MULTILINE),
    replace(r"`{1,3}", ""),
)
"""Rules that leave out the signs of Markdown for emphasis, headings and code."""
