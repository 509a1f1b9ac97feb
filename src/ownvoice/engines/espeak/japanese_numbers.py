"""Japanese numbers in kana, with the counters that change their sound."""

import re
from collections.abc import Mapping

_DIGITS = ("ぜろ", "いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう")
_HUNDREDS = {3: "さんびゃく", 6: "ろっぴゃく", 8: "はっぴゃく", 1: "ひゃく"}
_THOUSANDS = {3: "さんぜん", 8: "はっせん", 1: "せん"}
_MYRIADS = ("", "まん", "おく", "ちょう", "けい")

_MONTHS = {4: "し", 7: "しち", 9: "く"}
_HOURS = {4: "よ", 7: "しち", 9: "く"}
_FOUR = {4: "よ"}
_DAYS = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか",
    9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
_THINGS = ("", "ひとつ", "ふたつ", "みっつ", "よっつ", "いつつ", "むっつ", "ななつ", "やっつ", "ここのつ")
_SHARP = {1: "いっ", 6: "ろっ", 8: "はっ", 10: "じゅっ"}
"""The endings of numbers before a counter that begins with a hard sound."""
_HUNDRED = re.compile("([ひびぴ]ゃ)く\\Z")
_COUNTERS = {
    "月": "がつ", "日": "にち", "時": "じ", "分": "ふん", "秒": "びょう", "年": "ねん", "人": "にん", "円": "えん",
    "本": "ほん", "匹": "ひき", "杯": "はい", "個": "こ", "回": "かい", "階": "かい", "歳": "さい", "才": "さい",
    "冊": "さつ", "週間": "しゅうかん", "か月": "かげつ", "ヶ月": "かげつ", "％": "ぱーせんと", "%": "ぱーせんと",
    "つ": "つ", "度": "ど", "番": "ばん", "枚": "まい", "台": "だい", "倍": "ばい", "km": "きろめーとる",
    "kg": "きろぐらむ", "cm": "せんちめーとる", "m": "めーとる", "g": "ぐらむ",
}  # fmt: skip
_HARDENED = {"ふん": "ぷん", "ほん": "ぽん", "ひき": "ぴき", "はい": "ぱい"}
_SOFTENED = {"ほん": "ぼん", "ひき": "びき", "はい": "ばい", "ふん": "ぷん"}
_DIGIT = "[0-9０-９]"

NUMBER = re.compile(
    rf"(?<![A-Za-z0-9０-９.,．，-])(?P<whole>{_DIGIT}{{1,3}}(?:[,，]{_DIGIT}{{3}})++|{_DIGIT}{{1,16}}+)"
    rf"(?:[.．](?P<fraction>{_DIGIT}{{1,16}}+))?(?!{_DIGIT}|[.．,，-]{_DIGIT})"
    rf"(?P<counter>(?:{'|'.join(sorted(_COUNTERS, key=len, reverse=True))})(?![A-Za-z]))?"
)
"""A number, with its counter if it has a known one."""


def read_number(match: re.Match[str]) -> str:
    """Return a match of `NUMBER` in kana."""
    whole = int(re.sub("[,，]", "", match["whole"]))
    counter = _COUNTERS.get(match["counter"] or "", "")
    if match["fraction"]:
        return to_kana(whole) + "てん" + "".join(_DIGITS[int(digit)] for digit in match["fraction"]) + counter
    return _read_counted(whole, match["counter"] or "", counter)


def _read_counted(value: int, sign: str, counter: str) -> str:
    last = value % 10 or (10 if value % 100 else 0)
    if sign == "日" and value in _DAYS:
        return _DAYS[value]
    if sign == "つ" and 0 < value < len(_THINGS):
        return _THINGS[value]
    if sign == "人" and value in (1, 2):
        return ("ひとり", "ふたり")[value - 1]
    short = {"月": _MONTHS, "時": _HOURS, "年": _FOUR, "人": _FOUR, "円": _FOUR}.get(sign)
    if short is not None:
        return _replace_ending(value, short) + counter
    if counter in _HARDENED:
        if last in _SHARP or _HUNDRED.search(to_kana(value)):
            return _replace_ending(value, _SHARP) + _HARDENED[counter]
        return to_kana(value) + (_SOFTENED[counter] if last == 3 else "ぷん" if sign == "分" and last == 4 else counter)
    if counter.startswith(("か", "こ")):
        return _replace_ending(value, _SHARP) + counter
    if counter.startswith(("さ", "しゅ")):
        return _replace_ending(value, {last: said for last, said in _SHARP.items() if last != 6}) + counter
    return to_kana(value) + counter


def _replace_ending(value: int, endings: Mapping[int, str]) -> str:
    """Return a number in kana whose last digit, or ten, has one of these endings."""
    said = to_kana(value)
    last = value % 10 or (10 if value % 100 else 0)
    if last in endings and value:
        return said.removesuffix("じゅう" if last == 10 else _DIGITS[last]) + endings[last]
    return _HUNDRED.sub(r"\1っ", said) if endings is _SHARP else said


def to_kana(value: int) -> str:
    """Return a number without a counter in kana."""
    if value == 0:
        return _DIGITS[0]
    parts: list[str] = []
    for myriad in _MYRIADS:
        value, four = divmod(value, 10000)
        if four:
            parts.append(_below_myriad(four, alone=bool(myriad)) + myriad)
        if not value:
            break
    return "".join(reversed(parts))


def _below_myriad(value: int, *, alone: bool) -> str:
    """Return a number below 10,000 in kana; as a count of myriads (``alone``), 1000 is いっせん."""
    thousands, hundreds, tens, ones = (value // 1000, value // 100 % 10, value // 10 % 10, value % 10)
    said = ""
    if thousands:
        said += "いっせん" if alone and value == 1000 else _THOUSANDS.get(thousands, _DIGITS[thousands] + "せん")
    if hundreds:
        said += _HUNDREDS.get(hundreds, _DIGITS[hundreds] + "ひゃく")
    if tens:
        said += ("" if tens == 1 else _DIGITS[tens]) + "じゅう"
    return said + (_DIGITS[ones] if ones else "")
