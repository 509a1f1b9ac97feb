"""Text to speech: one request or connection, from its message to the pieces of its audio. No sockets and no HTTP."""
