"""The length of a FLAC file whose header was sent before it was known: many readers, such as libsndfile, need it."""

from functools import cache

TAIL = 1 << 14
"""The number of bytes at the end of a file that contain its whole last frame."""


def complete_flac_header(head: bytes, tail: bytes) -> bytes:
    """Return the beginning of a streamed FLAC file with its length, which follows from the last frame.

    Args:
        head: the first bytes of the file, 26 at least.
        tail: the last ones, up to `TAIL`.

    Returns:
        The bytes that replace the first ones of the file; empty where it is no FLAC file, its length is set,
        or it was cut off.
    """
    if len(head) < 26 or head[:4] != b"fLaC" or head[4] & 0x7F != 0:
        return b""
    block = int.from_bytes(head[8:10])
    fields = int.from_bytes(head[18:26])
    # The last 36 bits are the number of samples. Frames are numbered where all blocks are of the same length.
    if fields & 0xF_FFFF_FFFF or block != int.from_bytes(head[10:12]):
        return b""
    samples = _samples(tail, block)
    return head[:18] + (fields | samples).to_bytes(8) if 0 < samples < 1 << 36 else b""


def _samples(tail: bytes, block: int) -> int:
    """Count the samples up to the end of the last frame; 0 if no frame ends there."""
    start = len(tail)
    while (start := tail.rfind(b"\xff\xf8", 0, start)) >= 0:
        frame = tail[start:]
        if len(frame) > 10 and _crc16(frame) == 0:
            number, size = _number(frame[4:])
            return number * block + _block_size(frame[2] >> 4, frame[4 + size :])
    return 0


def _number(data: bytes) -> tuple[int, int]:
    """Decode a number in the coding of UTF-8; return it and its length in bytes."""
    size = 8 - (data[0] ^ 0xFF).bit_length()  # as many as there are leading ones
    if size == 0:
        return data[0], 1
    number = data[0] & (0x7F >> size)
    for byte in data[1:size]:
        number = number << 6 | byte & 0x3F
    return number, size


def _block_size(code: int, after: bytes) -> int:
    """Return the samples of a frame, by the code in its header; with some codes the size follows the frame number."""
    match code:
        case 1:
            return 192
        case 2 | 3 | 4 | 5:
            return 576 << code - 2
        case 6:
            return after[0] + 1
        case 7:
            return int.from_bytes(after[:2]) + 1
    return 256 << code - 8 if code else 0


def _crc16(data: bytes) -> int:
    """Compute the checksum of a frame (polynomial 0x8005); 0 if the frame ends with its right checksum."""
    table, check = _crc16_table(), 0
    for byte in data:
        check = (check << 8 & 0xFFFF) ^ table[check >> 8 ^ byte]
    return check


@cache
def _crc16_table() -> tuple[int, ...]:
    table = []
    for check in range(0, 1 << 16, 1 << 8):
        for _ in range(8):
            check = (check << 1 ^ 0x8005 if check & 0x8000 else check << 1) & 0xFFFF
        table.append(check)
    return tuple(table)
