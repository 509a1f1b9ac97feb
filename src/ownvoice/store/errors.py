"""What goes wrong with a store."""


class StoreError(Exception):
    """The database or the clips cannot be reached, read or written; the message says which, and why.

    It names no password: of an address it has the host and the name of the database alone.
    """
