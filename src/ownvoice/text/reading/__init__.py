"""How a text is read aloud where its signs are not words: sums of money, dates, units, addresses, symbols.

What is said is written with digits where an engine has only to spell them out (``12 dollars and 50 cents``);
`text.normalize` spells them for who wants the words.
"""

import re

from ownvoice.text.languages import language_of
from ownvoice.text.reading import chinese, english, french, german, spanish, symbols
from ownvoice.text.reading.rules import Rule, apply
from ownvoice.text.readings import Reading

_RULES: dict[str, tuple[Rule, ...]] = {
    "de": german.RULES,
    "en": english.RULES,
    "es": spanish.RULES,
    "fr": french.RULES,
    "zh": chinese.RULES,
}

_ABBREVIATED = (
    r"\w|Ave|Avda|Blvd|Corp|Dra?|Fr|Hr|Inc|Jr|MM|Mt|Nr|Prof|Srt?a|Sr|Str|Uds?|approx|aprox|bzw|ca|env|evtl|ggf|inkl|núm|pág"
    r"|usw|vgl|vs"
)
_SPECIAL = re.compile(
    r"[^\w\s,;:!?'’\"“”«»()…¿¡.-]|[\d_²³ªº½⅓⅔¼¾⅕⅛⅜⅝⅞]|[A-Z]{2}|\.\S|\b(?:[VXMv]|vs|Dr|Ier|Ire|Ière)\b|\s-|-\s"
    rf"|\b(?:{_ABBREVIATED})\."
)
"""What some rule may begin with. Most sentences have nothing of it, and the rules take longer than the engine.

Of words with a dot only the abbreviations: most sentences end in a short word.
"""


def read(text: str, locale: str) -> tuple[Reading, ...]:
    """What of a text is said otherwise than it is written, in order.

    Whoever reads English as it is written outside America reads its dates day first: ``en-GB``, ``en-AU``. In
    languages that have no rules here, emoji alone are read. The time grows with the length of the text.

    Raises:
        LookupError: as `languages.language_of`.
    """
    rules = _RULES.get(language_of(locale).code, symbols.EMOJI)
    if rules is english.RULES and english.day_first(locale):
        rules = english.BRITISH_RULES
    return apply(rules, text) if _SPECIAL.search(text) else ()
