"""Logistic regression and multinomial logistic regression: which of three brands a person chooses, with SGD and L-BFGS.

    python example_logistic_regression.py [--quick]

After example-logistic-regression.lua of torch/demos.
"""

import argparse
import csv
import math
import pathlib

import nnlite as nn
import optimlite as optim
from nnlite import torch

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--data", default=pathlib.Path(__file__).with_name("logistic.csv"), help="a csv file")
parser.add_argument("--epochs", type=int, default=100, help="times to cycle over the data")
parser.add_argument("--seed", type=int, default=1, help="seed of the random weights")
parser.add_argument("--quick", action="store_true", help="only 7 epochs")
opt = parser.parse_args()

torch.manualSeed(opt.seed)

# ----------------------------------------------------------------------
# 1. Create the training data

print("")
print("============================================================")
print("Constructing dataset")
print("")

# The rows beside this script were drawn from a generator; the Lua script used those of a course on R at UCLA.

# Three brands (1, 2, 3) and two variables that explain the choice: female (0 or 1) and age.

# Columns: num, brand (both quoted), female, age; the first line names them.

with open(opt.data, newline="") as file:
    loaded = list(csv.DictReader(file))

brands = torch.Tensor([float(row["brand"]) for row in loaded])
females = torch.Tensor([float(row["female"]) for row in loaded])
ages = torch.Tensor([float(row["age"]) for row in loaded])

dataset_inputs = torch.Tensor(len(brands), 2)
dataset_inputs[:, 0] = females
dataset_inputs[:, 1] = ages

dataset_outputs = brands

numberOfBrands = dataset_outputs.max() - dataset_outputs.min() + 1


# summarize the data
def summarizeData():
    def p(name, value):
        print(f"{name:>20s} {value:f}")

    p("number of brands", numberOfBrands)
    p("min brand", brands.min())
    p("max brand", brands.max())

    p("min female", females.min())
    p("max female", females.max())

    p("min age", ages.min())
    p("max age", ages.max())


summarizeData()

# ----------------------------------------------------------------------
# 2. Define the model (predictor)

# A linear map, and the logarithm of the softmax of its three outputs.

# Two inputs, and a score for each brand.

linLayer = nn.Linear(2, 3)

# Probabilities that sum to 1; their logarithms, because ClassNLLCriterion takes those.

softMaxLayer = nn.LogSoftMax()  # the input and output are a single tensor

model = nn.Sequential()
model.add(linLayer)
model.add(softMaxLayer)

# ----------------------------------------------------------------------
# 3. Define a loss function, to be minimized.

# The negative log-likelihood of the brand that was chosen.

criterion = nn.ClassNLLCriterion()

# ----------------------------------------------------------------------
# 4.a. Train the model (Using SGD)

# All parameters as one vector, and all gradients as another.

x, dl_dx = model.getParameters()

# Neither is a copy: the model looks into them, so that a change of the vector is a change of the model.

# The vector is called x because that is what an optimizer calls the thing it changes.

# Loss and gradient for the next row.

_nidx_ = 0


def feval(x_new):
    global _nidx_
    # nothing to copy as long as optim works on x itself
    if x is not x_new:
        x[...] = x_new

    # select a new training sample
    _nidx_ = _nidx_ + 1
    if _nidx_ > len(dataset_inputs):
        _nidx_ = 1

    inputs = dataset_inputs[_nidx_ - 1]
    target = dataset_outputs[_nidx_ - 1]

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

epochs = 7 if opt.quick else opt.epochs  # number of times to cycle over our training data

print("")
print("============================================================")
print("Training with SGD")
print("")

for i in range(1, epochs + 1):
    current_loss = 0

    # one pass over the rows
    for _ in range(len(dataset_inputs)):
        # function, parameters, options ...

        _, fs = optim.sgd(feval, x, sgd_params)

        # ... and back come the parameters and the list of losses seen (one, for sgd)

        current_loss = current_loss + fs[0]

    # report average error on epoch
    current_loss = current_loss / len(dataset_inputs)
    print(f"epoch = {i} of {epochs} current loss = {current_loss:.14g}")

# ----------------------------------------------------------------------
# 4.b. Train the model (Using L-BFGS)

# The same again with a method of second order, which needs exact gradients but few of them.

# back to random parameters

model.reset()

# Loss and gradient of all rows at once.


def feval_batch(x_new):
    global _nidx_
    # nothing to copy as long as optim works on x itself
    if x is not x_new:
        x[...] = x_new

    # backward adds to the gradients
    dl_dx.fill(0)

    loss_x = 0
    for _ in range(len(dataset_inputs)):
        # select a new training sample
        _nidx_ = _nidx_ + 1
        if _nidx_ > len(dataset_inputs):
            _nidx_ = 1

        inputs = dataset_inputs[_nidx_ - 1]
        target = dataset_outputs[_nidx_ - 1]

        # loss and gradient for this row
        loss_x = loss_x + criterion.forward(model.forward(inputs), target)
        model.backward(inputs, criterion.backward(model.output, target))

    # normalize with batch size
    loss_x = loss_x / len(dataset_inputs)
    dl_dx[...] /= len(dataset_inputs)

    # return loss(x) and dloss/dx
    return loss_x, dl_dx


# A line search that meets the Wolfe conditions, and at most so many iterations: here one batch is everything.

lbfgs_params = nn.Table(
    lineSearch=optim.lswolfe,
    maxIter=epochs,
    verbose=True,
)

print("")
print("============================================================")
print("Training with L-BFGS")
print("")

_, fs, *_ = optim.lbfgs(feval_batch, x, lbfgs_params)

# all losses it has seen, line searches included

print("history of L-BFGS evaluations:")
print("{")
for i, f in enumerate(fs, 1):
    print(f"  {i} : {f:.14g}")
print("}")

# ----------------------------------------------------------------------
# 5. Test the trained model.

print("")
print("============================================================")
print("Testing the model")
print("")

# For each sex and age: the frequencies in the data, the probabilities of the course, and those of this model.


# return index of largest value
def maxIndex(a, b, c):
    if a >= b and a >= c:
        return 1
    elif b >= a and b >= c:
        return 2
    else:
        return 3


# the probabilities that the course found with R


# Relative to brand 1: exp(-11.77 + 0.52 female + 0.37 age) for brand 2, exp(-22.72 + 0.47 female + 0.69 age) for brand
# 3
def predictText(age, female):
    # the scores, with more digits
    logit1 = 0
    logit2 = -11.774655 + 0.523814 * female + 0.368206 * age
    logit3 = -22.721396 + 0.465941 * female + 0.685908 * age

    #   2: calculate the unnormalized probabilities
    uprob1 = math.exp(logit1)
    uprob2 = math.exp(logit2)
    uprob3 = math.exp(logit3)

    #   3: normalize the probabilities
    z = uprob1 + uprob2 + uprob3
    prob1 = (1 / z) * uprob1
    prob2 = (1 / z) * uprob2
    prob3 = (1 / z) * uprob3

    return maxIndex(prob1, prob2, prob3), prob1, prob2, prob3


# the probabilities of this model
def predictOur(age, female):
    input = torch.Tensor(2)
    input[0] = female  # must be in same order as when the model was trained!
    input[1] = age
    logProbs = model.forward(input)
    prob1, prob2, prob3 = (math.exp(logProb) for logProb in logProbs)
    return maxIndex(prob1, prob2, prob3), prob1, prob2, prob3


counts = {}


def makeKey(age, brand, female):
    # return a string containing the values
    return f"{int(age):2d}{int(brand):1d}{female:1f}"


for i in range(len(brands)):
    brand = brands[i]
    female = females[i]
    age = ages[i]
    key = makeKey(age, brand, female)
    counts[key] = counts.get(key, 0) + 1


# how often each brand was chosen
def actualProbabilities(age, female):
    def countOf(age, brand, female):
        return counts.get(makeKey(age, brand, female), 0)

    count1 = countOf(age, 1, female)
    count2 = countOf(age, 2, female)
    count3 = countOf(age, 3, female)
    sumCounts = count1 + count2 + count3
    if sumCounts == 0:
        return 0, 0, 0
    else:
        return count1 / sumCounts, count2 / sumCounts, count3 / sumCounts


print(" ")
print("summary of data")
summarizeData()

print(" ")
print("training variables")
for k, v in sgd_params.items():
    print(f"{k:>20s} {v:f}")
print(f"{'epochs':>20s} {epochs:f}")

print(" ")
print(f"current loss\t{current_loss:.14g}")

# print the headers
print(" ")
lineFormat = "{:<6s} {:<3s}| {:<17s} | {:<17s} | {:<17s} | {:<1s} {:<1s} {:<1s}"
print(lineFormat.format("", "", "actual probs", "text probs", "our probs", "best", "", ""))
choices = "brnd1 brnd2 brnd3"
print(lineFormat.format("female", "age", choices, choices, choices, "a", "t", "o"))

# print each row in the table


def formatFemale(female):
    return f"{female:1d}"


def formatAge(age):
    return f"{age:2d}"


def formatProbs(p1, p2, p3):
    return f"{p1:5.3f} {p2:5.3f} {p3:5.3f}"


def indexString(p1, p2, p3):
    # '-' where there is nobody
    if p1 < 0.001 and p2 < 0.001 and p3 < 0.001:
        return "-"
    else:
        return f"{maxIndex(p1, p2, p3):1d}"


# print table rows and accumulate accuracy
for female in (0, 1):
    for age in range(int(ages.min()), int(ages.max()) + 1):
        actual1, actual2, actual3 = actualProbabilities(age, female)
        textBrand, textProb1, textProb2, textProb3 = predictText(age, female)
        ourBrand, ourProb1, ourProb2, ourProb3 = predictOur(age, female)
        print(
            lineFormat.format(
                formatFemale(female),
                formatAge(age),
                formatProbs(actual1, actual2, actual3),
                formatProbs(textProb1, textProb2, textProb3),
                formatProbs(ourProb1, ourProb2, ourProb3),
                indexString(actual1, actual2, actual3),
                indexString(textProb1, textProb2, textProb3),
                indexString(ourProb1, ourProb2, ourProb3),
            )
        )
