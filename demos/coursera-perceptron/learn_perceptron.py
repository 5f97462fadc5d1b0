"""The perceptron algorithm for points in the plane: learn_perceptron, update_weights, eval_perceptron.

After learn_perceptron.lua of coursera_neural_nets/assignment1 in torch/tutorials.
"""

import numpy as np
from plot_perceptron import plot_perceptron

from nnlite import torch


def learn_perceptron(neg_examples_nobias, pos_examples_nobias, w_init=None):
    """Learn the weights, and plot the perceptron before and after.

    An iteration is one full pass through the data. The examples are matrices of two columns with target 0 and target 1;
    `w_init` is a 3-dimensional initial weight vector whose first element is the bias.
    """
    print("*** starting function:learn_perceptron")

    num_neg_examples = len(neg_examples_nobias)
    num_pos_examples = len(pos_examples_nobias)
    num_err_history = []

    # a column of ones in front, for the bias
    neg_examples = torch.ones(num_neg_examples, 3)
    neg_examples[:, 1:] = neg_examples_nobias

    pos_examples = torch.ones(num_pos_examples, 3)
    pos_examples[:, 1:] = pos_examples_nobias

    if w_init is None:
        w = torch.rand(3, 1)
    else:
        w = w_init

    # count the points on the wrong side
    iter = 1
    mistakes0, mistakes1 = eval_perceptron(neg_examples, pos_examples, w)
    num_errs = len(mistakes0) + len(mistakes1)
    num_err_history.append(num_errs)
    print(f"Iteration: \t{iter}")
    print(f"# of errors: \t{num_errs}")
    print("weights:")
    print(torch.tostring(w))

    plot_perceptron(neg_examples_nobias, pos_examples_nobias, mistakes0, mistakes1, num_err_history, w)

    # one sweep after the other, until every point is right
    while num_errs > 0:
        iter = iter + 1

        w = update_weights(neg_examples, pos_examples, w)

        # count the points on the wrong side
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
            # the weights move by the point itself, towards its class
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
