"""The voices that come with the engines in use."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from ownvoice.engines import EngineDescription, check_descriptions
from ownvoice.store import VoiceFilter
from ownvoice.text.languages import language_of
from ownvoice.traits.embedding import same
from ownvoice.traits.voice import DEFAULT_ID, Voice


class Catalogue:
    """The built-in voices, and what the engines in use can do. It is read from the engines when it is first needed."""

    def __init__(self, describe: Callable[[], Mapping[str, EngineDescription]]) -> None:
        """Make a catalogue.

        Args:
            describe: gives the descriptions of the engines in use by their names, the preferred ones first. Of voices
                with the same id the first one counts.
        """
        self._describe = describe

    @cached_property
    def descriptions(self) -> Mapping[str, EngineDescription]:
        """The descriptions of the engines in use, by their names.

        Raises:
            ValueError: two engines claim the same numbers of an embedding.
        """
        found = self._describe()
        check_descriptions(found)
        return found

    @cached_property
    def voices(self) -> tuple[Voice, ...]:
        """All built-in voices, in the order of the engines."""
        by_id: dict[str, Voice] = {}
        for description in self.descriptions.values():
            for voice in description.voices:
                by_id.setdefault(voice.id.lower(), voice)
        return tuple(by_id.values())

    @cached_property
    def languages(self) -> frozenset[str]:
        """The codes of the languages that at least one engine speaks."""
        return frozenset(code for description in self.descriptions.values() for code in description.languages)

    @property
    def uses_recordings(self) -> bool:
        """Whether an engine clones from the sound of recordings."""
        return any(description.uses_recordings for description in self.descriptions.values())

    @property
    def cloning_engine(self) -> str | None:
        """The name of the engine that makes voices of recordings; None if there is none."""
        return next((name for name, description in self.descriptions.items() if description.clones), None)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {voice.id.lower(): place for place, voice in enumerate(self.voices)}

    def place(self, id: str) -> int | None:
        """Return the place of a voice in the list; None if it is not built in."""
        return self._places.get(id.lower())

    def by_id(self, id: str) -> Voice | None:
        """Return the voice with that id, in whatever case it is written; None if it is not built in.

        The default id, which programs of the protocol call, is always answered: where no engine has that voice, by
        the first voice there is.
        """
        place = self.place(id)
        if place is None and id.lower() == DEFAULT_ID:
            return next(iter(self.voices), None)
        return None if place is None else self.voices[place]

    def by_name(self, name: str) -> Voice | None:
        """Return the first voice of that name, in whatever case it is written; None if there is none."""
        return next((voice for voice in self.voices if voice.name.casefold() == name.casefold()), None)

    def of_language(self, locale: str) -> tuple[Voice, ...]:
        """Return the voices of a language.

        Raises:
            LookupError: as `languages.language_of`.
        """
        code = language_of(locale).code
        return tuple(voice for voice in self.voices if voice.language == code)

    def default(self, locale: str | None = None) -> Voice | None:
        """Return the voice for requests that name none: a native one of the locale's language where there is one.

        Raises:
            LookupError: as `languages.language_of`.
        """
        native = self.of_language(locale) if locale is not None else ()
        return native[0] if native else self.by_id(DEFAULT_ID)

    def recognize(self, embedding: Sequence[float]) -> Voice | None:
        """Return the voice of which these are the numbers, within rounding; None if they are another voice's.

        So a voice that a program sends by its embedding keeps its language and accent, which the numbers do not tell.
        """
        return next((voice for voice in self.voices if same(embedding, voice.embedding)), None)

    def matching(self, wanted: VoiceFilter) -> list[Voice]:
        """List the voices that fit a filter."""
        text = (wanted.q or "").casefold()
        return [
            voice
            for voice in self.voices
            if (text in voice.name.casefold() or text in voice.description.casefold())
            and wanted.gender in (None, voice.gender)
            and wanted.language in (None, voice.language)
        ]
