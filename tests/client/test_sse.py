"""Server-sent events without I/O."""

import hypothesis
from hypothesis import strategies as st

from cartesia._sse import SSEDecoder

STREAM = (
    b': a comment\n\nevent: chunk\ndata: {"a": 1}\nid: 7\n\n'
    b"data: two\r\ndata:lines\r\n\r\ndata: \xe2\x82\xac\r\rretry: 5\n\nevent: nothing\n\ndata: last\n\n"
)
EVENTS = ['{"a": 1}', "two\nlines", "€", "last"]


def test_events() -> None:
    assert SSEDecoder().feed(STREAM) == EVENTS


@hypothesis.given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_events_do_not_depend_on_where_reads_end(cuts: list[int]) -> None:
    decoder = SSEDecoder()
    edges = [0, *sorted(cuts), len(STREAM)]
    events = [event for i in range(len(edges) - 1) for event in decoder.feed(STREAM[edges[i] : edges[i + 1]])]
    assert events == EVENTS


def test_byte_by_byte() -> None:
    decoder = SSEDecoder()
    assert [event for byte in STREAM for event in decoder.feed(bytes([byte]))] == EVENTS


def test_half_an_event_is_none() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: half") == []
    assert decoder.feed(b"") == []
    assert decoder.feed(b" way\n") == []
    assert decoder.feed(b"\n") == ["half way"]


@hypothesis.given(st.binary(max_size=200))
def test_nothing_breaks_it(junk: bytes) -> None:
    SSEDecoder().feed(junk)
