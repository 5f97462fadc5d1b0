"""Criterions."""

import numpy as np

from . import criterion, ints, positive, unit


def signs(shape):
    """Return the spec of 1 and -1 in turns."""
    return lambda rng: np.where(np.arange(np.prod(shape)) % 2, -1.0, 1.0).reshape(shape)


def log_probabilities(shape):
    """Return the spec of logarithms of rows that sum to 1."""

    def made(rng):
        x = rng.uniform(0.1, 1, shape)
        return np.log(x / x.sum(-1, keepdims=True))

    return made


def labels_until_zero(rows):
    """Return the spec of labels, ended by 0, in rows."""
    return lambda rng: np.array(rows)


def alternating(shape, distance=0.3):
    """Return the spec of distances around a margin of 1, none on it."""
    return lambda rng: 1 + distance * (1 + np.arange(np.prod(shape))).reshape(shape) * signs(shape)(rng) / 4


MORE_CLASSES = {"errors": "a longer vector has more classes"}

CASES = [
    # regression
    criterion("nn.MSECriterion()", (2, 3), (2, 3)),
    criterion("nn.MSECriterion(False)", (4,), (2, 2)),
    criterion("nn.MSECriterion()", (1,), (1, 1)),
    criterion("nn.AbsCriterion()", (2, 3), (2, 3)),
    criterion("nn.AbsCriterion(False)", (1,), (1,)),
    criterion("nn.SmoothL1Criterion()", (2, 3), (2, 3)),
    criterion("nn.SmoothL1Criterion(False)", (8,), (8,)),
    criterion("nn.DistKLDivCriterion()", log_probabilities((2, 3)), unit((2, 3))),
    criterion("nn.L1Cost()", (2, 3), lambda rng: None, without={"errors": "takes an input of any shape"}),
    criterion("nn.WeightedMSECriterion(torch.Tensor([1, 2, 3]))", (2, 3), (2, 3)),
    criterion("nn.WeightedMSECriterion(torch.Tensor([1, 2, 3]))", (3,), (3,)),
    criterion("nn.SpatialAutoCropMSECriterion()", (2, 3, 3), (2, 3, 3)),
    criterion("nn.SpatialAutoCropMSECriterion(False)", (1, 2, 2, 3), (1, 2, 5, 4)),
    # classification
    criterion("nn.ClassNLLCriterion()", (2, 3), ints((2,), 3)),
    criterion("nn.ClassNLLCriterion()", (3,), lambda rng: 2, without=MORE_CLASSES),
    criterion("nn.ClassNLLCriterion()", (1, 1), ints((1,), 1)),
    criterion("nn.ClassNLLCriterion(torch.Tensor([1, 0.5, 2]))", (4, 3), ints((4,), 3)),
    criterion("nn.ClassNLLCriterion(torch.Tensor([1, 0.5, 2]), False)", (3,), lambda rng: 3),
    criterion("nn.ClassNLLCriterion(None, True, 2)", (4, 3), lambda rng: np.array([1, 2, 2, 3])),
    criterion("nn.SpatialClassNLLCriterion()", (2, 3, 2, 2), ints((2, 2, 2), 3)),
    criterion("nn.SpatialClassNLLCriterion(torch.Tensor([1, 0.5, 2]), False)", (1, 3, 2, 1), ints((1, 2, 1), 3)),
    criterion("nn.CrossEntropyCriterion()", (2, 3), ints((2,), 3)),
    criterion("nn.CrossEntropyCriterion()", (3,), lambda rng: 2, without=MORE_CLASSES),
    criterion("nn.CrossEntropyCriterion(torch.Tensor([1, 0.5, 2]))", (4, 3), ints((4, 1), 3)),
    criterion("nn.BCECriterion()", unit((2, 3)), unit((2, 3))),
    criterion("nn.BCECriterion(torch.Tensor([1, 0.5, 2]), False)", unit((2, 3)), unit((2, 3))),
    criterion("nn.MultiLabelSoftMarginCriterion()", (2, 3), unit((2, 3))),
    criterion("nn.MultiLabelSoftMarginCriterion(torch.Tensor([1, 0.5, 2]), False)", (3,), unit((3,))),
    criterion("nn.ClassSimplexCriterion(4)", (2, 4), ints((2,), 4)),
    criterion("nn.ClassSimplexCriterion(3)", (3,), lambda rng: 2),
    # margin
    criterion("nn.MarginCriterion()", (2, 3), signs((2, 3))),
    criterion("nn.MarginCriterion(0.7)", (4,), signs((4,))),
    criterion("nn.SoftMarginCriterion()", (2, 3), signs((2, 3))),
    criterion("nn.MarginRankingCriterion(0.25)", [(4,), (4,)], signs((4,))),
    criterion("nn.MarginRankingCriterion()", [(1,), (1,)], lambda rng: -1),
    criterion("nn.MultiMarginCriterion()", (2, 3), ints((2,), 3)),
    criterion("nn.MultiMarginCriterion(2)", (3,), lambda rng: 2, without=MORE_CLASSES),
    criterion("nn.MultiMarginCriterion(1, torch.Tensor([1, 0.5, 2]), 0.37)", (2, 3), ints((2,), 3)),
    criterion("nn.MultiLabelMarginCriterion()", (2, 4), labels_until_zero([[1, 3, 0, 2], [4, 0, 0, 0]])),
    criterion("nn.MultiLabelMarginCriterion()", (3,), labels_until_zero([2, 1, 0])),
    # embedding
    criterion("nn.HingeEmbeddingCriterion()", alternating((2, 3)), signs((2, 3))),
    criterion("nn.HingeEmbeddingCriterion(0.7)", (1,), lambda rng: -1, without={"errors": "one y for all elements"}),
    criterion("nn.L1HingeEmbeddingCriterion(8)", [(3,), positive((3,))], lambda rng: -1),
    criterion("nn.L1HingeEmbeddingCriterion()", [(3,), positive((3,))], lambda rng: 1),
    criterion("nn.CosineEmbeddingCriterion(-1)", [(2, 3), positive((2, 3))], signs((2,))),
    criterion("nn.CosineEmbeddingCriterion()", [(3,), positive((3,))], lambda rng: 1),
    criterion("nn.DistanceRatioCriterion()", [positive((4,)), positive((4,))], lambda rng: None),
    criterion("nn.DistanceRatioCriterion(False)", [positive((4, 1)), positive((4, 1))], lambda rng: None),
    # composite
    criterion("nn.MultiCriterion().add(nn.MSECriterion(), 0.5).add(nn.AbsCriterion())", (2, 3), (2, 3)),
    criterion(
        "nn.ParallelCriterion().add(nn.MSECriterion(), 0.5).add(nn.ClassNLLCriterion())",
        [(2, 3), (2, 3)],
        [(2, 3), ints((2,), 3)],
    ),
    criterion("nn.ParallelCriterion(True).add(nn.MSECriterion()).add(nn.AbsCriterion(), 2)", [(2, 3), (2, 3)], (2, 3)),
    criterion("nn.ModuleCriterion(nn.MSECriterion(), nn.Tanh(), nn.Sigmoid())", (2, 3), (2, 3)),
]
