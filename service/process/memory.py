"""The garbage collector and the C allocator, told what kind of program this is."""

from __future__ import annotations

import contextlib
import ctypes
import gc

YOUNG = 20_000
"""Allocations between two looks at the youngest objects; 700 by default, which costs a fifth of an unchanged poll."""
BULKY = 512 * 1024
"""Bytes from which on an allocation is mapped by itself and given back when it is freed. glibc raises its own bound to
the size of whatever was freed last, up to 32 MiB: bodies then lie on the heap between small things that outlive them.
What a socket is read into is smaller."""
SLACK = 1024 * 1024
"""Bytes that may lie free at the heap's end before they are given back."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def settle_memory() -> None:
    """Call once when everything is loaded: what lives now lives as long as the process and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 50)
    with contextlib.suppress(
        OSError, AttributeError
    ):  # another C library has no such setting, and no such habit
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, BULKY)
        mallopt(_M_TRIM_THRESHOLD, SLACK)
