"""Recurrent networks, as Torch's packages rnn (torch/rnn and Element-Research's, which came before it) write them.

>>> net = nn.Sequential().add(nn.SeqLSTM(8, 16)).add(nn.SeqLSTM(16, 16))
>>> net.forward(np.ones((20, 4, 8))).shape
(20, 4, 16)
"""

from ..utils import recursiveAdd, recursiveCopy, recursiveFill, recursiveResizeAs
from . import cudnn, torch_rnn
from .bidirectional import (
    BiSequencer,
    BiSequencerLM,
    ReverseSequence,
    ReverseTable,
    ReverseUnreverse,
    SeqBGRU,
    SeqBLSTM,
    SeqBRNN,
    SeqReverseSequence,
)
from .criterions import AbstractSequencerCriterion, RepeaterCriterion, SequencerCriterion
from .gru import GRU, RecGRU, SAdd
from .helpers import CopyGrad, ExpandAs, NormStabilizer, TotalDropout
from .lstm import LSTM, FastLSTM, LinearNoBias, RecLSTM
from .masking import LookupTableMaskZero, MaskZero, MaskZeroCriterion, TrimZero
from .recurrence import LinearRNN, LookupRNN, Recurrence, Recurrent
from .recurrent import AbstractRecurrent, Recursor
from .sequence import SeqGRU, SeqLSTM, SeqLSTMP
from .sequencer import AbstractSequencer, Repeater, Sequencer
from .steps import StepGRU, StepLSTM
from .torch_rnn import VanillaRNN

__all__ = [
    "GRU",
    "LSTM",
    "AbstractRecurrent",
    "AbstractSequencer",
    "AbstractSequencerCriterion",
    "BiSequencer",
    "BiSequencerLM",
    "CopyGrad",
    "ExpandAs",
    "FastLSTM",
    "LinearNoBias",
    "LinearRNN",
    "LookupRNN",
    "LookupTableMaskZero",
    "MaskZero",
    "MaskZeroCriterion",
    "NormStabilizer",
    "RecGRU",
    "RecLSTM",
    "Recurrence",
    "Recurrent",
    "Recursor",
    "Repeater",
    "RepeaterCriterion",
    "ReverseSequence",
    "ReverseTable",
    "ReverseUnreverse",
    "SAdd",
    "SeqBGRU",
    "SeqBLSTM",
    "SeqBRNN",
    "SeqGRU",
    "SeqLSTM",
    "SeqLSTMP",
    "SeqReverseSequence",
    "Sequencer",
    "SequencerCriterion",
    "StepGRU",
    "StepLSTM",
    "TotalDropout",
    "TrimZero",
    "VanillaRNN",
    "cudnn",
    "recursiveAdd",
    "recursiveCopy",
    "recursiveFill",
    "recursiveResizeAs",
    "torch_rnn",
]
