"""Street View House Numbers as the files of Torch hold them: X n x 3 x 32 x 32 bytes, y 1 x n from 1 to 10.

Kept files are read (``train_32x32.t7``, ``test_32x32.t7``, ``extra_32x32.t7`` in the working directory); their server
is gone, and without them the original files are downloaded, checked by sum, and brought into the same form.
"""

import os

from demo_data import download, images

import nnlite as nn
from nnlite import torch

mirrors = (
    "http://ufldl.stanford.edu/housenumbers/",
    "https://ufldl.stanford.edu/housenumbers/",
)
checksums = {
    "train_32x32": "md5:e26dedcc434d2e4c54c9b2d4a06d8373",
    "test_32x32": "md5:eb5a983be6a315427106f1b164d9cef3",
    "extra_32x32": "md5:a93ce644f1a588dc4d68dda5feec44a7",
}


def load(name):
    """Return one of the three files."""
    if os.path.exists(f"{name}.t7"):
        return torch.load(f"{name}.t7", "ascii")
    from scipy.io import loadmat

    file = loadmat(download(f"{name}.mat", checksums[name], mirrors))
    return nn.Table(X=file["X"].transpose(3, 2, 1, 0), y=file["y"].reshape(1, -1))


def generated(first, last):
    """Return generated images in the same form."""
    data, labels = images(555, last)
    return nn.Table(X=data[first:].reshape(-1, 3, 32, 32), y=labels[None, first:])
