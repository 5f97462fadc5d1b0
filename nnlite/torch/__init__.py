"""Torch's tensor functions on NumPy arrays. Each theme file says in its ``__all__`` what it adds here."""
# ruff: noqa: F403

from . import (
    arithmetic,
    bitwise,
    blas,
    cmdline,
    comparisons,
    convolutions,
    filling,
    indexing,
    lapack,
    pointwise,
    printing,
    reductions,
    rng,
    serialization,
    shapes,
    sorting,
    tensors,
    threads,
    timer,
    types,
)
from .arithmetic import *
from .bitwise import *
from .blas import *
from .cmdline import *
from .comparisons import *
from .convolutions import *
from .filling import *
from .indexing import *
from .lapack import *
from .pointwise import *
from .printing import *
from .reductions import *
from .rng import *
from .serialization import *
from .shapes import *
from .sorting import *
from .tensors import *
from .threads import *
from .timer import *
from .types import *

__all__: list[str] = []
__all__ += arithmetic.__all__
__all__ += bitwise.__all__
__all__ += blas.__all__
__all__ += cmdline.__all__
__all__ += comparisons.__all__
__all__ += convolutions.__all__
__all__ += filling.__all__
__all__ += indexing.__all__
__all__ += lapack.__all__
__all__ += pointwise.__all__
__all__ += printing.__all__
__all__ += reductions.__all__
__all__ += rng.__all__
__all__ += serialization.__all__
__all__ += shapes.__all__
__all__ += sorting.__all__
__all__ += tensors.__all__
__all__ += threads.__all__
__all__ += timer.__all__
__all__ += types.__all__
