import pytest

from ownvoice.text.languages import LANGUAGES, language_of


def test_the_languages_are_those_of_the_protocol() -> None:
    old = "en fr de es pt zh ja hi it ko nl pl ru sv tr"
    new = "tl bg ro ar cs el fi hr ms sk da ta uk hu no vi bn th he ka id te gu kn ml mr pa or ur"
    assert sorted(LANGUAGES) == sorted(f"{old} {new}".split())
    assert all(language.code == code for code, language in LANGUAGES.items())


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("en-GB-x-gbclan", "en"),
        ("pt-BR", "pt"),
        ("pt_BR", "pt"),
        ("PT-br", "pt"),
        (" de ", "de"),
        ("zh-Hans", "zh"),
        ("cmn-CN", "zh"),
        ("nb-NO", "no"),
        ("fil", "tl"),
    ],
)
def test_a_locale_has_a_language(locale: str, code: str) -> None:
    assert language_of(locale).code == code


@pytest.mark.parametrize("locale", ["", "xx", "english", "-", "e n"])
def test_an_unknown_language_is_an_error_that_says_which_there_are(locale: str) -> None:
    with pytest.raises(LookupError, match=r"is not a language.*ar, bg, .*, zh"):
        language_of(locale)


def test_chinese_and_japanese_are_timed_by_character() -> None:
    assert {code for code, language in LANGUAGES.items() if language.by_character} == {"zh", "ja"}
