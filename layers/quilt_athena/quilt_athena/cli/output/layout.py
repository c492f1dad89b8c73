"""How wide the columns of a table are on a terminal: pure functions of the widths of what is in them."""

from __future__ import annotations

from collections.abc import Sequence

#: Spaces between two columns.
GAP = 2
#: A column is not made narrower than this; columns that then have no room are left out.
MIN_WIDTH = 8


def fit(natural: Sequence[int], rigid: Sequence[bool], width: int) -> list[int]:
    """The widths of the first columns, as many as fit in ``width``, and at least one.

    Narrow columns keep their ``natural`` width, and the wide ones share what is left in equal parts. ``rigid`` columns
    are never made narrower: a part of a number is another number.
    """
    least = [size if fixed else min(size, MIN_WIDTH) for size, fixed in zip(natural, rigid, strict=True)]
    count = _that_fit(least, width)
    if count == 0:
        return [max(1, width)] if natural else []
    left = width - GAP * (count - 1) - sum(least[:count])
    widths = least[:count]
    growing = [index for index in range(count) if widths[index] < natural[index]]
    while growing and left:
        share = max(1, left // len(growing))
        for index in list(growing):
            more = min(share, natural[index] - widths[index], left)
            widths[index] += more
            left -= more
            if widths[index] == natural[index]:
                growing.remove(index)
    return widths


def _that_fit(widths: Sequence[int], width: int) -> int:
    used = -GAP
    for count, size in enumerate(widths):
        used += GAP + size
        if used > width:
            return count
    return len(widths)
