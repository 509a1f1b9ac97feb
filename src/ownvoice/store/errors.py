"""The error of a store."""


class StoreError(Exception):
    """A database or clips that cannot be reached, read or written; the message says which, and why.

    It contains no password: of a database's address it shows the host and the name alone.
    """
