"""Every test starts from the default type and a fixed seed."""

import matplotlib
import pytest

from nnlite import torch

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def fresh_state():
    torch.setdefaulttensortype("torch.DoubleTensor")
    torch.manualSeed(1)
    yield
    torch.setdefaulttensortype("torch.DoubleTensor")
