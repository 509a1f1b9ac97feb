"""The capabilities of the server, and its limits."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ownvoice.access.clients import limits_of
from ownvoice.access.tokens import GRANTS, LONGEST
from ownvoice.api.services import services_of
from ownvoice.audio.containers import ANY_RATE, CONTAINERS, HIGHEST_RATE, LOWEST_RATE
from ownvoice.settings import Settings, keys_are_on
from ownvoice.tts.requests import LONGEST_BUFFER_DELAY, LONGEST_CONTEXT_ID
from ownvoice.versions import NEWEST, VERSIONS
from ownvoice.voices.catalogue import Catalogue


async def capabilities(request: Request) -> Response:
    """Answer with the versions, models, languages, formats and limits, where null means unlimited."""
    services = services_of(request)
    return JSONResponse(describe(services.settings, services.catalogue))


def describe(settings: Settings, catalogue: Catalogue) -> dict[str, Any]:
    """Return what a server with these settings and engines can do."""
    limits = limits_of(settings)
    return {
        "versions": {"supported": list(VERSIONS), "newest": NEWEST},
        "models": [f"{model}*" for model in settings.models],
        "languages": sorted(catalogue.languages),
        "engines": {
            name: {
                "languages": sorted(description.languages),
                "voices": len(description.voices),
                "word_times": description.word_times,
                "phoneme_times": description.phoneme_times,
                "clones": description.clones,
            }
            for name, description in catalogue.descriptions.items()
        },
        "formats": {
            name: {
                "media_type": container.media_type,
                "encodings": list(container.encodings) if container.needs_encoding else [],
                "sample_rates": (
                    {"minimum": LOWEST_RATE, "maximum": HIGHEST_RATE}
                    if container.rates is ANY_RATE
                    else list(container.rates)
                ),
            }
            for name, container in CONTAINERS.items()
        },
        "limits": {
            "contexts": limits.contexts,
            "websockets": limits.sockets,
            "requests_per_minute": limits.requests_per_minute,
            "transcript_characters": settings.max_transcript_chars,
            "body_bytes": settings.max_body_bytes,
            "buffer_delay_ms": LONGEST_BUFFER_DELAY,
            "context_id_characters": LONGEST_CONTEXT_ID,
        },
        "access": {"keys": keys_are_on(settings), "token_grants": list(GRANTS), "token_seconds": LONGEST},
    }
