"""Torch's tensor functions on NumPy arrays. Each theme file says in its ``__all__`` what it adds here."""
# ruff: noqa: F403

from . import cmdline, printing, rng, serialization, tensors, threads, timer, types
from .cmdline import *
from .printing import *
from .rng import *
from .serialization import *
from .tensors import *
from .threads import *
from .timer import *
from .types import *

__all__: list[str] = []
__all__ += cmdline.__all__
__all__ += printing.__all__
__all__ += rng.__all__
__all__ += serialization.__all__
__all__ += tensors.__all__
__all__ += threads.__all__
__all__ += timer.__all__
__all__ += types.__all__
