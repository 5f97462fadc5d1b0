"""One vector for all parameters: flatten (``Module.getParameters``), flatten_arrays (``Module.flatten``)."""

import numpy as np

from .base import Base
from .memory import element_strides, elements, offset_in, owner, strided
from .tensor_types import default_dtype

__all__ = ["flatten", "flatten_arrays"]


def flatten(module, parameters, gradients):
    """Return ``(flat, gradFlat)`` and make every array of `module` that lies in the parameters a view of them.

    See `Module.getParameters` for the contract; Lua: ``Module.flatten`` in nn/Module.lua.
    """
    for array in (*parameters, *gradients):
        if not isinstance(array, np.ndarray):
            raise TypeError(
                f"{module.torch_typename}: parameters and gradients that are arrays expected, got "
                f"{type(array).__name__} (IndexLinear keeps its gradient as a table: use updateParameters)"
            )
    flat, grad_flat = _Vector(module, parameters), _Vector(module, gradients)
    if len(parameters) != len(gradients) or flat.size != grad_flat.size:
        raise ValueError(
            f"{module.torch_typename}: {flat.size} parameters in {len(parameters)} arrays have {grad_flat.size} "
            f"gradients in {len(gradients)}: check that you are sharing parameters and gradParameters"
        )
    for i, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True), 1):
        if flat.place(parameter) != grad_flat.place(gradient):
            raise ValueError(f"{module.torch_typename}: misaligned parameter at {i}: its gradient has another place")
    _replace(module, [vector for vector in (flat, grad_flat) if vector.is_new])
    return flat.array, grad_flat.array


def flatten_arrays(module, arrays):
    """Return one vector for a list of `arrays`, and put views of it into the list. Lua: ``Module.flatten``."""
    vector = _Vector(module, arrays)
    if vector.is_new:
        views = [vector.view(array) for array in arrays]
        for array in arrays:
            array.flags.writeable = False
        arrays[:] = views
    return vector.array


class _Vector:
    """The vector that `arrays` share, or that they will be moved into.

    ``roots`` maps the identity of an owner to it and its ranges ``(start, stop, place)``: elements start to stop belong
    at `place` of the vector. Owners come in the order they are first seen, ranges by position.
    """

    def __init__(self, module, arrays):
        self.roots = {}
        self.size = 0
        used: dict[int, list] = {}
        for array in arrays:
            used.setdefault(id(owner(array)), []).append(array)
        for key, members in used.items():
            root = owner(members[0])
            ranges = []
            for start, stop in _ranges(module, root, members):
                ranges.append((start, stop, self.size))
                self.size += stop - start
            self.roots[key] = root, ranges
        self.array = self._present()
        self.is_new = self.array is None
        if self.is_new:
            self.array = self._gathered(module)

    def _present(self):
        """Return the vector if the arrays lie in one already: one range of a one-dimensional owner."""
        if len(self.roots) == 1:
            ((root, ranges),) = self.roots.values()
            if len(ranges) == 1 and root.ndim == 1 and root.flags.c_contiguous:
                start, stop, _ = ranges[0]
                return root if stop - start == len(root) else root[start:stop]
        return None

    def _gathered(self, module):
        dtypes = {root.dtype for root, _ in self.roots.values()}
        if len(dtypes) > 1:
            raise TypeError(
                f"{module.torch_typename}: parameters of one dtype expected, got {', '.join(sorted(map(str, dtypes)))}"
            )
        vector = np.empty(self.size, dtypes.pop() if dtypes else default_dtype())
        for root, ranges in self.roots.values():
            for start, stop, place in ranges:
                vector[place : place + stop - start] = elements(root)[start:stop]
        return vector

    def place(self, array):
        """Return where in the vector `array` begins, None if it lies elsewhere."""
        root = owner(array)
        if id(root) not in self.roots or not array.size:
            return None
        first = offset_in(root, array)
        for start, stop, place in self.roots[id(root)][1]:
            if start <= first and first + _reach(array) <= stop:
                return first - start + place
        return None

    def view(self, array):
        """Return the view of the vector that corresponds to `array`, None if it lies elsewhere."""
        place = self.place(array)
        if place is None:
            return None
        return strided(self.array, place, array.shape, element_strides(array))


def _reach(array):
    """Return the number of elements from the first to the last one of `array`, gaps included."""
    return 1 + sum((n - 1) * s for n, s in zip(array.shape, element_strides(array), strict=True))


def _ranges(module, root, arrays):
    """Return the ranges of elements of `root` that `arrays` use, in order; raises where a gap is left inside one."""
    spans = sorted((offset_in(root, array), _reach(array), array.size) for array in arrays if array.size)
    if all(reach == size for _, reach, size in spans):
        ranges: list[list[int]] = []
        for first, reach, _ in spans:
            if ranges and first <= ranges[-1][1]:
                ranges[-1][1] = max(ranges[-1][1], first + reach)
            else:
                ranges.append([first, first + reach])
        return ranges
    used = np.zeros(root.size, bool)
    for array in arrays:
        strided(used, offset_in(root, array), array.shape, element_strides(array))[...] = True
    if not all(used[first : first + reach].all() for first, reach, _ in spans):
        raise ValueError(f"{module.torch_typename}: parameters without gaps expected: cannot gather a strided array")
    edges = np.flatnonzero(np.diff(used, prepend=False, append=False))
    return edges.reshape(-1, 2).tolist()


def _replace(module, vectors):
    """Let every array reachable from `module` that lies in one of `vectors` become a view; retire what it replaces."""
    seen: dict[int, object] = {}  # holds what was visited, so that an identity is not used twice

    def replacement(value):
        if isinstance(value, np.ndarray):
            for vector in vectors:
                view = vector.view(value)
                if view is not None:
                    value.flags.writeable = False
                    return view
        elif isinstance(value, list | dict | Base) and id(value) not in seen:
            seen[id(value)] = value
            fields = value.__dict__ if isinstance(value, Base) else value
            for key in range(len(fields)) if isinstance(fields, list) else fields:
                fields[key] = replacement(fields[key])
        return value

    replacement(module)
