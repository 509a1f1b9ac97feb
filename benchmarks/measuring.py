"""What the benchmarks share: what is said, and how figures are shown."""

import statistics
from collections.abc import Sequence

TEXT = "The old lighthouse keeper slowly climbed the winding stairs while distant thunder rolled across the bay."
"""About six seconds of speech."""
SENTENCES = tuple(
    """\
The birch canoe slid on the smooth planks.
Glue the sheet to the dark blue background.
It's easy to tell the depth of a well.
These days a chicken leg is a rare dish.
Rice is often served in round bowls.
The juice of lemons makes fine punch.
The box was thrown beside the parked truck.
The hogs were fed chopped corn and garbage.
Four hours of steady work faced us.
A large size in stockings is hard to sell.
The boy was there when the sun rose.
A rod is used to catch pink salmon.
The source of the huge river is the clear spring.
Kick the ball straight and follow through.
Help the woman get back to her feet.
A pot of tea helps to pass the evening.
Smoky fires lack flame and heat.
The soft cushion broke the man's fall.
The salt breeze came across from the sea.
The girl at the booth sold fifty bonds.
The small pup gnawed a hole in the sock.
The fish twisted and turned on the bent hook.
Press the pants and sew a button on the vest.
The swan dive was far short of perfect.
The beauty of the view stunned the young boy.
Two blue fish swam in the tank.
Her purse was full of useless trash.
The colt reared and threw the tall rider.
It snowed, rained, and hailed the same morning.
Read verse out loud for pleasure.""".splitlines()
)
"""The first of the Harvard sentences (IEEE Recommended Practice for Speech Quality Measurements, 1969)."""


def quantiles(milliseconds: Sequence[float]) -> str:
    """Format the median and the tail of some durations."""
    ordered = sorted(milliseconds)
    tail = ordered[int(0.95 * (len(ordered) - 1))]
    return f"p50 {statistics.median(ordered):7.2f} ms   p95 {tail:7.2f} ms   lowest {ordered[0]:7.2f} ms"
