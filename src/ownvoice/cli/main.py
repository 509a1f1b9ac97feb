"""The command `ownvoice`, with its commands say, serve, voices and keys."""

import sys

try:
    import click
except ModuleNotFoundError:
    sys.exit('the command line is part of the server: pip install "ownvoice[server]"')

import errno
import logging
from typing import Any

from cartesia._version import __version__
from cartesia.errors import CartesiaError
from ownvoice.cli.keys import keys
from ownvoice.cli.say import say
from ownvoice.cli.serve import serve
from ownvoice.cli.voices import voices


class _Group(click.Group):
    """A group that shows failures as messages, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CartesiaError as error:
            raise click.ClickException(getattr(error, "reason", str(error))) from error
        except (OSError, ValueError) as error:
            # For a full disk or an invalid address, the message of the system is enough. click handles closed pipes.
            if isinstance(error, OSError) and error.errno == errno.EPIPE:
                raise
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ownvoice")
def main() -> None:
    """Turn text into speech, and serve speech to other programs.

    With neither CARTESIA_API_KEY nor CARTESIA_BASE_URL set, the embedded engine speaks, on this machine.

    The Python library of this package is `import cartesia`. It replaces the published package of that name, and cannot
    share an environment with it: to run the server beside that package, install ownvoice into an environment of its
    own, for example with: uv tool install "ownvoice[server]"
    """
    # The command line itself says where speech comes from; the library's warning is for programs.
    logging.getLogger("cartesia").setLevel(logging.ERROR)


for command in (say, serve, voices, keys):
    main.add_command(command)

if __name__ == "__main__":
    main()
