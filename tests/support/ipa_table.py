"""Asks espeak-ng which sounds each of its languages has, and writes the table that `engines.espeak.ipa` reads.

Run as a program, it writes the table anew: after another version of espeak-ng's data has come.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ownvoice.engines.espeak import accents, ipa
from ownvoice.engines.espeak.library import Event, EventKind, Library, find_library
from ownvoice.engines.espeak.voice import espeak_voice
from ownvoice.traits.embedding import Traits

_HEADER, _TABLE_HEADER, _PHONEME = 4, 36, 16
"""Bytes in the file of all phoneme tables: at its start, before each table, and of each phoneme."""
_VOWEL = 2
"""The kind of phoneme; lower ones are pauses and stresses."""
_NO_IPA = re.compile(r"[^a-zæçðøħŋœβθχɐ-ʯᵻ̪̃̊̈ːʲʰʷˤˀ]")


def mnemonics(file: str) -> list[tuple[str, bool]]:
    """espeak-ng's names of the phonemes of a language file, and whether they are vowels."""
    _, data = find_library()
    lines = (data / "lang" / file).read_bytes()
    named = re.search(rb"^phonemes\s+(\S+)", lines, re.MULTILINE) or re.search(
        rb"^language\s+(\S+)", lines, re.MULTILINE
    )
    assert named is not None
    found: dict[str, int] = {}
    tables = _tables((data / "phontab").read_bytes())
    numbers = {name: number for number, (name, _, _) in enumerate(tables)}
    number = numbers.get(named[1].decode(), numbers.get(named[1].decode().split("-")[0], -1))
    while number >= 0:
        _, included, phonemes = tables[number]
        for name, kind in phonemes.items():
            found.setdefault(name, kind)
        number = included - 1
    return [(name, kind == _VOWEL) for name, kind in found.items() if kind >= _VOWEL and ipa.is_safe(name)]


def _tables(content: bytes) -> list[tuple[str, int, dict[str, int]]]:
    """The name, the number of the included table (from 1) and the phonemes of each table."""
    tables = []
    place = _HEADER
    for _ in range(content[0]):
        count, included = content[place], content[place + 1]
        name = content[place + 4 : place + _TABLE_HEADER].split(b"\0")[0].decode()
        place += _TABLE_HEADER
        phonemes = {}
        for _ in range(count):
            (mnemonic,) = struct.unpack_from("4s", content, place)
            phonemes[mnemonic.rstrip(b"\0").decode("latin1")] = content[place + 11]
            place += _PHONEME
        tables.append((name, included, phonemes))
    return tables


class Asked:
    """espeak-ng in the language of a file."""

    def __init__(self, library: Library, file: str) -> None:
        self._library = library
        _, data = find_library()
        locale = next(locale for locale, known in accents.FILES.items() if known == file)
        voice = espeak_voice(file, accents.language_lines(data, locale), Traits())
        library.set_voice(voice.definition)
        library.set_rate(voice.rate)

    def sounds(self, names: list[str]) -> list[str]:
        """The IPA of what is heard when these phonemes are said as a word."""
        heard: list[Event] = []

        def receive(sound: bytes, events: list[Event]) -> bool:
            heard.extend(events)
            return True

        self._library.synthesize(f"[[{'|'.join(names)}]]", receive, phonemes=True)
        return [event.phoneme.strip("ˈˌ") for event in heard if event.kind == EventKind.PHONEME and event.phoneme]


def measured(library: Library, file: str) -> dict[str, str]:
    """For each sound of a language, in IPA, the espeak-ng name that makes it."""
    asked = Asked(library, file)
    known = mnemonics(file)
    table: dict[str, str] = {}
    for name, is_vowel in known:
        if is_vowel:
            heard = asked.sounds(["'", name])
            if len(heard) == 1:
                _keep(table, heard[0], name)
    vowel = table.get("a") or table.get("ɑː") or next(iter(table.values()))
    (vowel_heard,) = asked.sounds(["'", vowel])
    for name, is_vowel in known:
        if not is_vowel:
            heard = asked.sounds([name, "'", vowel])
            if len(heard) == 2 and heard[1] == vowel_heard:
                _keep(table, heard[0], name)
    return table


def _keep(table: dict[str, str], sound: str, name: str) -> None:
    """Of several names of one sound the plainest: the others are for places that a language's rules know."""
    if not sound or _NO_IPA.search(unicodedata.normalize("NFC", sound)):
        return
    if sound not in table or _plainness(name) < _plainness(table[sound]):
        table[sound] = name


def _plainness(name: str) -> tuple[bool, int]:
    plain = "e" + name[1:] if name[0] in "@3" else name
    return not plain.rstrip(":~^;.@").isalpha(), len(name)


def written() -> Iterator[str]:
    """The lines of the table, of all language files."""
    library = Library()
    for file in sorted(set(accents.FILES.values())):
        table = measured(library, file)
        yield " ".join([file, *(f"{sound}={name}" for sound, name in sorted(table.items()))])


if __name__ == "__main__":
    lines = list(written())
    Path(ipa.__file__).with_name(ipa.TABLE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} language files")
