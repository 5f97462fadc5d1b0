"""One timestep of a plain recurrent network: rnn. After model/RNN.lua."""

from util.OneHot import OneHot

import nnlite as nn


def rnn(input_size, rnn_size, n, dropout=0):
    """Return the network of one timestep with `n` layers: inputs x and h of each layer; outputs h, ..., log p."""
    # there are n+1 inputs (hiddens on each layer and x)
    inputs = []
    inputs.append(nn.Identity()())  # x
    for _ in range(n):
        inputs.append(nn.Identity()())  # prev_h[L]

    outputs = []
    for L in range(1, n + 1):
        prev_h = inputs[L]
        if L == 1:
            x = OneHot(input_size)(inputs[0])
            input_size_L = input_size
        else:
            x = outputs[L - 2]
            if dropout > 0:
                x = nn.Dropout(dropout)(x)  # apply dropout, if any
            input_size_L = rnn_size

        # RNN tick
        i2h = nn.Linear(input_size_L, rnn_size)(x)
        h2h = nn.Linear(rnn_size, rnn_size)(prev_h)
        next_h = nn.Tanh()(nn.CAddTable()([i2h, h2h]))

        outputs.append(next_h)

    # set up the decoder
    top_h = outputs[-1]
    if dropout > 0:
        top_h = nn.Dropout(dropout)(top_h)
    proj = nn.Linear(rnn_size, input_size)(top_h)
    logsoft = nn.LogSoftMax()(proj)
    outputs.append(logsoft)

    return nn.gModule(inputs, outputs)
