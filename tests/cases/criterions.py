"""Criterions."""

from . import criterion

CASES = [
    criterion("nn.MSECriterion()", (2, 3), (2, 3)),
    criterion("nn.MSECriterion(False)", (4,), (4,)),
]
