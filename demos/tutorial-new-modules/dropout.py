"""Use a module of one's own on an image: rings made here, written to dropout-input.png and dropout.png.

    python dropout.py [--input FILE]

After 1_dropout.lua of 5_newmodules in torch/tutorials.
"""

import argparse

import numpy as np
from dropout_ex import DropoutEx

from nnlite import image, torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--input", help="an image file")
parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
opt = parser.parse_args()

torch.manualSeed(opt.seed)

# define a dropout object:
n = DropoutEx(0.5)

# load an image:
if opt.input is not None:
    i = image.load(opt.input)
else:
    row = torch.linspace(-1, 1, 128)
    radius = np.sqrt(row[:, None] ** 2 + row**2)
    i = np.stack([0.5 + 0.5 * np.cos(speed * radius) for speed in (10, 15, 20)])

# process the image:
result = n.forward(i)

# display results:
image.save("dropout-input.png", i)
image.save("dropout.png", result)

# some stats:
mse = np.linalg.norm(i - result)
print(f"mse between original image and dropout-processed image: {mse:.14g}")
