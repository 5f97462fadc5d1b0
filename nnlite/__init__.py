"""Lua Torch7's nn in Python: modules, criterions and containers, by theme."""

from . import hessian, nngraph, rnn, torch, utils
from . import jacobian as Jacobian
from . import sparse_jacobian as SparseJacobian
from .core.container import Container
from .core.criterion import Criterion
from .core.elementwise import Elementwise
from .core.module import Module, debug
from .core.tables import Table
from .criterions.classification import (
    BCECriterion,
    ClassNLLCriterion,
    ClassSimplexCriterion,
    CrossEntropyCriterion,
    MultiLabelSoftMarginCriterion,
    SpatialClassNLLCriterion,
)
from .criterions.composite import ModuleCriterion, MultiCriterion, ParallelCriterion
from .criterions.embedding import (
    CosineEmbeddingCriterion,
    DistanceRatioCriterion,
    HingeEmbeddingCriterion,
    L1HingeEmbeddingCriterion,
)
from .criterions.margin import (
    MarginCriterion,
    MarginRankingCriterion,
    MultiLabelMarginCriterion,
    MultiMarginCriterion,
    SoftMarginCriterion,
)
from .criterions.regression import (
    AbsCriterion,
    DistKLDivCriterion,
    L1Cost,
    MSECriterion,
    SmoothL1Criterion,
    SpatialAutoCropMSECriterion,
    WeightedMSECriterion,
)
from .modules import connection_tables as tables
from .modules.activation import ELU, HardShrink, LeakyReLU, PReLU, ReLU, ReLU6, RReLU, SoftShrink, Threshold
from .modules.adaptive_pooling import SpatialAdaptiveAveragePooling, SpatialAdaptiveMaxPooling
from .modules.affine import Add, AddConstant, CAdd, CMul, Mul, MulConstant
from .modules.batch_normalization import BatchNormalization, SpatialBatchNormalization, VolumetricBatchNormalization
from .modules.constants import Constant, OneHot, Padding
from .modules.containers import Concat, DepthConcat, Parallel, Sequential
from .modules.conversion import Convert, Copy
from .modules.debugging import NaN, PrintSize, Profile
from .modules.decorators import GPU, Bottle, Decorator, DontCast
from .modules.distance import Cosine, Euclidean, Kmeans, WeightedEuclidean
from .modules.feature_pooling import FeatureLPPooling
from .modules.fractional_pooling import SpatialFractionalMaxPooling, VolumetricFractionalMaxPooling
from .modules.layout import Contiguous, Replicate, Transpose
from .modules.linear import Bilinear, Linear, PartialLinear
from .modules.local_normalization import (
    SpatialContrastiveNormalization,
    SpatialCrossMapLRN,
    SpatialDivisiveNormalization,
    SpatialSubtractiveNormalization,
)
from .modules.lookup import LookupTable
from .modules.noise import Dropout, SpatialDropout, VolumetricDropout, WhiteNoise
from .modules.normalize import LayerNormalization, Normalize
from .modules.penalty import GradientReversal, L1Penalty, ZeroGrad
from .modules.pointwise import Abs, Exp, Log, Power, Sqrt, Square
from .modules.reduce import Max, Mean, Min, Sum
from .modules.select import Index, MaskedSelect, Narrow, Select
from .modules.shape import Collapse, Identity, Reshape, Squeeze, Unsqueeze, View
from .modules.softmax import LogSoftMax, SoftMax, SoftMin, SpatialLogSoftMax, SpatialSoftMax
from .modules.sparse import IndexLinear, SparseLinear
from .modules.spatial_convolution import (
    SpatialConvolution,
    SpatialConvolutionMM,
    SpatialDilatedConvolution,
    SpatialFullConvolution,
)
from .modules.spatial_convolution_local import SpatialConvolutionLocal, SpatialDepthWiseConvolution
from .modules.spatial_convolution_map import SpatialConvolutionMap, SpatialFullConvolutionMap
from .modules.spatial_padding import (
    SpatialReflectionPadding,
    SpatialReplicationPadding,
    SpatialZeroPadding,
    VolumetricReplicationPadding,
)
from .modules.spatial_pooling import (
    SpatialAveragePooling,
    SpatialDilatedMaxPooling,
    SpatialLPPooling,
    SpatialMaxPooling,
)
from .modules.squashing import Clamp, HardTanh, LogSigmoid, Sigmoid, SoftPlus, SoftSign, Tanh, TanhShrink
from .modules.subsampling import SpatialSubSampling, TemporalSubSampling
from .modules.table_arithmetic import (
    CAddTable,
    CAddTensorTable,
    CDivTable,
    CMaxTable,
    CMinTable,
    CMulTable,
    CSubTable,
    MixtureTable,
)
from .modules.table_containers import ConcatTable, MapTable, ParallelTable
from .modules.table_products import MM, MV, CosineDistance, DotProduct, PairwiseDistance
from .modules.tables import (
    CriterionTable,
    FlattenTable,
    JoinTable,
    NarrowTable,
    SelectTable,
    SplitTable,
    ZipTable,
    ZipTableOneToMany,
)
from .modules.temporal_convolution import TemporalConvolution, TemporalRowConvolution
from .modules.temporal_pooling import TemporalDynamicKMaxPooling, TemporalMaxPooling
from .modules.units import CReLU, GatedLinearUnit, Maxout
from .modules.unpooling import SpatialMaxUnpooling, VolumetricMaxUnpooling
from .modules.upsampling import PixelShuffle, SpatialUpSamplingBilinear, SpatialUpSamplingNearest, UpSampling
from .modules.volumetric_convolution import (
    VolumetricConvolution,
    VolumetricDilatedConvolution,
    VolumetricFullConvolution,
)
from .modules.volumetric_pooling import VolumetricAveragePooling, VolumetricDilatedMaxPooling, VolumetricMaxPooling
from .modules.weight_norm import LinearWeightNorm, WeightNorm
from .nngraph import ModuleFromCriterion, gModule
from .rnn.bidirectional import (
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
from .rnn.criterions import AbstractSequencerCriterion, RepeaterCriterion, SequencerCriterion
from .rnn.gru import GRU, RecGRU, SAdd
from .rnn.helpers import CopyGrad, ExpandAs, NormStabilizer, TotalDropout
from .rnn.lstm import LSTM, FastLSTM, LinearNoBias, RecLSTM
from .rnn.masking import LookupTableMaskZero, MaskZero, MaskZeroCriterion, TrimZero
from .rnn.recurrence import LinearRNN, LookupRNN, Recurrence, Recurrent
from .rnn.recurrent import AbstractRecurrent, Recursor
from .rnn.sequence import SeqGRU, SeqLSTM, SeqLSTMP
from .rnn.sequencer import AbstractSequencer, Repeater, Sequencer
from .rnn.steps import StepGRU, StepLSTM
from .rnn.torch_rnn import VanillaRNN
from .summary import summary
from .training import StochasticGradient

__version__ = "0.1.0"

__all__ = [
    "ELU",
    "GPU",
    "GRU",
    "LSTM",
    "MM",
    "MV",
    "Abs",
    "AbsCriterion",
    "AbstractRecurrent",
    "AbstractSequencer",
    "AbstractSequencerCriterion",
    "Add",
    "AddConstant",
    "BCECriterion",
    "BatchNormalization",
    "BiSequencer",
    "BiSequencerLM",
    "Bilinear",
    "Bottle",
    "CAdd",
    "CAddTable",
    "CAddTensorTable",
    "CDivTable",
    "CMaxTable",
    "CMinTable",
    "CMul",
    "CMulTable",
    "CReLU",
    "CSubTable",
    "Clamp",
    "ClassNLLCriterion",
    "ClassSimplexCriterion",
    "Collapse",
    "Concat",
    "ConcatTable",
    "Constant",
    "Container",
    "Contiguous",
    "Convert",
    "Copy",
    "CopyGrad",
    "Cosine",
    "CosineDistance",
    "CosineEmbeddingCriterion",
    "Criterion",
    "CriterionTable",
    "CrossEntropyCriterion",
    "Decorator",
    "DepthConcat",
    "DistKLDivCriterion",
    "DistanceRatioCriterion",
    "DontCast",
    "DotProduct",
    "Dropout",
    "Elementwise",
    "Euclidean",
    "Exp",
    "ExpandAs",
    "FastLSTM",
    "FeatureLPPooling",
    "FlattenTable",
    "GatedLinearUnit",
    "GradientReversal",
    "HardShrink",
    "HardTanh",
    "HingeEmbeddingCriterion",
    "Identity",
    "Index",
    "IndexLinear",
    "Jacobian",
    "JoinTable",
    "Kmeans",
    "L1Cost",
    "L1HingeEmbeddingCriterion",
    "L1Penalty",
    "LayerNormalization",
    "LeakyReLU",
    "Linear",
    "LinearNoBias",
    "LinearRNN",
    "LinearWeightNorm",
    "Log",
    "LogSigmoid",
    "LogSoftMax",
    "LookupRNN",
    "LookupTable",
    "LookupTableMaskZero",
    "MSECriterion",
    "MapTable",
    "MarginCriterion",
    "MarginRankingCriterion",
    "MaskZero",
    "MaskZeroCriterion",
    "MaskedSelect",
    "Max",
    "Maxout",
    "Mean",
    "Min",
    "MixtureTable",
    "Module",
    "ModuleCriterion",
    "ModuleFromCriterion",
    "Mul",
    "MulConstant",
    "MultiCriterion",
    "MultiLabelMarginCriterion",
    "MultiLabelSoftMarginCriterion",
    "MultiMarginCriterion",
    "NaN",
    "Narrow",
    "NarrowTable",
    "NormStabilizer",
    "Normalize",
    "OneHot",
    "PReLU",
    "Padding",
    "PairwiseDistance",
    "Parallel",
    "ParallelCriterion",
    "ParallelTable",
    "PartialLinear",
    "PixelShuffle",
    "Power",
    "PrintSize",
    "Profile",
    "RReLU",
    "ReLU",
    "ReLU6",
    "RecGRU",
    "RecLSTM",
    "Recurrence",
    "Recurrent",
    "Recursor",
    "Repeater",
    "RepeaterCriterion",
    "Replicate",
    "Reshape",
    "ReverseSequence",
    "ReverseTable",
    "ReverseUnreverse",
    "SAdd",
    "Select",
    "SelectTable",
    "SeqBGRU",
    "SeqBLSTM",
    "SeqBRNN",
    "SeqGRU",
    "SeqLSTM",
    "SeqLSTMP",
    "SeqReverseSequence",
    "Sequencer",
    "SequencerCriterion",
    "Sequential",
    "Sigmoid",
    "SmoothL1Criterion",
    "SoftMarginCriterion",
    "SoftMax",
    "SoftMin",
    "SoftPlus",
    "SoftShrink",
    "SoftSign",
    "SparseJacobian",
    "SparseLinear",
    "SpatialAdaptiveAveragePooling",
    "SpatialAdaptiveMaxPooling",
    "SpatialAutoCropMSECriterion",
    "SpatialAveragePooling",
    "SpatialBatchNormalization",
    "SpatialClassNLLCriterion",
    "SpatialContrastiveNormalization",
    "SpatialConvolution",
    "SpatialConvolutionLocal",
    "SpatialConvolutionMM",
    "SpatialConvolutionMap",
    "SpatialCrossMapLRN",
    "SpatialDepthWiseConvolution",
    "SpatialDilatedConvolution",
    "SpatialDilatedMaxPooling",
    "SpatialDivisiveNormalization",
    "SpatialDropout",
    "SpatialFractionalMaxPooling",
    "SpatialFullConvolution",
    "SpatialFullConvolutionMap",
    "SpatialLPPooling",
    "SpatialLogSoftMax",
    "SpatialMaxPooling",
    "SpatialMaxUnpooling",
    "SpatialReflectionPadding",
    "SpatialReplicationPadding",
    "SpatialSoftMax",
    "SpatialSubSampling",
    "SpatialSubtractiveNormalization",
    "SpatialUpSamplingBilinear",
    "SpatialUpSamplingNearest",
    "SpatialZeroPadding",
    "SplitTable",
    "Sqrt",
    "Square",
    "Squeeze",
    "StepGRU",
    "StepLSTM",
    "StochasticGradient",
    "Sum",
    "Table",
    "Tanh",
    "TanhShrink",
    "TemporalConvolution",
    "TemporalDynamicKMaxPooling",
    "TemporalMaxPooling",
    "TemporalRowConvolution",
    "TemporalSubSampling",
    "Threshold",
    "TotalDropout",
    "Transpose",
    "TrimZero",
    "Unsqueeze",
    "UpSampling",
    "VanillaRNN",
    "View",
    "VolumetricAveragePooling",
    "VolumetricBatchNormalization",
    "VolumetricConvolution",
    "VolumetricDilatedConvolution",
    "VolumetricDilatedMaxPooling",
    "VolumetricDropout",
    "VolumetricFractionalMaxPooling",
    "VolumetricFullConvolution",
    "VolumetricMaxPooling",
    "VolumetricMaxUnpooling",
    "VolumetricReplicationPadding",
    "WeightNorm",
    "WeightedEuclidean",
    "WeightedMSECriterion",
    "WhiteNoise",
    "ZeroGrad",
    "ZipTable",
    "ZipTableOneToMany",
    "debug",
    "gModule",
    "hessian",
    "nngraph",
    "rnn",
    "summary",
    "tables",
    "torch",
    "utils",
]
