"""The parts of a server that its endpoints share."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from ownvoice.access.clients import Access
from ownvoice.settings import Settings
from ownvoice.store import Store
from ownvoice.tts.runner import Runner
from ownvoice.voices.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Services:
    """What one application serves with. It stands in ``app.state.services``."""

    settings: Settings
    runner: Runner
    store: Store
    access: Access
    catalogue: Catalogue


def services_of(connection: HTTPConnection) -> Services:
    """Return the services of the application that a request has come to."""
    services: Services = connection.app.state.services
    return services
