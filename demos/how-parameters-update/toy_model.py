"""Who updates the parameters? The toy model nn.Linear(4, 1, false): backward, updateParameters and optim.sgd.

    python toy_model.py

`backward` only accumulates gradients: by itself it changes no parameter, and the loss never moves. `updateParameters`
does, and so does an optimizer, through the vector that `getParameters` returns and that the modules share.
"""

import argparse

import numpy as np

import nnlite as nn
import optimlite as optim
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
opt = parser.parse_args()


def show(name, tensor):
    print(name, *(f"{value:.15g}" for value in np.ravel(tensor)))


def run(title, update, sigmoid=False):
    """Take five steps on one sample, with `update` after each; return the losses."""
    print("==", title)
    torch.manualSeed(opt.seed)
    layer = nn.Linear(4, 1, False)
    model = nn.Sequential().add(layer)
    if sigmoid:
        model.add(nn.Sigmoid())
    input, target = torch.rand(4), torch.rand(1)
    criterion = nn.MSECriterion()
    params, gradParams = model.getParameters()

    show("weight", layer.weight)
    show("input", input)
    show("target", target)
    for step in range(1, 6):
        gradParams.fill(0)
        output = model.forward(input)
        loss = criterion.forward(output, target)
        gradInput = model.backward(input, criterion.backward(output, target))
        print(f"step {step} loss {loss:.15g}")
        show("  output", output)
        show("  gradWeight", layer.gradWeight)
        show("  gradInput", gradInput)
        update(model, params, gradParams)
        show("  weight after", layer.weight)


def nothing(model, params, gradParams):
    """Leave the parameters alone: backward has only filled gradWeight."""


def step_of_1000(model, params, gradParams):
    """Do ``weight = weight - 1000 * gradWeight``; a rate this large makes the loss explode."""
    model.updateParameters(1000)


run("nn.Linear(4,1,false), MSECriterion, no update", nothing)
run("the same with updateParameters(1000) after every step", step_of_1000)
run("with nn.Sigmoid after it, no update", nothing, sigmoid=True)
run("with nn.Sigmoid after it and updateParameters(1000)", step_of_1000, sigmoid=True)

print("== batch of four rows, updateParameters(1000) once")
torch.manualSeed(opt.seed)
layer = nn.Linear(4, 1, False)
criterion = nn.MSECriterion()
params, gradParams = layer.getParameters()
input, target = torch.rand(4, 4), torch.rand(4, 1)
gradParams.fill(0)
output = layer.forward(input)
print(f"loss {criterion.forward(output, target):.15g}")
layer.backward(input, criterion.backward(output, target))
show("gradWeight", layer.gradWeight)
layer.updateParameters(1000)
show("weight after", layer.weight)
print(f"loss after {criterion.forward(layer.forward(input), target):.15g}")

print("== optim.sgd: the optimizer writes into the vector that the layer looks into")
torch.manualSeed(opt.seed)
layer = nn.Linear(4, 1, False)
params, gradParams = layer.getParameters()
input, target = torch.rand(4), torch.rand(1)


def feval(x):
    gradParams.fill(0)
    output = layer.forward(input)
    loss = criterion.forward(output, target)
    layer.backward(input, criterion.backward(output, target))
    return loss, gradParams


config = nn.Table(learningRate=0.1)
for step in range(1, 6):
    _, fs = optim.sgd(feval, params, config)
    print(f"step {step} loss {fs[0]:.15g}")
    show("  weight after", layer.weight)
print("layer.weight is a view of params:", np.shares_memory(layer.weight, params))
