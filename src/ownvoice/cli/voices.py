"""The commands for voices: list, show, clone, mix, create, rename, delete, say."""

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec

from cartesia import Cartesia
from cartesia.types import Voice
from ownvoice.cli import say as saying
from ownvoice.cli.voice_names import VoiceError, find_voice_id

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, including embeddings.")
_name = click.option("--name", required=True, help="The name of the voice.")
_description = click.option("--description", help="A description of the voice.")
_language = click.option("--language", help="The code of the voice's language, such as es.")


@click.group(invoke_without_command=True)
@click.option("--language", help="Only voices of this language, such as es.")
@_json
@click.pass_context
def voices(context: click.Context, language: str | None, as_json: bool) -> None:
    """List the voices, and make, change and delete your own.

    Voices are given by id or name. Without a command, all are listed.
    """
    if context.invoked_subcommand is None:
        _list(as_json, language=language)
    elif language is not None or as_json:
        raise click.UsageError(f"put the options after the command: ownvoice voices {context.invoked_subcommand} ...")


@voices.command("list")
@click.option("--language", help="Only voices of this language, such as es.")
@click.option(
    "--gender", type=click.Choice(["masculine", "feminine", "gender_neutral"]), help="Only voices of this gender."
)
@click.option("--mine", is_flag=True, help="Only your own voices.")
@click.option("--search", help="Only voices with this text in their name or description.")
@_json
def list_(language: str | None, gender: str | None, mine: bool, search: str | None, as_json: bool) -> None:
    """List the voices."""
    _list(as_json, language=language, gender=gender, is_owner=mine or None, q=search)


@voices.command()
@click.argument("voice")
@_json
def show(voice: str, as_json: bool) -> None:
    """Show the details of a VOICE."""
    with Cartesia() as client:
        found = client.voices.get(find_voice_id(client, voice))
    if as_json:
        _print_json(found)
        return
    shown = [(name, value) for name, value in found.to_dict().items() if name != "embedding"]
    for name, value in shown:
        click.echo(f"{name + ':':<16}{value}")
    if found.embedding is not None:
        click.echo(f"{'embedding:':<16}{len(found.embedding)} numbers; --json shows them")


@voices.command()
@click.argument("recording", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_name
@_description
@_language
@click.option("--enhance", is_flag=True, help="Reduce the recording's noise first.")
@_json
def clone(
    recording: Path, name: str, description: str | None, language: str | None, enhance: bool, as_json: bool
) -> None:
    """Make a voice that sounds like a RECORDING: of a few seconds, and up to a minute."""
    with Cartesia() as client:
        created = client.voices.clone(
            clip=recording, name=name, description=description, language=language or "en", enhance=enhance
        )
        _print_created(client, created, as_json)


@voices.command()
@click.argument("parts", metavar="VOICE[=WEIGHT]...", nargs=-1, required=True)
@_name
@_description
@_language
@_json
def mix(parts: tuple[str, ...], name: str, description: str | None, language: str | None, as_json: bool) -> None:
    """Make a voice between others, each with a weight: ownvoice voices mix Newsman=3 Cedar=1 --name Mixed."""
    with Cartesia() as client:
        weights = [_parse_part(client, part) for part in parts]
        embedding = client.voices.mix([{"id": part, "weight": weight} for part, weight in weights])
        first = client.voices.get(weights[0][0])
        created = client.voices.create(
            name=name,
            description=description or "A mix of " + ", ".join(parts),
            embedding=embedding,
            language=language or first.language or "en",
        )
        _print_created(client, created, as_json)


@voices.command()
@_name
@_description
@_language
@click.option(
    "--embedding", type=click.File("rb"), required=True, help="JSON with the 192 numbers; - is standard input."
)
@_json
def create(name: str, description: str | None, language: str | None, embedding: Any, as_json: bool) -> None:
    """Make a voice from its numbers, as `show --json` prints them."""
    try:
        numbers = msgspec.json.decode(embedding.read())
    except msgspec.DecodeError as error:
        raise VoiceError(f"{embedding.name} should have JSON in it: {error}") from error
    if isinstance(numbers, dict):
        numbers = numbers.get("embedding")
    if not isinstance(numbers, list):
        raise VoiceError(f"{embedding.name} should have the numbers in it, or a voice as `show --json` prints it")
    with Cartesia() as client:
        created = client.voices.create(
            name=name, description=description or "", embedding=numbers, language=language or "en"
        )
        _print_created(client, created, as_json)


@voices.command()
@click.argument("voice")
@click.argument("name")
@_description
def rename(voice: str, name: str, description: str | None) -> None:
    """Give a VOICE of your own another NAME."""
    with Cartesia() as client:
        before = client.voices.get(find_voice_id(client, voice))
        after = client.voices.update(before.id, name=name, description=description or before.description)
    click.echo(f"{before.name} is {after.name} now")


@voices.command()
@click.argument("voice")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(voice: str, yes: bool) -> None:
    """Delete a VOICE of your own."""
    with Cartesia() as client:
        found = client.voices.get(find_voice_id(client, voice))
        if not yes:
            click.confirm(f"Delete {found.name} ({found.id})?", abort=True)
        client.voices.delete(found.id)
    click.echo(f"{found.name} is deleted")


@voices.command("say", context_settings={"ignore_unknown_options": True})
@click.argument("voice")
@click.argument("arguments", metavar="TEXT [OPTIONS OF SAY]...", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def say(context: click.Context, voice: str, arguments: tuple[str, ...]) -> None:
    """Speak with a VOICE: the same as `ownvoice say --voice VOICE`."""
    with saying.say.make_context("say", [*arguments, "--voice", voice], parent=context) as say_context:
        saying.say.invoke(say_context)


def _parse_part(client: Cartesia, part: str) -> tuple[str, float]:
    """Return the id of a voice in a mix, and its weight."""
    name, equals, weight = part.rpartition("=")
    if not equals:
        return find_voice_id(client, part), 1.0
    try:
        return find_voice_id(client, name), float(weight)
    except ValueError as error:
        raise VoiceError(f"the weight of {name} should be a number, not {weight!r}") from error


def _list(as_json: bool, **wanted: Any) -> None:
    with Cartesia() as client:
        found = list(client.voices.list(**wanted))
    if as_json:
        _print_json(found)
        return
    for line in _table(found):
        click.echo(line)


def _print_created(client: Cartesia, voice: Voice, as_json: bool) -> None:
    if as_json:
        _print_json(client.voices.get(voice.id))
        return
    click.echo(f"{voice.name} is {voice.id}")
    click.echo(f'Try it:  ownvoice say "Hello." --voice {voice.id}', err=True)


def _print_json(value: Voice | list[Voice]) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def _table(voices: Iterable[Voice]) -> list[str]:
    rows = [("ID", "NAME", "LANGUAGE", "GENDER", "DESCRIPTION")]
    rows += [
        # A description may have lines, and a row is one.
        (voice.id, voice.name, voice.language or "", voice.gender or "", " ".join((voice.description or "").split()))
        for voice in voices
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    lines = ["  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[-1]]) for row in rows]
    if not sys.stdout.isatty():
        return lines
    columns = shutil.get_terminal_size().columns
    return [line if len(line) <= columns else line[: columns - 1] + "…" for line in lines]
