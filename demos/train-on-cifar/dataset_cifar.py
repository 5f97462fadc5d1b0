"""CIFAR-10 as the files of Torch hold it: data 3072 x n bytes, labels 1 x n from 0 to 9.

Kept files are read (``cifar-10-batches-t7/data_batch_1.t7`` ... ``test_batch.t7`` in the working directory); their
server is gone, and without them the original archive is downloaded, checked by sum, and brought into the same form.
"""

import pathlib
import tarfile

import numpy as np
from demo_data import download, images

import nnlite as nn
from nnlite import torch

folder = pathlib.Path("cifar-10-batches-t7")
mirrors = (
    "https://www.cs.toronto.edu/~kriz/",
    "https://cave.cs.toronto.edu/kriz/",
)
archive = "cifar-10-binary.tar.gz"
checksum = "md5:c32a1d4ab5d03f1284b67883e8d87530"


def load(name):
    """Return one of the six files."""
    if folder.is_dir():
        return torch.load(folder / f"{name}.t7", "ascii")
    with tarfile.open(download(archive, checksum, mirrors)) as tar:
        member = tar.extractfile(f"cifar-10-batches-bin/{name}.bin")
        rows = np.frombuffer(member.read(), np.uint8).reshape(-1, 3073)
    return nn.Table(data=rows[:, 1:].T, labels=rows[:, :1].T)


def generated(first, last):
    """Return generated images in the same form."""
    data, labels = images(1234, last)
    return nn.Table(data=data[first:].T, labels=labels[None, first:] - 1)
