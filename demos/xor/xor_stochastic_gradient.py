"""XOR with nn.StochasticGradient, which does the training loop.

    python xor_stochastic_gradient.py [--epochs 25]

After "Example of training using StochasticGradient" in doc/training.md of torch/nn.
"""

import argparse

import nnlite as nn
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--epochs", type=int, default=25, help="number of passes over the data")
parser.add_argument("--seed", type=int, default=1, help="seed of the random numbers")
opt = parser.parse_args()

torch.manualSeed(opt.seed)

# Dataset


class Dataset(list):
    """A list of [input, output] that has Lua's size()."""

    def size(self):
        return 100  # 100 examples


dataset = Dataset()
for _ in range(dataset.size()):
    input = torch.randn(2)  # normally distributed example in 2d
    output = torch.Tensor(1)
    if input[0] * input[1] > 0:  # calculate label for XOR function
        output[0] = -1
    else:
        output[0] = 1
    dataset.append([input, output])

# Neural Network

mlp = nn.Sequential()  # make a multi-layer perceptron
inputs, outputs, HUs = 2, 1, 20  # parameters
mlp.add(nn.Linear(inputs, HUs))
mlp.add(nn.Tanh())
mlp.add(nn.Linear(HUs, outputs))

# Training

criterion = nn.MSECriterion()
trainer = nn.StochasticGradient(mlp, criterion)
trainer.learningRate = 0.01
trainer.maxIteration = opt.epochs
trainer.train(dataset)

# Test the network

x = torch.Tensor(2)
for x[0], x[1] in ((0.5, 0.5), (0.5, -0.5), (-0.5, 0.5), (-0.5, -0.5)):
    print(torch.tostring(mlp.forward(x)))
