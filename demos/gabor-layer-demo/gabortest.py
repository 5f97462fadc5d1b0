"""Gabor filters of four wavelengths and four angles on an image: rings of growing frequency, made here.

    python gabortest.py [--input FILE] [--size 160]

The responses are written to gabor.png, one row a wavelength, and the filters to gabor-filters.png.
After gabortest.lua of torch/demos, by Prashant Lalwani, which filters the frames of a camera.
"""

import argparse

import numpy as np
from gabor_layer import GaborLayer

from nnlite import image, torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--input", help="an image file")
parser.add_argument("--size", type=int, default=160, help="height and width of the image made here")
opt = parser.parse_args()

# the image, in the place of the camera
if opt.input is not None:
    cam = image.load(opt.input, 1)
    cam = cam if cam.ndim == 2 else cam[0]
else:
    row = torch.linspace(-1, 1, opt.size)
    radius = np.sqrt(row[:, None] ** 2 + row**2)
    cam = 0.5 + 0.5 * np.cos(opt.size / 2.5 * radius**2)

filters = []
responses = []
for lambda_ in (2, 3, 4, 8):
    for theta in (0, 45, 80, 150):
        G = GaborLayer(9, 9, lambda_, theta)  # function call
        realgabor = image.convolve(cam, G, "valid")  # convolution of the image with the filter
        filters.append(G)
        responses.append(realgabor)
        print(f"wavelength {lambda_} angle {theta:3d}: response {realgabor.min():.4f} to {realgabor.max():.4f}")

image.save("gabor-input.png", cam)
image.save(
    "gabor-filters.png", image.toDisplayTensor({"input": filters, "padding": 2, "nrow": 4, "symmetric": True})[0]
)
image.save("gabor.png", image.toDisplayTensor({"input": responses, "padding": 4, "nrow": 4, "scaleeach": True})[0])
