"""Gabor filters as kernels: gabor (with a ratio of axes) and GaborLayer (by wavelength).

After GaborLayer.lua and gabortest.lua of torch/demos, by Clement Farabet and Prashant Lalwani.
"""

import math

from nnlite import torch

pi = 3.14
gamma = 0.5
shi = 0


def gabor(size, sigma, angle, period, ellipse_ratio):
    """Return a size x size filter; size is odd, the angle in radians, sigma and the period in parts of the size."""
    # init matrix
    data = torch.zeros(size, size)

    # image -> pixel
    period = period * size
    sigma = sigma * size

    # set params
    halfsize = math.floor(size / 2)
    sigma_x = sigma
    sigma_y = sigma / ellipse_ratio

    for y in range(-halfsize, halfsize + 1):
        for x in range(-halfsize, halfsize + 1):
            x_angle = x * math.cos(angle) + y * math.sin(angle)
            y_angle = -x * math.sin(angle) + y * math.cos(angle)
            data[x + halfsize, y + halfsize] = math.exp(
                -0.5 * (x_angle**2 / sigma_x**2 + y_angle**2 / sigma_y**2)
            ) * math.cos(2 * math.pi * x_angle / period)

    # return new tensor
    return data


def GaborLayer(Sx, Sy, lambda_, theta):
    """Return the real part of a Gabor filter of wavelength lambda (in pixels) at the angle theta (in radians)."""
    sigma = 0.56 * lambda_
    Gabor = torch.Tensor(Sx, Sy)
    for x in range(1, Sx + 1):
        for y in range(1, Sy + 1):
            xPrime = (x - Sx / 2 - 1) * math.cos(theta) + (y - Sy / 2 - 1) * math.sin(theta)  # equation 1
            yPrime = -(x - Sx / 2 - 1) * math.sin(theta) + (y - Sy / 2 - 1) * math.cos(theta)  # equation 2
            Gabor[x - 1, y - 1] = math.exp(-1 / (sigma * 3) * (xPrime**2 + yPrime**2 * gamma**2)) * math.cos(
                2 * pi * xPrime / lambda_ + shi
            )  # equation 3
    return Gabor
