"""The versions of the protocol that calls about voices are sent with.

The published service took calls out of the protocol and put others in. A call that asks for something which the version
that the client speaks does not have is sent with one that does, so that it works against any server of the protocol:

==============================================  ==========
`mix`, and `create` without ``base_voice_id``   2024-06-10
`clone` with ``filepath``                       2024-06-10
`create` with ``base_voice_id``                 2024-11-13
`clone` with ``mode`` or ``enhance``            2024-11-13
accents and taglines, wherever they are named   2026-08-14
==============================================  ==========

A ``Cartesia-Version`` among the headers that a program sets, of the client or of the call, goes before.
"""

FIRST_VERSION = "2024-06-10"
SECOND_VERSION = "2024-11-13"
ACCENTS_VERSION = "2026-08-14"

WITH_EMBEDDINGS = {"Prefer": "include=embedding"}
"""Asks for the numbers that newer versions of the protocol leave out. It may be ignored (RFC 7240)."""
