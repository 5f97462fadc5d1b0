"""The table of contents: what the packages offer."""

import subprocess
import sys

import nnlite as nn
import optimlite as optim
from nnlite import torch

# Every class that Torch's nn registers.
CLASSES = """
Abs AbsCriterion Add AddConstant BCECriterion BatchNormalization Bilinear Bottle CAdd CAddTable CAddTensorTable
CDivTable CMaxTable CMinTable CMul CMulTable CReLU CSubTable Clamp ClassNLLCriterion ClassSimplexCriterion Collapse
Concat ConcatTable Constant Container Contiguous Convert Copy Cosine CosineDistance CosineEmbeddingCriterion Criterion
CriterionTable CrossEntropyCriterion Decorator DepthConcat DistKLDivCriterion DistanceRatioCriterion DontCast
DotProduct Dropout ELU Euclidean Exp FeatureLPPooling FlattenTable GPU GatedLinearUnit GradientReversal HardShrink
HardTanh HingeEmbeddingCriterion Identity Index IndexLinear JoinTable Kmeans L1Cost L1HingeEmbeddingCriterion
L1Penalty LayerNormalization LeakyReLU Linear LinearWeightNorm Log LogSigmoid LogSoftMax LookupTable MM MSECriterion
MV MapTable MarginCriterion MarginRankingCriterion MaskedSelect Max Maxout Mean Min MixtureTable Module
ModuleCriterion Mul MulConstant MultiCriterion MultiLabelMarginCriterion MultiLabelSoftMarginCriterion
MultiMarginCriterion NaN Narrow NarrowTable Normalize OneHot PReLU Padding PairwiseDistance Parallel ParallelCriterion
ParallelTable PartialLinear PixelShuffle Power PrintSize Profile RReLU ReLU ReLU6 Replicate Reshape Select SelectTable
Sequential Sigmoid SmoothL1Criterion SoftMarginCriterion SoftMax SoftMin SoftPlus SoftShrink SoftSign SparseLinear
SpatialAdaptiveAveragePooling SpatialAdaptiveMaxPooling SpatialAutoCropMSECriterion SpatialAveragePooling
SpatialBatchNormalization SpatialClassNLLCriterion SpatialContrastiveNormalization SpatialConvolution
SpatialConvolutionLocal SpatialConvolutionMM SpatialConvolutionMap SpatialCrossMapLRN SpatialDepthWiseConvolution
SpatialDilatedConvolution SpatialDilatedMaxPooling SpatialDivisiveNormalization SpatialDropout
SpatialFractionalMaxPooling SpatialFullConvolution SpatialFullConvolutionMap SpatialLPPooling SpatialLogSoftMax
SpatialMaxPooling SpatialMaxUnpooling SpatialReflectionPadding SpatialReplicationPadding SpatialSoftMax
SpatialSubSampling SpatialSubtractiveNormalization SpatialUpSamplingBilinear SpatialUpSamplingNearest
SpatialZeroPadding SplitTable Sqrt Square Squeeze StochasticGradient Sum Tanh TanhShrink TemporalConvolution
TemporalDynamicKMaxPooling TemporalMaxPooling TemporalRowConvolution TemporalSubSampling Threshold Transpose Unsqueeze
UpSampling View VolumetricBatchNormalization VolumetricConvolution VolumetricDilatedConvolution
VolumetricDilatedMaxPooling VolumetricDropout VolumetricFractionalMaxPooling VolumetricFullConvolution
VolumetricMaxPooling VolumetricMaxUnpooling VolumetricReplicationPadding WeightNorm WeightedEuclidean
WeightedMSECriterion WhiteNoise ZeroGrad ZipTable ZipTableOneToMany
""".split()


def test_all_is_there():
    for package in (nn, optim, torch):
        assert [name for name in package.__all__ if not hasattr(package, name)] == []
        assert len(set(package.__all__)) == len(package.__all__)


def test_every_class_of_torch_is_exported():
    assert [name for name in CLASSES if name not in nn.__all__] == []


def test_type_names_are_those_of_torch():
    for name in nn.__all__:
        value = getattr(nn, name)
        if isinstance(value, type) and issubclass(value, (nn.Module, nn.Criterion)):
            assert value.torch_typename == f"nn.{name}"


def test_importing_needs_no_extra():
    extras = ("matplotlib", "tqdm", "PIL", "pooch", "numba")
    code = "import sys, nnlite, optimlite, nnlite.image, nnlite.gnuplot, nnlite.xlua\n"
    code += f"print([extra for extra in {extras} if extra in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_extra_is_named():
    code = "import sys; sys.modules['tqdm'] = None\nfrom nnlite import xlua\nxlua.progress(1, 2)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "nnlite[progress]" in done.stderr
