"""The versions of the protocol that calls about voices use.

The published service removed calls from the protocol and added others. A call that needs something which the client's
own version lacks is sent with a version that has it, so that it works with any server of the protocol:

==============================================  ==========
`mix`, and `create` without ``base_voice_id``   2024-06-10
`clone` with ``filepath``                       2024-06-10
`create` with ``base_voice_id``                 2024-11-13
`clone` with ``mode`` or ``enhance``            2024-11-13
accents and taglines, in any call               2026-08-14
==============================================  ==========

A ``Cartesia-Version`` that a program sets itself, in the headers of the client or of the call, takes precedence.
"""

FIRST_VERSION = "2024-06-10"
SECOND_VERSION = "2024-11-13"
ACCENTS_VERSION = "2026-08-14"

WITH_EMBEDDINGS = {"Prefer": "include=embedding"}
"""The header that requests embeddings, which newer versions leave out. Servers may ignore it (RFC 7240)."""
