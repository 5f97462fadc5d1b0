"""Linear regression, step by step: how much corn grows with fertilizer and insecticide.

    python example_linear_regression.py [--quick]

After example-linear-regression.lua of torch/demos.
"""

import argparse

import nnlite as nn
import optimlite as optim
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--epochs", type=int, default=10000, help="times to cycle over the data")
parser.add_argument("--seed", type=int, default=1, help="seed of the random weights")
parser.add_argument("--quick", action="store_true", help="only 200 epochs")
opt = parser.parse_args()
epochs = 200 if opt.quick else opt.epochs

torch.manualSeed(opt.seed)

# the mean loss of every epoch goes to a file, and in the end to a picture
logger = optim.Logger("loss_log.txt")

# ----------------------------------------------------------------------
# 1. Create the training data

# One observation a row: what to predict, then what to predict it from.

# The numbers are from D. Salvator and D. Reagle, "Theory and Problems of Statistics and Economics", 2nd edition,
# McGraw-Hill 2002, page 157: corn harvested for so much fertilizer and insecticide.

# corn, fertilizer, insecticide
data = torch.Tensor(
    [
        [40, 6, 4],
        [44, 10, 4],
        [46, 12, 5],
        [48, 14, 7],
        [52, 16, 9],
        [58, 18, 12],
        [60, 22, 14],
        [68, 24, 20],
        [74, 26, 21],
        [80, 32, 24],
    ]
)

# ----------------------------------------------------------------------
# 2. Define the model (predictor)

# A single Linear module: two weights and a bias. The container has room for more modules.

model = nn.Sequential()  # define the container
ninputs = 2
noutputs = 1
model.add(nn.Linear(ninputs, noutputs))  # define the only module

# ----------------------------------------------------------------------
# 3. Define a loss function, to be minimized.

# The squared difference of prediction and truth.

criterion = nn.MSECriterion()

# ----------------------------------------------------------------------
# 4. Train the model

# All parameters as one vector, and all gradients as another: the model looks into both.

x, dl_dx = model.getParameters()

# optim wants a function: parameters in, loss and gradient out. This one takes the next row at each call.

_nidx_ = 0


def feval(x_new):
    global _nidx_
    # nothing to copy as long as optim works on x itself
    if x is not x_new:
        x[...] = x_new

    # select a new training sample
    _nidx_ = _nidx_ + 1
    if _nidx_ > len(data):
        _nidx_ = 1

    sample = data[_nidx_ - 1]
    target = sample[:1]
    inputs = sample[1:3]

    # backward adds to the gradients
    dl_dx.fill(0)

    # loss and gradient for this row
    loss_x = criterion.forward(model.forward(inputs), target)
    model.backward(inputs, criterion.backward(model.output, target))

    # return loss(x) and dloss/dx
    return loss_x, dl_dx


# The step, how fast it shrinks, a pull of the weights towards 0, and the memory of earlier steps.

sgd_params = nn.Table(
    learningRate=1e-3,
    learningRateDecay=1e-4,
    weightDecay=0,
    momentum=0,
)

for _ in range(epochs):
    current_loss = 0

    # one pass over the rows
    for _ in range(len(data)):
        # function, parameters, options ...

        _, fs = optim.sgd(feval, x, sgd_params)

        # ... and back come the parameters and the list of losses seen (one, for sgd)

        current_loss = current_loss + fs[0]

    # report average error on epoch
    current_loss = current_loss / len(data)
    print(f"current loss = {current_loss:.14g}")

    logger.add({"training error": current_loss})

# the picture (Lua redraws its window after every epoch)
logger.style({"training error": "-"})
logger.plot()

# ----------------------------------------------------------------------
# 5. Test the trained model.

# The exact solution, from the book: corn = 31.98 + 0.65 fertilizer + 1.11 insecticide. Its predictions:

text = [40.32, 42.92, 45.33, 48.85, 52.37, 57, 61.82, 69.78, 72.19, 79.42]

print("id  approx   text")
for i in range(1, len(data) + 1):
    myPrediction = model.forward(data[i - 1][1:3])
    print(f"{i:2d}  {myPrediction[0]:6.2f} {text[i - 1]:6.2f}")
