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

# The data of the Lua script come from a tutorial on using R from UCLA; those beside this script have the same form and
# were drawn from a generator.

# The model is one of brand preference, where there are 3 brands and 2 explanatory variables. The variables are coded
# this way:
#  brand: 1, 2 or 3
#  female: 1 if the person is a female, 0 if a male
#  age: a positive integer

# The data are in a comma separated values (CSV) file. The first record contains field names and subsequent records
# contain data. The fields and their formats are:
# - num: observation number; an integer surrounded by double quote chars
# - brand: brand number; 1, 2, or 3 surrounded by double quote chars
# - female: indicator for is-female: 1 if female, 0 otherwise; no quote chars
# - age: age of the person; no quote characters

with open(opt.data, newline="") as file:
    loaded = list(csv.DictReader(file))

# first convert each variable list to a tensor:
brands = torch.Tensor([float(row["brand"]) for row in loaded])
females = torch.Tensor([float(row["female"]) for row in loaded])
ages = torch.Tensor([float(row["age"]) for row in loaded])

# copy all the input variables into a single tensor:
dataset_inputs = torch.Tensor(len(brands), 2)
dataset_inputs[:, 0] = females
dataset_inputs[:, 1] = ages

# the outputs are just the brands
dataset_outputs = brands

# To implement the model, we need to know how many categories there are.
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

# The model is a multinomial logistic regression.

# It will consist of two layers that operate sequentially:
#  - 1: a linear model
#  - 2: a soft max layer

# The linear model supposes that the un-normalized probability of choosing a specific brand is proportional to the
# product of unknown weights and the observed variables plus a bias:
#   Prob(brand = b) = bias + weight1 * female * weight2 * age
# There are two inputs (female and age) and three outputs (one for each value that brand can take on)

linLayer = nn.Linear(2, 3)

# The soft max layer takes the 3 outputs from the linear layer and transforms them to lie in the range (0,1) and to sum
# to 1. The log soft max layer takes the log of these 3 outputs. This is done because we want to feed the log values
# into the ClassNLLCriterion described below.

softMaxLayer = nn.LogSoftMax()  # the input and output are a single tensor

# We need to put the layers into a sequential container.

model = nn.Sequential()
model.add(linLayer)
model.add(softMaxLayer)

# ----------------------------------------------------------------------
# 3. Define a loss function, to be minimized.

# We minimize the cross entropy between the predictions of our linear model and the groundtruth available in the
# dataset. The ClassNLLCriterion expects to be fed the log probabilities in a tensor. Minimizing the cross-entropy is
# equivalent to minimizing the negative log-likelihoood (NLL), hence the use of the NLL loss.

criterion = nn.ClassNLLCriterion()

# ----------------------------------------------------------------------
# 4.a. Train the model (Using SGD)

# We follow a stochastic gradient descent procedure (SGD). We retrieve the trainable parameters of the model, and the
# gradients of our loss function wrt these parameters by doing so:

x, dl_dx = model.getParameters()

# The above statement does not create a copy of the parameters in the model! Instead it creates in x and dl_dx a view of
# the model's weights and derivative wrt the weights: when the weights and their derivatives change, so do x and dl_dx.

# A note on terminology: In the machine learning literature, the parameters that one seeks to learn are often called
# weights and denoted with a W. However, in the optimization literature, the parameter one seeks to optimize is often
# called x. Hence the use of x and dl_dx above.

# The closure feval computes the value of the loss function at a given point x, and the gradient of that function with
# respect to x.

_nidx_ = 0


def feval(x_new):
    global _nidx_
    # set x to x_new, if different
    # (in this simple example, x_new will always be x, so the copy is really useless)
    if x is not x_new:
        x[...] = x_new

    # select a new training sample
    _nidx_ = _nidx_ + 1
    if _nidx_ > len(dataset_inputs):
        _nidx_ = 1

    inputs = dataset_inputs[_nidx_ - 1]
    target = dataset_outputs[_nidx_ - 1]

    # reset gradients (gradients are always accumulated, to accomodate batch methods)
    dl_dx.fill(0)

    # evaluate the loss function and its derivative wrt x, for that sample
    loss_x = criterion.forward(model.forward(inputs), target)
    model.backward(inputs, criterion.backward(model.output, target))

    # return loss(x) and dloss/dx
    return loss_x, dl_dx


# Given the function above, we can now easily train the model using SGD. For that, we need to define four key
# parameters:
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

epochs = 7 if opt.quick else opt.epochs  # number of times to cycle over our training data

print("")
print("============================================================")
print("Training with SGD")
print("")

for i in range(1, epochs + 1):
    # this variable is used to estimate the average loss
    current_loss = 0

    # an epoch is a full loop over our training data
    for _ in range(len(dataset_inputs)):
        # optim contains several optimization algorithms. All of these algorithms assume the same parameters:
        #   + a closure that computes the loss, and its gradient wrt to x, given a point x
        #   + a point x
        #   + some parameters, which are algorithm-specific

        _, fs = optim.sgd(feval, x, sgd_params)

        # Functions in optim all return two things:
        #   + the new x, found by the optimization method (here SGD)
        #   + the value of the loss functions at all points that were used by the algorithm. SGD only estimates the
        #     function once, so that list just contains one value.

        current_loss = current_loss + fs[0]

    # report average error on epoch
    current_loss = current_loss / len(dataset_inputs)
    print(f"epoch = {i} of {epochs} current loss = {current_loss:.14g}")

# ----------------------------------------------------------------------
# 4.b. Train the model (Using L-BFGS)

# now that we know how to train the model using simple SGD, we can use more complex optimization heuristics. In the
# following, we use a second-order method: L-BFGS, which typically yields more accurate results (for linear models), but
# can be significantly slower. For very large datasets, SGD is typically much faster to converge, and L-FBGS can be used
# to refine the results.

# we start again, and reset the trained parameter vector:

model.reset()

# next we re-define the closure that evaluates f and df/dx, so that it estimates the true f, and true (exact) df/dx,
# over the entire dataset. This is a full batch approach.


def feval_batch(x_new):
    global _nidx_
    # set x to x_new, if different
    # (in this simple example, x_new will always be x, so the copy is really useless)
    if x is not x_new:
        x[...] = x_new

    # reset gradients (gradients are always accumulated, to accomodate batch methods)
    dl_dx.fill(0)

    # and batch over the whole training dataset:
    loss_x = 0
    for _ in range(len(dataset_inputs)):
        # select a new training sample
        _nidx_ = _nidx_ + 1
        if _nidx_ > len(dataset_inputs):
            _nidx_ = 1

        inputs = dataset_inputs[_nidx_ - 1]
        target = dataset_outputs[_nidx_ - 1]

        # evaluate the loss function and its derivative wrt x, for that sample
        loss_x = loss_x + criterion.forward(model.forward(inputs), target)
        model.backward(inputs, criterion.backward(model.output, target))

    # normalize with batch size
    loss_x = loss_x / len(dataset_inputs)
    dl_dx[...] /= len(dataset_inputs)

    # return loss(x) and dloss/dx
    return loss_x, dl_dx


# L-BFGS parameters are different than SGD:
#   + a line search: we provide a line search, which aims at finding the point that minimizes the loss locally
#   + max nb of iterations: the maximum number of iterations for the batch, which is equivalent to the number of epochs
#     on the given batch. In that example, it's simple because the batch is the full dataset, but in some cases, the
#     batch
#     can be a small subset of the full dataset, in which case maxIter becomes a more subtle parameter.

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

# fs contains all the evaluations of f, during optimization

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

# Now that the model is trained, one can test it by evaluating it on new samples.

# The model constructed and trained above computes the probabilities of each class given the input values.

# We want to compare our model's results with those from the text. The input variables have narrow ranges, so we just
# compare all possible input variables in the training data.

# Determine actual frequency of the each female-age pair in the training data


# return index of largest value
def maxIndex(a, b, c):
    if a >= b and a >= c:
        return 1
    elif b >= a and b >= c:
        return 2
    else:
        return 3


# return predicted brand and probabilities of each brand for the model in the text


# The R code in the text computes the probabilities of choosing brands 2 and 3 relative to the probability of choosing
# brand 1:
#   Prob(brand=2)/prob(brand=1) = exp(-11.77 + 0.52*female + 0.37*age)
#   Prob(brand=3)/prob(brand=1) = exp(-22.72 + 0.47*female + 0.69*age)
def predictText(age, female):
    #   1: calculate the "logit's"
    #      The coefficients come from the text.
    #      If you download the R script and run it, you may see slightly different results.
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


# return predicted brand and the probabilities of each brand for our model
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


# return probability of each brand conditioned on age and female
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
    # return index of highest probability or '-' if nearly all zeroes
    if p1 < 0.001 and p2 < 0.001 and p3 < 0.001:
        return "-"
    else:
        return f"{maxIndex(p1, p2, p3):1d}"


# print table rows and accumulate accuracy
for female in (0, 1):
    for age in range(int(ages.min()), int(ages.max()) + 1):
        # calculate the actual probabilities in the training data
        actual1, actual2, actual3 = actualProbabilities(age, female)
        # calculate the prediction and probabilities using the model in the text
        textBrand, textProb1, textProb2, textProb3 = predictText(age, female)
        # calculate the probabilities using the model we just trained
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
