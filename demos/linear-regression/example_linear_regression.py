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

# We will write the loss to a text file and read from there to plot the loss as training proceeds
logger = optim.Logger("loss_log.txt")

# ----------------------------------------------------------------------
# 1. Create the training data

# In all regression problems, some training data needs to be provided. Here we store it as a tensor (a NumPy array)
# whose rows are the samples; the first column is the target variable, and the others are the input variables.

# The data are from an example in Schaum's Outline: Dominick Salvator and Derrick Reagle, Schaum's Outline of Theory and
# Problems of Statistics and Economics, 2nd edition, McGraw-Hill, 2002

# The data relate the amount of corn produced, given certain amounts of fertilizer and insecticide. See p 157 of the
# text.

#  [corn, fertilizer, insecticide]
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

# The model is one Linear module, which takes the 2 inputs and produces the 1 output. It has 3 parameters: a weight for
# fertilizer, a weight for insecticide, and the bias. It is held in a container, to which more modules could be added.

model = nn.Sequential()  # define the container
ninputs = 2
noutputs = 1
model.add(nn.Linear(ninputs, noutputs))  # define the only module

# ----------------------------------------------------------------------
# 3. Define a loss function, to be minimized.

# We minimize the Mean Square Error (MSE) between the predictions of our linear model and the groundtruth.

criterion = nn.MSECriterion()

# ----------------------------------------------------------------------
# 4. Train the model

# We follow a stochastic gradient descent procedure (SGD). First we retrieve the trainable parameters of the model, and
# the gradients of the loss with respect to them, as two vectors:

x, dl_dx = model.getParameters()

# The closure feval computes the value of the loss function at a given point x, and the gradient of that function with
# respect to x. x is the vector of trainable weights.

_nidx_ = 0


def feval(x_new):
    global _nidx_
    # set x to x_new, if different
    # (in this simple example, x_new will always be x, so the copy is really useless)
    if x is not x_new:
        x[...] = x_new

    # select a new training sample
    _nidx_ = _nidx_ + 1
    if _nidx_ > len(data):
        _nidx_ = 1

    sample = data[_nidx_ - 1]
    target = sample[:1]
    inputs = sample[1:3]

    # reset gradients (gradients are always accumulated, to accommodate batch methods)
    dl_dx.fill(0)

    # evaluate the loss function and its derivative wrt x, for that sample
    loss_x = criterion.forward(model.forward(inputs), target)
    model.backward(inputs, criterion.backward(model.output, target))

    # return loss(x) and dloss/dx
    return loss_x, dl_dx


# To train the model using SGD, we need to define four key parameters:
#   + a learning rate: the size of the step taken at each stochastic estimate of the gradient
#   + a weight decay, to regularize the solution (L2 regularization)
#   + a momentum term, to average steps over time
#   + a learning rate decay, to let the algorithm converge more precisely

sgd_params = nn.Table(
    learningRate=1e-3,
    learningRateDecay=1e-4,
    weightDecay=0,
    momentum=0,
)

# We're now good to go... all we have left to do is run over the dataset for a certain number of iterations, and perform
# a stochastic update at each iteration.

# we cycle 1e4 times over our training data
for _ in range(epochs):
    # this variable is used to estimate the average loss
    current_loss = 0

    # an epoch is a full loop over our training data
    for _ in range(len(data)):
        # All algorithms of optim take
        #   + a closure that computes the loss, and its gradient wrt to x, given a point x
        #   + a point x
        #   + some parameters, which are algorithm-specific

        _, fs = optim.sgd(feval, x, sgd_params)

        # and return
        #   + the new x, found by the optimization method (here SGD)
        #   + the value of the loss functions at all points that were used by the algorithm (for SGD, one)

        current_loss = current_loss + fs[0]

    # report average error on epoch
    current_loss = current_loss / len(data)
    print(f"current loss = {current_loss:.14g}")

    logger.add({"training error": current_loss})

# a picture of the curve; Lua redraws it in its window after every epoch
logger.style({"training error": "-"})
logger.plot()

# ----------------------------------------------------------------------
# 5. Test the trained model.

# The text solves the model exactly using matrix techniques and determines that
#   corn = 31.98 + 0.65 * fertilizer + 1.11 * insecticides

# We compare our approximate results with the text's results.

text = [40.32, 42.92, 45.33, 48.85, 52.37, 57, 61.82, 69.78, 72.19, 79.42]

print("id  approx   text")
for i in range(1, len(data) + 1):
    myPrediction = model.forward(data[i - 1][1:3])
    print(f"{i:2d}  {myPrediction[0]:6.2f} {text[i - 1]:6.2f}")
