"""Damaged files: whatever is done to the bytes, the outcome is a value or T7Error, soon and in little memory."""

import random
import resource
import struct
import time

from t7_expected import FILES

from nnlite import t7

SEED = 20260724
INTEGERS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 1000, 2**16, 2**30, 2**31 - 1, -1, -2, -(2**31))
LONGS = (0, 1, 7, 2**31, 2**40, 2**62, 2**63 - 1, -1, -(2**63))
LIMIT = 9000  # bytes: in small files most damage is to the structure


def corpus():
    """Return the bytes of all small files."""
    return [path.read_bytes() for path in sorted(FILES.glob("*.t7")) if path.stat().st_size < LIMIT]


def damaged(data, rng):
    """Flip bits, cut, overwrite lengths, repeat pieces."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        if not data:
            break
        at = rng.randrange(len(data))
        what = rng.randrange(6)
        if what == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif what == 1:
            data[at] = rng.randrange(256)
        elif what == 2:
            del data[at:]
        elif what == 3:
            data[at : at + 4] = struct.pack("<i", rng.choice(INTEGERS))
        elif what == 4:
            data[at : at + 8] = struct.pack("<q", rng.choice(LONGS))
        else:
            start = rng.randrange(len(data))
            data[at:at] = data[start : start + rng.randrange(40)]
    return bytes(data)


def run(times, seed):
    """Load damaged files; what loads must also be writable, and come back the same."""
    rng, files = random.Random(seed), corpus()
    loaded = refused = 0
    slowest = 0.0
    for _ in range(times):
        data = damaged(rng.choice(files), rng)
        mode = rng.choice((None, None, None, "binary", "ascii", "b32", "b64"))
        start = time.perf_counter()
        try:
            value = t7.loads(data, mode)
        except t7.T7Error as error:
            refused += 1
            assert str(error)
        else:
            loaded += 1
            written = t7.dumps(value)
            assert t7.dumps(t7.loads(written)) == written
        slowest = max(slowest, time.perf_counter() - start)
    assert slowest < 2
    assert min(loaded, refused) > times // 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 * 2**20  # kilobytes


def test_damaged_files():
    run(20_000, SEED)
