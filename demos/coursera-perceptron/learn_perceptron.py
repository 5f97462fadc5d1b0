"""The perceptron algorithm for points in the plane: learn_perceptron, update_weights, eval_perceptron.

After learn_perceptron.lua of coursera_neural_nets/assignment1 in torch/tutorials.
"""

import numpy as np
from plot_perceptron import plot_perceptron

from nnlite import torch


# Learns the weights of a perceptron and displays the results.
def learn_perceptron(neg_examples_nobias, pos_examples_nobias, w_init=None):
    """Learn the weights, and plot the perceptron before and after.

    An iteration is one full pass through the data. The examples are matrices of two columns with target 0 and target 1;
    `w_init` is a 3-dimensional initial weight vector whose first element is the bias.
    """
    print("*** starting function:learn_perceptron")

    # Bookkeeping
    num_neg_examples = len(neg_examples_nobias)
    num_pos_examples = len(pos_examples_nobias)
    num_err_history = []

    # Here we add a column of ones to the examples in order to allow us to learn bias parameters.
    neg_examples = torch.ones(num_neg_examples, 3)
    neg_examples[:, 1:] = neg_examples_nobias

    pos_examples = torch.ones(num_pos_examples, 3)
    pos_examples[:, 1:] = pos_examples_nobias

    # If weight vectors have not been provided, initialize them appropriately.
    if w_init is None:
        w = torch.rand(3, 1)
    else:
        w = w_init

    # Find the data points that the perceptron has incorrectly classified and record the number of errors it makes.
    iter = 1
    mistakes0, mistakes1 = eval_perceptron(neg_examples, pos_examples, w)
    num_errs = len(mistakes0) + len(mistakes1)
    num_err_history.append(num_errs)
    print(f"Iteration: \t{iter}")
    print(f"# of errors: \t{num_errs}")
    print("weights:")
    print(torch.tostring(w))

    plot_perceptron(neg_examples_nobias, pos_examples_nobias, mistakes0, mistakes1, num_err_history, w)

    # Iterate until the perceptron has correctly classified all points.
    while num_errs > 0:
        iter = iter + 1

        # Update the weights of the perceptron.
        w = update_weights(neg_examples, pos_examples, w)

        # Find the data points that the perceptron has incorrectly classified and record the number of errors it makes.
        mistakes0, mistakes1 = eval_perceptron(neg_examples, pos_examples, w)
        num_errs = len(mistakes0) + len(mistakes1)
        num_err_history.append(num_errs)

        print(f"Iteration: \t{iter}")
        print(f"# of errors: \t{num_errs}")
        print("weights:")
        print(torch.tostring(w))

    plot_perceptron(neg_examples_nobias, pos_examples_nobias, mistakes0, mistakes1, num_err_history, w)
    return w


def update_weights(neg_examples, pos_examples, w_current):
    """Return the weights after one sweep over the points, changed by every incorrectly classified one."""
    w = w_current
    alpha = 1
    pos_class = 1
    neg_class = -1

    for this_case in neg_examples:
        activation = this_case @ w
        if activation[0] >= 0:
            t = neg_class
            # Perceptron Algorithm.
            #   (T+1)     (T)
            # w       = w     + a(Phi * Target)
            # (Lua adds a 1x3 to a 3x1 array, element by element)
            w = w + (this_case * t)[:, np.newaxis] * alpha
    for this_case in pos_examples:
        activation = this_case @ w
        if activation[0] < 0:
            t = pos_class
            w = w + (this_case * t)[:, np.newaxis] * alpha

    return w


def eval_perceptron(neg_examples, pos_examples, w):
    """Return the indices (from 0) of the incorrectly classified negative and positive points."""
    mistakes0 = [i for i, x in enumerate(neg_examples) if (x @ w)[0] >= 0]
    mistakes1 = [i for i, x in enumerate(pos_examples) if (x @ w)[0] < 0]
    return mistakes0, mistakes1
