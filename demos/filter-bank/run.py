"""A random bank of 16 filters (nn.SpatialConvolutionMap) on an image made here.

    python run.py [--input FILE] [--frames 5]

The responses are written to filter-bank.png. After run.lua of filter-bank in torch/demos, by Clement Farabet, which
filters the frames of a camera.
"""

import argparse

import numpy as np

import nnlite as nn
from nnlite import image, torch

# parse args
parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--input", help="an image file")
parser.add_argument("--frames", type=int, default=5, help="how many times to filter it")
parser.add_argument("--seed", type=int, default=1, help="seed of the random filters")
opt = parser.parse_args()

torch.manualSeed(opt.seed)

if opt.input is not None:
    frame = image.load(opt.input, 3)
else:
    frame = torch.Tensor(3, 240, 320)
    for channel in range(3):
        bump = {"width": 320, "height": 240, "mean_horz": 0.3 + 0.2 * channel, "mean_vert": 0.5, "sigma": 0.1}
        frame[channel] = image.gaussian(bump) > 0.5

# threads
torch.setnumthreads(4)

# filters
filters = nn.SpatialConvolutionMap(nn.tables.random(3, 16, 1), 5, 5)


# process function
def process():
    # transform
    frames = image.scale(frame, 320, 240)
    return filters.forward(frames)


timer = torch.Timer()
for _ in range(opt.frames):
    transformed = process()
print(f"{opt.frames / timer.time().real:.1f} frames per second")
maps, height, width = transformed.shape
print(f"{maps} maps of {height}x{width}, {np.abs(transformed).max():.4f} at most")

# display
image.save("filter-bank-input.png", frame)
display = image.toDisplayTensor({"input": transformed, "min": -2, "max": 2, "nrow": 4, "padding": 2})
image.save("filter-bank.png", display)
