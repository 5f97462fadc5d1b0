"""How the loss and the update of the parameters fit together, with several models under one optimizer.

    python several_models.py

Nothing ties a criterion to an optimizer but the gradients between them:

    output = model.forward(input)                     # the model keeps what backward will need
    loss = criterion.forward(output, target)          # a number: it only tells how well it goes
    gradOutput = criterion.backward(output, target)   # d loss / d output
    model.backward(input, gradOutput)                 # adds d loss / d parameters to the gradients
    optim.sgd(...)                                    # moves the parameters by their gradients

So one optimizer can serve several models, and one loss can reach several models: here two encoders are trained so
that both views of the same point get the same code, with a decoder that keeps the code from collapsing. The
parameters of the three make one vector, because a container that holds the models flattens them together; the
container is never run.
"""

import argparse

import numpy as np

import nnlite as nn
import optimlite as optim
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--steps", type=int, default=300, help="number of updates")
parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
opt = parser.parse_args()

torch.manualSeed(opt.seed)

# two views of points on a circle
angle = 2 * np.pi * torch.rand(200, 1)
point = np.concatenate([np.cos(angle), np.sin(angle)], 1)
left = np.concatenate([point, point**2], 1)
right = np.concatenate([point[:, ::-1], point[:, :1] * point[:, 1:], torch.randn(200, 1) * 0.1], 1)


def encoder():
    return nn.Sequential().add(nn.Linear(4, 16)).add(nn.Tanh()).add(nn.Linear(16, 2))


leftEncoder, rightEncoder, decoder = encoder(), encoder(), nn.Linear(2, 2)
agreement, reconstruction = nn.MSECriterion(), nn.MSECriterion()

# one vector for the three models
together = nn.Sequential().add(leftEncoder).add(rightEncoder).add(decoder)
params, gradParams = together.getParameters()
print(f"{params.size} parameters: {', '.join(str(m.getParameters()[0].size) for m in together.modules)}")


def feval(x):
    gradParams.fill(0)

    # forward: three models, two losses
    a, b = leftEncoder.forward(left), rightEncoder.forward(right)
    guess = decoder.forward(a)
    agree, rebuild = agreement.forward(a, b), reconstruction.forward(guess, point)

    # backward: gradients of what is used twice are added
    gradA = agreement.backward(a, b)
    rightEncoder.backward(right, -gradA)  # the loss is symmetric: d/db = -d/da
    leftEncoder.backward(left, gradA + decoder.backward(a, reconstruction.backward(guess, point)))
    return agree + rebuild, gradParams


config = nn.Table(learningRate=0.02)
for step in range(1, opt.steps + 1):
    _, fs = optim.adam(feval, params, config)
    if step in (1, 10, 100) or step == opt.steps:
        print(f"step {step:4d} loss {fs[0]:.6f}")

gap = np.abs(leftEncoder.forward(left) - rightEncoder.forward(right)).mean()
print(f"mean difference of the two codes {gap:.4f}")
