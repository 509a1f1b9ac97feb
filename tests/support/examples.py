"""How many examples a property is tried with, where it is not as many as for the others."""

from hypothesis import settings

USUALLY = 100
"""How many hypothesis tries where nothing else is said."""


def examples(count: int) -> int:
    """Return the count, or more in proportion where a profile (``--hypothesis-profile=fuzz``) asks for more."""
    return max(1, count * settings().max_examples // USUALLY)
