"""Roman numerals, of two letters or more: a single one is a letter more often than a number."""

NUMERAL = r"(?=[IVX]{2})X{0,3}(?:IX|IV|V?I{0,3})"
"""The pattern of one up to 39: beyond, most are abbreviations (XL, CD)."""

_VALUES = {"I": 1, "V": 5, "X": 10}


def roman(numeral: str) -> int:
    """Return the value of a numeral."""
    values = [_VALUES[letter] for letter in numeral]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))
