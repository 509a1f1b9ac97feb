"""The built-in voices, as a server has them that speaks with the tone engine or with espeak."""

from ownvoice.engines.tone import ToneEngine
from ownvoice.voices.catalogue import Catalogue

CATALOGUE = Catalogue(lambda: {"tone": ToneEngine().describe()})
