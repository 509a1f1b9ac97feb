"""Japanese with kanji and numbers, as the espeak engine says it."""

import pytest

from espeak_speech import say
from ownvoice.api.errors import status_of
from ownvoice.engines import EngineVoice, Utterance
from ownvoice.engines.espeak import EspeakEngine
from ownvoice.engines.espeak.japanese import is_installed, kana_readings
from ownvoice.engines.espeak.japanese_numbers import to_kana
from ownvoice.errors import RequestError
from ownvoice.text.readings import Reading, apply_readings

READ = [
    ("今日は天気がいいですね。", "キョウわテンキがいいですね。"),
    ("東京へ行きます。", "トウキョウえイキます。"),
    ("私は昨日、学校に行った。", "わたしわキノウ、ガッコウにいった。"),
    ("お誕生日おめでとう", "おタンジョウビおめでとう"),
    ("こんにちは、世界！", "コンニチわ、セカイ！"),
    ("株式会社の社長", "カブシキガイシャのシャチョウ"),
    ("日本語と漢字", "ニホンゴとカンジ"),
    ("人々は", "ヒトビトわ"),
    ("2026年3月4日", "にせんにじゅうろくねんさんがつよっか"),
    ("午後7時30分", "ゴゴしちじさんじゅっぷん"),
    ("4月1日、4時44分", "しがつついたち、よじよんじゅうよんぷん"),
    ("9月20日の9時", "くがつはつかのくじ"),
    ("1人、2人、4人、10人", "ひとり、ふたり、よにん、じゅうにん"),
    ("1,234円と3.5度", "せんにひゃくさんじゅうよえんとさんてんごど"),
    ("１２３円", "ひゃくにじゅうさんえん"),
    ("1本 3本 6本 20本 100本", "いっぽん さんぼん ろっぽん にじゅっぽん ひゃっぽん"),
    ("1個 8歳 6回 3枚", "いっこ はっさい ろっかい さんまい"),
    ("5つ", "いつつ"),
    ("50%", "ごじゅうぱーせんと"),
    ("ひらがなとカタカナ", "ひらがなとカタカナ"),
    ("GPT-4を", "GPT-4を"),
    ("母はへやへ", "ハハわへやえ"),
]
NUMBERS = [
    (0, "ぜろ"), (10, "じゅう"), (11, "じゅういち"), (300, "さんびゃく"), (600, "ろっぴゃく"), (1000, "せん"),
    (3000, "さんぜん"), (8888, "はっせんはっぴゃくはちじゅうはち"), (10000, "いちまん"),
    (10000000, "いっせんまん"), (12345678, "せんにひゃくさんじゅうよんまん" "ごせんろっぴゃくななじゅうはち"),
    (100000000, "いちおく"), (10**16, "いちけい"),
]  # fmt: skip


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the dictionary."""
    monkeypatch.setattr("ownvoice.engines.espeak.japanese.is_installed", lambda: False)


@pytest.mark.parametrize(("text", "said"), READ)
def test_kanji_particles_and_numbers_are_read(text: str, said: str) -> None:
    assert apply_readings(text, kana_readings(text)).text == said


@pytest.mark.parametrize(("number", "said"), NUMBERS)
def test_numbers_in_kana(number: int, said: str) -> None:
    assert to_kana(number) == said


def test_no_character_is_spelled_out() -> None:
    for text, _ in READ:
        assert "niːz" not in say(text, "ja").sounds  # "Chinese letter", "Japanese letter"


def test_the_times_are_those_of_the_written_characters() -> None:
    text = "今日は2026年です。"
    pieces = list(EspeakEngine().speak(Utterance(text, "ja", EngineVoice())))
    times = [word for piece in pieces for word in piece.words]
    assert [word.text for word in times] == ["今", "日", "は", "2026", "年", "で", "す", "。"]
    by_text = {word.text: word.end - word.start for word in times}
    assert by_text["2026"] > 2 * by_text["は"] > 0


def test_readings_that_are_there_already_are_kept() -> None:
    given = (Reading(0, 2, "おおさか"),)
    assert apply_readings("東京は雨", kana_readings("東京は雨", given)).text.startswith("おおさか")


def test_what_a_reading_says_is_read_like_the_text() -> None:
    given = (Reading(0, 2, "人工知能"), Reading(3, 5, "東, 京,"), Reading(6, 7, "tokjo", phonemes=True))
    assert (
        apply_readings("AIと東京と都", kana_readings("AIと東京と都", given)).text
        == "ジンコウチノウとヒガシ, キョウ,とtokjo"
    )


def test_long_texts_are_read_in_parts() -> None:
    text = "日本語。" * 5000
    assert apply_readings(text, kana_readings(text)).text == "ニホンゴ。" * 5000


@pytest.mark.usefixtures("bare")
def test_without_the_dictionary_kana_is_spoken_and_kanji_is_an_error() -> None:
    assert kana_readings("これは3ねんです。") == (Reading(3, 4, "さん"),)
    with pytest.raises(RequestError, match=r'pip install "ownvoice\[japanese\]"') as caught:
        list(EspeakEngine().speak(Utterance("今日は", "ja", EngineVoice())))
    with pytest.raises(RequestError, match="kanji"):
        kana_readings("AI", (Reading(0, 2, "人工知能"),))
    assert (status_of(caught.value), caught.value.error_code) == (501, "not_installed")


def test_the_dictionary_is_part_of_the_tests_environment() -> None:
    assert is_installed()
