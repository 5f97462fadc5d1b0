"""XOR with a training loop written by hand: forward, zeroGradParameters, backward, updateParameters.

    python xor_manual.py [--samples 2500]

After "Example of manual training of a neural network" in doc/training.md of torch/nn.
"""

import argparse

import nnlite as nn
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--samples", type=int, default=2500, help="number of samples")
parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
opt = parser.parse_args()

torch.manualSeed(opt.seed)

# Neural Network

mlp = nn.Sequential()  # make a multi-layer perceptron
inputs, outputs, HUs = 2, 1, 20  # parameters
mlp.add(nn.Linear(inputs, HUs))
mlp.add(nn.Tanh())
mlp.add(nn.Linear(HUs, outputs))

# Loss function

criterion = nn.MSECriterion()

# Training

for _ in range(opt.samples):
    # random sample
    input = torch.randn(2)  # normally distributed example in 2d
    output = torch.Tensor(1)
    if input[0] * input[1] > 0:  # calculate label for XOR function
        output[0] = -1
    else:
        output[0] = 1

    # forward: the output, and how wrong it is
    criterion.forward(mlp.forward(input), output)

    # three steps of learning:
    # (1) empty the gradients
    mlp.zeroGradParameters()
    # (2) fill them
    mlp.backward(input, criterion.backward(mlp.output, output))
    # (3) move against them
    mlp.updateParameters(0.01)

# Test the network

x = torch.Tensor(2)
for x[0], x[1] in ((0.5, 0.5), (0.5, -0.5), (-0.5, 0.5), (-0.5, -0.5)):
    print(torch.tostring(mlp.forward(x)))
