"""One timestep of one LSTM as a graph: lstm.

After LSTM.lua of practical6, oxford-cs-ml-2015, adapted from wojciechz/learning_to_execute.
"""

import nnlite as nn


# Creates one timestep of one LSTM
def lstm(opt):
    x = nn.Identity()()
    prev_c = nn.Identity()()
    prev_h = nn.Identity()()

    def new_input_sum():
        # transforms input
        i2h = nn.Linear(opt.rnn_size, opt.rnn_size)(x)
        # transforms previous timestep's output
        h2h = nn.Linear(opt.rnn_size, opt.rnn_size)(prev_h)
        return nn.CAddTable()([i2h, h2h])

    in_gate = nn.Sigmoid()(new_input_sum())
    forget_gate = nn.Sigmoid()(new_input_sum())
    out_gate = nn.Sigmoid()(new_input_sum())
    in_transform = nn.Tanh()(new_input_sum())

    next_c = nn.CAddTable()(
        [
            nn.CMulTable()([forget_gate, prev_c]),
            nn.CMulTable()([in_gate, in_transform]),
        ]
    )
    next_h = nn.CMulTable()([out_gate, nn.Tanh()(next_c)])

    return nn.gModule([x, prev_c, prev_h], [next_c, next_h])
