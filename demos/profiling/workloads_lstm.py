"""A training step of char-rnn: two LSTM layers, unrolled as clones that share parameters, against PyTorch's nn.LSTM."""

import pathlib
import sys

import numpy as np

__all__ = ["RECURRENT"]

SYMBOLS, UNITS, LAYERS, STEPS, BATCH = 65, 128, 2, 50, 50
RMSPROP = {"learningRate": 2e-3, "alpha": 0.95}


def text():
    """Return characters and those that follow them, from one, steps x batch."""
    symbols = np.random.default_rng(1).integers(1, SYMBOLS + 1, (STEPS + 1, BATCH))
    return symbols[:-1], symbols[1:]


def lstm_nnlite():
    """Return a step as demos/char-rnn/train.py takes it."""
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "char-rnn"))
    from model.LSTM import lstm
    from util.model_utils import clone_many_times

    import nnlite as nn
    import optimlite as optim

    rnn, criterion = lstm(SYMBOLS, UNITS, LAYERS).float(), nn.ClassNLLCriterion().float()
    rnn.findModules("nn.Linear")[0][0].gradInput = None  # nobody asks for the gradient of the characters
    parameters, gradients = rnn.getParameters()
    rnns, criterions = clone_many_times(rnn, STEPS), clone_many_times(criterion, STEPS)
    x, y = text()
    zeros = [np.zeros((BATCH, UNITS), np.float32) for _ in range(2 * LAYERS)]

    def feval(_):
        gradients.fill(0)
        states, predictions, loss = [zeros], [], 0.0
        for t in range(STEPS):
            rnns[t].training()
            *state, prediction = rnns[t].forward([x[t], *states[t]])
            states.append(state)
            predictions.append(prediction)
            loss += criterions[t].forward(prediction, y[t])
        dstate = zeros
        for t in reversed(range(STEPS)):
            doutput = criterions[t].backward(predictions[t], y[t])
            _, *dstate = rnns[t].backward([x[t], *states[t]], [*dstate, doutput])
        np.clip(gradients, -5, 5, out=gradients)
        return loss / STEPS, gradients

    state = dict(RMSPROP)
    return lambda: optim.rmsprop(feval, parameters, state)


def lstm_torch():
    """Return the same step on the fused nn.LSTM; it knows the input's one-hot rows as such, as we do."""
    import torch
    from torch import nn

    rnn, decoder = nn.LSTM(SYMBOLS, UNITS, LAYERS), nn.Linear(UNITS, SYMBOLS)
    parameters = [*rnn.parameters(), *decoder.parameters()]
    optimizer = torch.optim.RMSprop(parameters, lr=RMSPROP["learningRate"], alpha=RMSPROP["alpha"])
    x, y = (torch.from_numpy(symbols - 1) for symbols in text())
    eye = torch.eye(SYMBOLS)

    def step():
        optimizer.zero_grad()
        hidden, _ = rnn(eye[x])
        prediction = torch.log_softmax(decoder(hidden), 2)
        nn.functional.nll_loss(prediction.flatten(0, 1), y.flatten()).backward()
        nn.utils.clip_grad_value_(parameters, 5)
        optimizer.step()

    return step


RECURRENT = {"char-rnn lstm": ((lstm_nnlite, lstm_torch), 1.5)}
