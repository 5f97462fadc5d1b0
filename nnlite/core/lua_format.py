"""Numbers as Lua writes them: lua_format."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from .args import given

__all__ = ["lua_format"]

_FORM = re.compile(r"%(\d+)?(?:\.(\d+))?([efg])")


def lua_format(form: str, value: float) -> str:
    """Return ``form % value`` for one %e, %f or %g, rounding halves away from 0, as LuaJIT does, not to even digits.

    >>> lua_format("%.4f", 0.03125), "%.4f" % 0.03125
    ('0.0313', '0.0312')
    """
    match = _FORM.fullmatch(form)
    if match is None:
        return form % value
    value = float(value)
    width, digits, letter = int(given(match[1], 0)), int(given(match[2], 6)), match[3]
    finer = f"%.{digits}e" % value if letter == "g" else f"%.{digits + 1}{letter}" % value
    if not finer.partition("e")[0].endswith("5") or Decimal(finer) != Decimal(value):
        return form % value
    if letter == "f":
        text = format(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP), "f")
        return text.rjust(width)
    return form % math.nextafter(value, math.copysign(math.inf, value))
