"""The languages of the protocol: which there are, and what each of them needs to be read aloud."""

from ownvoice.text.languages.record import Language, Numbers
from ownvoice.text.languages.table import LANGUAGES, Locale, language_of

__all__ = ["LANGUAGES", "Language", "Locale", "Numbers", "language_of"]
