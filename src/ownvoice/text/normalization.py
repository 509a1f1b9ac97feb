"""Normalization of text: how "$12.50", "3 March", "5 km" or "a@b.de" is read aloud, where signs are not words.

The rules of a language are in its package, ``text/languages/<code>/rules.py``; what languages share is in `text.rules`
(money and units in `text.rules.quantities`). What is said has digits where an engine only has to spell them out
(``12 dollars and 50 cents``); `text.number_words` spells them for timestamps that name the words.
"""

from importlib import import_module

from ownvoice.text.languages import Locale
from ownvoice.text.readings import Reading
from ownvoice.text.rules import RuleSet
from ownvoice.text.rules.symbols import EMOJI

_EMOJI_ALONE = RuleSet(*EMOJI)


def normalize(text: str, locale: str | Locale) -> tuple[Reading, ...]:
    """Return what of a text is said otherwise than it is written, in order.

    English outside the United States has its dates day first: ``en-GB``, ``en-AU``. In languages without rules of their
    own only emoji are normalized. The time grows with the length of the text.

    Raises:
        LookupError: as `languages.language_of`.
    """
    return rules_of(locale).readings(text)


def rules_of(locale: str | Locale) -> RuleSet:
    """Return the rules of a locale.

    Raises:
        LookupError: as `languages.language_of`.
    """
    locale = Locale.of(locale)
    if not locale.language.has_rules:
        return _EMOJI_ALONE
    # Imported late, because a module of rules compiles up to a hundred patterns.
    module = import_module(f"ownvoice.text.languages.{locale.language.code}.rules")
    rules: RuleSet = module.rules_for(locale.name)
    return rules
