"""Rules that several languages share, of signs: emoji, addresses, arithmetic, markup that was meant for the eye."""

import re
import unicodedata

from ownvoice.text.reading.rules import Part, Rule, replaced

_PICTURE = (
    "[\u203c\u2049\u2139\u231a-\u23ff\u2600-\u27bf\u2b05-\u2b55\u3030\u303d\U0001f004-\U0001f1e5\U0001f200-\U0001faff]"
)
_TONE = "\U0001f3fb-\U0001f3ff"
_PERSON = frozenset("👦👧👨👩👴👵👶🧑")
_FAMILY = "👪"
_JOINED = re.compile("[\u200d]")
_DRESSING = re.compile(f"[\ufe0e\ufe0f{_TONE}]")


def _first_picture(match: re.Match[str]) -> str:
    """What is named of a row of the same emoji, or of several that are joined into one."""
    names = _JOINED.split(_DRESSING.sub("", match["one"]))
    if names == ["🏳", "🌈"]:
        return "🌈"
    return _FAMILY if sum(name in _PERSON for name in names) > 1 else names[0]


_KEY = replaced("(?P<key>[0-9#*])\ufe0f?\u20e3", lambda match: match["key"])
_DRESSED = f"{_PICTURE}[\ufe0e\ufe0f{_TONE}]*+"
_PICTURES = replaced(f"(?P<one>{_DRESSED}(?:\u200d{_DRESSED})*+)(?: ?(?P=one))*+", _first_picture)

EMOJI = (_KEY, _PICTURES)
"""A picture once, however often it is repeated, without the colour of its skin. Its name is the engine's."""

NEW_EMOJI = replaced(
    "[✓\U0001f6d5-\U0001f6d7\U0001f6dd-\U0001f6df\U0001f6fa-\U0001f6fc\U0001f7e0-\U0001f7eb\U0001f90c-\U0001f90f\U0001f93f"
    "\U0001f971\U0001f972\U0001f977-\U0001f979\U0001f97b\U0001f9a3-\U0001f9af\U0001f9ba-\U0001f9bf\U0001f9c3-\U0001f9cf\U0001f9ef"
    "\U0001fa70-\U0001faff]\ufe0f?",
    lambda match: f" {unicodedata.name(match[0][0], 'picture').lower()} ",
)
"""In English, those that came after espeak-ng's dictionary, by their names in Unicode."""

_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}"
_ENDINGS = (
    "com|org|net|edu|gov|info|io|ai|app|dev|tv|eu|uk|us|de|fr|es|it|nl|ch|at|be|ca|au|jp|cn|br|mx"
    "|txt|pdf|py|js|ts|json|csv|html|xml|md|zip|png|jpg|jpeg|gif|mp3|mp4|wav|docx?|xlsx?|exe|yaml|toml"
)


def addresses(dot: str, at: str, slash: str, dash: str, underscore: str) -> tuple[Rule, ...]:
    """E-mail addresses, web addresses and names of files, in the words of a language.

    Of a web address the scheme is left out, and so are the query and the fragment: nobody says them.
    """
    named = {".": dot, "@": at, "/": slash, "-": dash, "_": underscore, "+": "plus"}

    def say(match: re.Match[str]) -> str:
        address = re.sub(r"\Ahttps?://", "", match[0], flags=re.IGNORECASE)
        address = re.split("[?#]", address, maxsplit=1)[0].rstrip("/")
        return re.sub(r"[\W_]", lambda sign: f" {named.get(sign[0], '')} ", address).strip().replace("  ", " ")

    return (
        replaced(r"(?<![\w@])(?:https?://|www\.)[^\s<>\"'()\[\]]{0,2000}[\w/]", say, re.IGNORECASE),
        replaced(rf"(?<![\w.+-])[\w.+-]{{1,64}}@{_HOST}\.[A-Za-z]{{2,24}}(?!\w)", say),
        replaced(rf"(?<![\w@./-]){_HOST}\.(?:{_ENDINGS})(?:/[\w./-]{{0,200}}(?<=[\w/]))?(?![\w@])", say),
    )


def arithmetic(plus: str, minus: str, times: str, divided: str, equals: str, joined: str) -> tuple[Rule, ...]:
    """The signs of sums in the words of a language, the sign of ``-5``, and the ``&`` between words."""

    def difference(match: re.Match[str]) -> list[Part] | None:
        text, (start, end) = match.string, match.span()
        # With spaces it may be a range too; in a sum there is an equals sign near to it.
        if match["dash"] != "−" and "=" not in text[max(0, start - 40) : end + 40]:
            return None
        return [(start + 1, end - 1, minus)]

    between_words = {"+": plus, "×": times, "÷": divided, "=": equals, "&": joined}
    return (
        Rule(re.compile(r"(?<=[\w)]) (?P<dash>[-−–]) (?=[\d(a-z])"), difference),
        replaced(r"(?<=[\w)] )[+×÷=&](?= )", lambda match: between_words[match[0]]),
        replaced(r"(?<=\d)[*×](?=\d)", f" {times} "),
        replaced(r"(?<=[\w)] )\*(?= [\d(a-z])", times),
        replaced(r"(?<![^\s(\[])[-−](?=[$€£]?\d)", f"{minus} "),
    )


MARKUP = (
    replaced(r"(?<!\d)\*{1,3}|\*{1,3}(?!\d)", ""),
    replaced(r"^[ \t]{0,3}#{1,6}(?= )", "", re.MULTILINE),
    replaced(r"`{1,3}", ""),
)
"""What Markdown writes for the eye: stars around what is emphasized, the signs of headings and of code."""
