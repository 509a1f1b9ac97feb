"""The commands for keys: create, list, revoke."""

from pathlib import Path

import click

from ownvoice import settings
from ownvoice.cli.stores import open_configured_store

_config = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The TOML file with the server's settings, if it has one.",
)


@click.group()
def keys() -> None:
    """Manage the keys of clients. A running server knows of changes within seconds."""


@keys.command()
@click.option("--name", default="", help="What or whom the key is for.")
@_config
def create(name: str, config: Path | None) -> None:
    """Make a key, and print its secret, which cannot be shown again."""
    with open_configured_store(settings.load(file=config)) as store:
        key, secret = store.keys.create(name)
    click.echo(f"Key {key.id}. Its secret is shown only now:", err=True)
    click.echo(secret)


@keys.command("list")
@_config
def list_keys(config: Path | None) -> None:
    """List the keys, without their secrets."""
    with open_configured_store(settings.load(file=config)) as store:
        found = store.keys.list()
    rows = [("ID", "SECRET", "CREATED", "REVOKED", "NAME")]
    rows += [(key.id, f"{key.prefix}...", key.created_at[:19], (key.revoked_at or "")[:19], key.name) for key in found]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@keys.command()
@click.argument("key")
@_config
def revoke(key: str, config: Path | None) -> None:
    """Revoke KEY (its id, or the beginning of its secret) for ever, with the access tokens made with it."""
    with open_configured_store(settings.load(file=config)) as store:
        if not store.keys.revoke(key.removesuffix("...")):
            raise click.ClickException(f"there is no key {key!r} that is not revoked; `ownvoice keys list` lists them")
    click.echo("Revoked.", err=True)
