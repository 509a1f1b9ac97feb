"""The server on a socket: in the foreground, or in a thread."""
