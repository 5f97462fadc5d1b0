"""Fields of recurrent modules, of both Lua packages, brought to the present ones: CHANGES."""

import numpy as np

from ..core.tables import Table

__all__ = ["CHANGES"]

_STEPS = ("outputs", "gradInputs", "_gradOutputs", "gradOutputs", "cells", "gradCells", "sharedClones", "clones")
_LISTS = ("tableoutput", "tablegradInput", "tablegradinput", "_output")


def _recurrent(fields):
    """Element-Research names seqlen rho; Lua's tables of steps may begin anywhere."""
    if "input_dim" in fields:  # of torch-rnn
        return
    _by_step(fields)
    if "rho" in fields:
        fields.setdefault("seqlen", fields["rho"])
    for name, value in (("step", 1), ("seqlen", 99999)):
        fields.setdefault(name, value)
    first = 2 if "startModule" in fields else 1
    module = fields.get("recurrentModule")
    if module is None and fields.get("modules"):
        module = fields["modules"][0]
    if not fields["sharedClones"] and module is not None:
        fields["sharedClones"][first] = module


def _by_step(fields):
    for name in _STEPS:
        value = fields.get(name)
        if isinstance(value, list):
            fields[name] = Table(enumerate(value, 1))
        elif not isinstance(value, dict):
            fields[name] = Table()


def _sequencer(fields):
    if "rho" in fields:
        fields.setdefault("seqlen", fields["rho"])
    if isinstance(fields.get("output"), dict):
        fields["output"] = []
    for name in _LISTS:
        if isinstance(fields.get(name), dict):
            fields[name] = []


def _gated(fields):
    for old, new in (("inputSize", "inputsize"), ("outputSize", "outputsize")):
        if old in fields:
            fields.setdefault(new, fields[old])
    if fields["weight"].shape[1] == 4 * fields["outputsize"]:
        fields.setdefault("hiddensize", fields["outputsize"])
    if fields.get("gradInput") is None and "h0" in fields:
        fields["gradInput"] = np.empty(0, fields["weight"].dtype)


def _mask_zero(fields):
    """Element-Research has the number of dimensions instead of a choice what to mask."""
    if "nInputDim" in fields:
        fields.setdefault("maskoutput", True)


def _sequencer_criterion(fields):
    clones = fields.get("clones")
    if isinstance(clones, list):
        fields["clones"] = Table(enumerate(clones, 1))
    if "criterion" in fields:
        fields["clones"].setdefault(1, fields["criterion"])


_RECURRENT = "AbstractRecurrent FastLSTM GRU LSTM NormStabilizer RecGRU RecLSTM Recurrent Recursor"
_RECURRENCES = "LinearRNN LookupRNN Recurrence"
_SEQUENCERS = "AbstractSequencer BiSequencer BiSequencerLM Repeater SeqBGRU SeqBLSTM Sequencer"

CHANGES = {
    **{f"nn.{name}": _recurrent for name in (_RECURRENT + " " + _RECURRENCES).split()},
    **{f"nn.{name}": _sequencer for name in _SEQUENCERS.split()},
    **{f"nn.{name}": _gated for name in ("SeqGRU", "SeqLSTM", "SeqLSTMP", "StepGRU", "StepLSTM")},
    **{f"nn.{name}": _sequencer_criterion for name in ("RepeaterCriterion", "SequencerCriterion")},
    "nn.MaskZero": _mask_zero,
    "nn.TrimZero": _mask_zero,
}
