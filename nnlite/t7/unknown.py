"""Things of a file that Python cannot run: LuaFunction, Unknown; and the tds containers Hash, Vec."""

from ..core.module import Module
from ..core.tables import Table

__all__ = ["Hash", "LuaFunction", "Unknown", "Vec"]


class LuaFunction:
    """A Lua function of a file: kept and written back as it is, never run.

    Attributes
    ----------
    code : bytes
        Its bytecode.
    upvalues : list or Table
        What it closes over: ``{name, id, value}`` tables, in the old form (tag 6 or 7) the bare values.
    tag : int
        The form it was written in.
    """

    def __init__(self, code: bytes, tag: int):
        self.code, self.tag = code, tag
        self.upvalues = None

    def __call__(self, *arguments):
        raise TypeError("a Lua function from a .t7 file cannot be run in Python: write it anew and assign it")

    def __repr__(self):
        return f"<Lua function, {len(self.code)} bytes of bytecode>"


class Unknown(Module):
    """Stands for an object of a class nnlite does not know: its fields are its attributes.

    It can sit in a network, be written back, and give its ``weight`` and ``bias`` to `getParameters`; running it is an
    error. `nnlite.torch.register` supplies the class.

    Attributes
    ----------
    torch_typename : str
        The name of the class in the file.
    t7_version : int
        Its version there.
    t7_payload : list or None
        What was written in the place of the table of fields, in a list of one; None where it was such a table.
    t7_before : list
        What was written before it.
    """

    t7_version: int
    t7_before: list
    t7_payload: list | None
    __slots__ = ("t7_before", "t7_payload", "t7_version", "torch_typename")

    def forward(self, *arguments):
        raise self._unknown("forward")

    def backward(self, *arguments):
        raise self._unknown("backward")

    updateOutput = forward
    updateGradInput = accGradParameters = backward

    def __getstate__(self):
        return super().__getstate__(), {name: getattr(self, name) for name in self.__slots__}

    def __setstate__(self, state):
        fields, slots = state
        super().__setstate__(fields)
        for name, value in slots.items():
            setattr(self, name, value)

    def _unknown(self, call):
        name = self.torch_typename
        return TypeError(
            f"{name}: {call} of a class nnlite does not know. Write it as a subclass of nn.Module with "
            f"@torch.register({name!r}) before its definition, and load the file again"
        )


class Hash(Table):
    """``tds.Hash``: a table that lives outside Lua's memory; here a Table that is written back as what it was."""

    torch_typename = "tds.Hash"

    def __reduce__(self):
        return Hash, (), None, None, iter(self.items())


class Vec(list):
    """``tds.Vec``: a list that lives outside Lua's memory; here a list that is written back as what it was."""

    torch_typename = "tds.Vec"
