"""How many audio chunks a second are decoded: this library beside the published client 3.2.0, in turn, in one run.

A chunk is 200 ms of pcm_s16le at 22050 Hz, 8.8 kB; decoded means that its `.audio` has been read.
"""

import statistics

from environments import environment_with, output_of, this_python

ROUNDS = 5

SETUP = """
import base64, json, os, time
message = json.dumps({
    "type": "chunk", "context_id": "a1b2", "status_code": 206, "done": False, "step_time": 12.5,
    "data": base64.b64encode(os.urandom(8820)).decode(),
})
def rate(decode, count):
    for _ in range(count // 10):
        decode(message)
    started = time.perf_counter()
    for _ in range(count):
        assert len(decode(message)) == 8820
    return count / (time.perf_counter() - started)
"""

OURS = (
    SETUP
    + """
from cartesia.types import decode_event
print(rate(lambda data: decode_event(data).audio, 50_000))
"""
)

PUBLISHED = (
    SETUP
    + """
from cartesia import Cartesia
from cartesia.resources.tts import TTSResourceConnection
connection = TTSResourceConnection.__new__(TTSResourceConnection)
print(rate(lambda data: connection.parse_event(data).audio, 5_000))
"""
)


def main() -> None:
    published = environment_with("cartesia[websockets]==3.2.0")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(float(output_of(this_python(), OURS)))
        theirs.append(float(output_of(published, PUBLISHED)))
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    print(f"this library         {statistics.median(ours):10.0f} chunks/s")
    print(f"published 3.2.0      {statistics.median(theirs):10.0f} chunks/s")
    spread = f"{min(ratios):.1f} to {max(ratios):.1f} in {ROUNDS} pairs"
    print(f"ratio                {statistics.median(ratios):10.1f}   ({spread})")


if __name__ == "__main__":
    main()
