"""A picture of a perceptron and its points: plot_perceptron.

After plot_perceptron.lua of coursera_neural_nets/assignment1 in torch/tutorials, which shows it in a browser.
"""

from nnlite import gnuplot, torch


def plot_perceptron(neg_examples, pos_examples, mistakes0, mistakes1, num_err_history, w):
    """Draw the examples and the line where the activation is 0, in one picture per call."""
    ends = torch.Tensor([-1.5, 1.5])
    line = -(w[0] + w[1] * ends) / w[2]
    gnuplot.pngfigure(f"perceptron-{len(num_err_history)}.png")
    gnuplot.plot(
        ["Negative Examples", neg_examples[:, 0], neg_examples[:, 1], "+"],
        ["Positive Examples", pos_examples[:, 0], pos_examples[:, 1], "+"],
        ["boundary", ends, line, "-"],
    )
    gnuplot.axis([-1.5, 1.5, -1.5, 1.5])
    gnuplot.title(f"{len(mistakes0) + len(mistakes1)} errors")
    gnuplot.plotflush()
