"""A neural network language model: words are embedded in a plane of 50 dimensions, three of them predict the next.

    python main.py            # nn.StochasticGradient, one epoch
    python main.py --manual   # optim.sgd, three epochs

After main.lua of coursera_neural_nets/assignment2/solution_torch_nn in torch/tutorials.
"""

import argparse

from predict_next_word import predict_next_word
from train import train

from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--manual", action="store_true", help="use optim")
parser.add_argument("--epochs", type=int, help="number of epochs; default: 1, or 3 with --manual")
parser.add_argument("--seed", type=int, default=1, help="seed of the random weights")
opt = parser.parse_args()

torch.manualSeed(opt.seed)

use_manual_technique = opt.manual
epochs = 1

# optim needs more epochs, for it steps once per batch and not once per word
if use_manual_technique:
    epochs = 3
if opt.epochs is not None:
    epochs = opt.epochs

model, vocab, vocab_ByIndex = train(epochs, use_manual_technique)

predict_next_word("the", "wheel", "turned", model, vocab, vocab_ByIndex, 3)
predict_next_word("said", "the", "teacher", model, vocab, vocab_ByIndex, 3)
