"""What a sequence asks of every module: Steps (forget, remember, sharedClone, hidden states)."""

import copy
from typing import Any

from .args import given
from .memory import owner

__all__ = ["Steps"]


class Steps:
    """Methods that modules with a memory of earlier steps override, and all others pass on to their modules.

    Notes
    -----
    Lua: rnn/Module.lua.
    """

    modules: Any = None
    dpnn_stepclone = False  # whether `stepClone` returns the module itself, which keeps its steps apart
    _also_shared: tuple[str, ...] = ("running_mean", "running_var")  # arrays that step clones share besides parameters

    def parameters(self) -> Any:
        """Return ``(parameters, gradients)``, or None."""
        return None

    def listModules(self) -> Any:
        """Return the module and all below it."""
        return [self]

    def forget(self):
        """Forget all earlier steps, so that the next one begins a sequence; return self."""
        for module in given(self.modules, ()):
            module.forget()
        return self

    def remember(self, remember=None):
        """Keep the last state for the next sequence in ``'both'`` modes (default), ``'train'``, ``'eval'`` or none."""
        for module in given(self.modules, ()):
            module.remember(remember)
        return self

    def maxBPTTstep(self, seqlen):
        """Set how many steps the gradient goes back at most."""
        for module in given(self.modules, ()):
            module.maxBPTTstep(seqlen)

    def maskZero(self, v1=None):
        """Let recurrent modules below set their output and state to zero where the mask says so; return self."""
        for module in given(self.modules, ()):
            module.maskZero(v1)
        return self

    def setZeroMask(self, zeroMask):
        """Set the mask, 1 where a state is to be zero, for the next sequence (False: none)."""
        for module in given(self.modules, ()):
            module.setZeroMask(zeroMask)

    def setOutputStep(self, step):
        """Let recurrent modules below show the output and gradInput of an earlier step."""
        for module in given(self.modules, ()):
            module.setOutputStep(step)

    def setStartState(self, startState=None):
        """Set the states before the first step, a list with one for each module; None for zeros."""
        self._distribute("setStartState", startState, "startState")

    def getHiddenState(self, step=None, input=None):
        """Return the states after a step (the last one by default) of all modules below, in lists."""
        return None if self.modules is None else [module.getHiddenState(step, input) for module in self.modules]

    def setHiddenState(self, step, hiddenState):
        """Set the states after a step; 0 is before the first."""
        self._distribute("setHiddenState", hiddenState, "hiddenState", step)

    def getGradHiddenState(self, step=None, input=None):
        """Return the gradients of the states after a step."""
        return None if self.modules is None else [module.getGradHiddenState(step, input) for module in self.modules]

    def setGradHiddenState(self, step, gradHiddenState):
        """Set the gradients of the states after a step."""
        self._distribute("setGradHiddenState", gradHiddenState, "gradHiddenState", step)

    def sharedClone(self, shareParams=None, shareGradParams=None, stepClone=None):
        """Return a deep copy that looks at the same parameters and gradients (either can be switched off)."""
        if stepClone and self.dpnn_stepclone:
            return self
        memo: dict[int, Any] = {}
        both = given(self.parameters(), ((), ()))
        for wanted, arrays in zip((shareParams, shareGradParams), both, strict=True):
            if given(wanted, True):
                memo.update((id(kept), kept) for array in arrays for kept in (array, owner(array)))
        for module in self.listModules():
            if stepClone and module.dpnn_stepclone:
                memo[id(module)] = module
            for name in self._also_shared:
                array = getattr(module, name, None)
                if array is not None and given(shareParams, True):
                    memo[id(array)] = array
        return copy.deepcopy(self, memo)

    def stepClone(self, shareParams=None, shareGradParams=None):
        """As `sharedClone`, for one more step of a sequence: recurrent modules inside are the same, not copies."""
        return self.sharedClone(shareParams, shareGradParams, True)

    def _distribute(self, method, values, name, *step):
        """Call ``method(*step, value)`` of all modules below with their parts of `values`."""
        modules = given(self.modules, ())
        if values is None:
            values = [None] * len(modules)
        if modules and (not isinstance(values, list | tuple) or len(values) != len(modules)):
            kind = type(self)
            raise ValueError(f"{kind.torch_typename}: {name}: a table of {len(modules)} expected, got {values!r:.80}")
        for module, value in zip(modules, values, strict=False):
            getattr(module, method)(*step, value)
