"""English."""

from ownvoice.text.languages.record import LATIN, Language, Numbers

ENGLISH = Language(
    "en",
    "English",
    default_of=frozenset({LATIN}),
    abbreviations=(
        *("Mr", "Mrs", "Ms", "Dr", "Ph", "Prof", "Rev", "Gen", "Capt", "Lt", "Sgt", "Sr", "Jr", "St", "Mt", "Inc"),
        *("Ltd", "vs", "etc", "al", "e.g", "i.e", "cf", "approx", "ca"),
    ),
    number_abbreviations=("no", "num", "fig", "vol", "pp", "ch", "sec", "art"),
    numbers=Numbers(point=".", has_fractions=True, ordinal_endings=frozenset({"st", "nd", "rd", "th"})),
    has_rules=True,
    accents={
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
    },
    dialects={
        "au": "en-AU",
        "in": "en-IN",
        "so": "en-US",  # the south of the United States
        "uk": "en-GB",
        "us": "en-US",
    },
)
