"""The store of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ownvoice.settings import Settings
    from ownvoice.store import Store


@contextmanager
def open_configured_store(settings: "Settings") -> Iterator["Store"]:
    """Open the store of the settings. A failure of the store becomes the error message of the command."""
    from ownvoice.store import StoreError, open_store

    store = open_store(Path(settings.data), settings.database_url)
    try:
        yield store
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    finally:
        store.close()
