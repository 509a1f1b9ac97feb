"""Engines: what one is (`contract`), and how those that are installed are found (`registry`)."""

from ownvoice.engines.contract import (
    Clones,
    Engine,
    EngineDescription,
    EngineVoice,
    HasTimbre,
    LeavesOut,
    Speech,
    Timing,
    Utterance,
    VoiceRecording,
    Warms,
    check_descriptions,
)
from ownvoice.engines.registry import GROUP, load, names

__all__ = [
    "GROUP",
    "Clones",
    "Engine",
    "EngineDescription",
    "EngineVoice",
    "HasTimbre",
    "LeavesOut",
    "Speech",
    "Timing",
    "Utterance",
    "VoiceRecording",
    "Warms",
    "check_descriptions",
    "load",
    "names",
]
