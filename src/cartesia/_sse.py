"""A decoder of server-sent events, without I/O: bytes in, the data of whole events out."""

import codecs


class SSEDecoder:
    """A splitter of a byte stream into events, after the HTML standard (section "Server-sent events").

    Only the data is returned, because every event of the protocol has its type in its JSON as well.
    """

    def __init__(self) -> None:
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")
        self._line = ""
        self._data: list[str] = []
        self._after_cr = False

    def feed(self, data: bytes) -> list[str]:
        """Take what has arrived and return the data of the events that it completes."""
        text = self._utf8.decode(data)
        if self._after_cr and text:
            text = text.removeprefix("\n")  # the second half of a CR LF that was split between two reads
        if text:
            self._after_cr = text.endswith("\r")
        lines = (self._line + text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._line = lines.pop()
        return [event for line in lines if (event := self._take(line))]

    def _take(self, line: str) -> str | None:
        if not line:
            event, self._data = "\n".join(self._data), []
            return event or None
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        return None
