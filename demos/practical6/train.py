"""Train a simple character-level LSTM language model, built with nngraph and unrolled by hand.

    python train.py -batch_size 8 -seq_length 12 -rnn_size 16 -print_every 5

After train.lua of practical6, oxford-cs-ml-2015.
"""

import os
import pathlib
import sys

import numpy as np
from char_lm_minibatch_loader import CharLMMinibatchLoader
from embedding import Embedding
from lstm import lstm  # LSTM timestep
from model_utils import clone_many_times, combine_all_parameters

import nnlite as nn
import optimlite as optim
from nnlite import torch

cmd = torch.CmdLine()
cmd.text()
cmd.text("Training a simple character-level LSTM language model")
cmd.text()
cmd.text("Options")
cmd.option("-vocabfile", "vocabfile.t7", "filename of the string->int table")
cmd.option("-datafile", "datafile.t7", "filename of the serialized torch ByteTensor to load")
cmd.option("-batch_size", 16, "number of sequences to train on in parallel")
cmd.option("-seq_length", 16, "number of timesteps to unroll to")
cmd.option("-rnn_size", 256, "size of LSTM internal state")
cmd.option("-max_epochs", 1, "number of full passes through the training data")
cmd.option(
    "-savefile", "model_autosave", "filename to autosave the model (protos) to, appended with the,param,string.t7"
)
cmd.option("-save_every", 100, "save every 100 steps, overwriting the existing file")
cmd.option("-print_every", 10, "how many steps/minibatches between printing out the loss")
cmd.option("-seed", 123, "torch manual random number generator seed")
cmd.text()

# parse input params
opt = cmd.parse(sys.argv[1:])

# the two files, made from the text beside the demos
if not os.path.exists(opt.datafile):
    text = pathlib.Path(__file__).resolve().parents[1] / "tiny_text.txt"
    CharLMMinibatchLoader.text_to_tensor(text, opt.vocabfile, opt.datafile)

# preparation stuff:
torch.manualSeed(opt.seed)
ignore = {"save_every": True, "print_every": True, "savefile": True, "vocabfile": True, "datafile": True}
opt.savefile = cmd.string(opt.savefile, opt, ignore) + ".t7"

loader = CharLMMinibatchLoader(opt.datafile, opt.vocabfile, opt.batch_size, opt.seq_length)
vocab_size = loader.vocab_size  # the number of distinct characters

# one step of the network ...
#
protos = nn.Table()
protos.embed = Embedding(vocab_size, opt.rnn_size)
# lstm: [x, prev_c, prev_h] -> [next_c, next_h]
protos.lstm = lstm(opt)
protos.softmax = nn.Sequential().add(nn.Linear(opt.rnn_size, vocab_size)).add(nn.LogSoftMax())
protos.criterion = nn.ClassNLLCriterion()

params, grad_params = combine_all_parameters(protos.embed, protos.lstm, protos.softmax)
torch.uniform(params, -0.08, 0.08)

# ... and a copy of it for each step, with the same parameters (after flattening, which replaces arrays)
clones = nn.Table()
for name, proto in protos.items():
    print("cloning " + name)
    clones[name] = clone_many_times(proto, opt.seq_length)

# the state goes on from batch to batch; it begins with zeros
initstate_c = torch.zeros(opt.batch_size, opt.rnn_size)
initstate_h = initstate_c.copy()

# nothing comes back from after the end
dfinalstate_c = initstate_c.copy()


# do fwd/bwd and return loss, grad_params
def feval(params_):
    if params_ is not params:
        params[...] = params_
    grad_params.fill(0)

    # ------------------ get minibatch -------------------
    x, y = loader.next_batch()

    # ------------------- forward pass -------------------
    embeddings = {}  # input embeddings
    lstm_c = {-1: initstate_c}  # internal cell states of LSTM
    lstm_h = {-1: initstate_h}  # output values of LSTM
    predictions = {}  # softmax outputs
    loss = 0

    for t in range(opt.seq_length):
        embeddings[t] = clones.embed[t].forward(x[:, t])

        # the true character of each step goes in, not the predicted one
        lstm_c[t], lstm_h[t] = clones.lstm[t].forward([embeddings[t], lstm_c[t - 1], lstm_h[t - 1]])

        predictions[t] = clones.softmax[t].forward(lstm_h[t])
        loss = loss + clones.criterion[t].forward(predictions[t], y[:, t])

    # ------------------ backward pass -------------------
    # complete reverse order of the above
    dembeddings = {}  # d loss / d input embeddings
    dlstm_c = {opt.seq_length - 1: dfinalstate_c}  # internal cell states of LSTM
    dlstm_h = {}  # output values of LSTM
    for t in reversed(range(opt.seq_length)):
        # backprop through loss, and softmax/linear
        doutput_t = clones.criterion[t].backward(predictions[t], y[:, t])
        # h goes to the softmax and, but for the last step, to the next step: the two gradients are added
        if t == opt.seq_length - 1:
            dlstm_h[t] = clones.softmax[t].backward(lstm_h[t], doutput_t)
        else:
            dlstm_h[t] += clones.softmax[t].backward(lstm_h[t], doutput_t)

        # backprop through LSTM timestep
        dembeddings[t], dlstm_c[t - 1], dlstm_h[t - 1] = clones.lstm[t].backward(
            [embeddings[t], lstm_c[t - 1], lstm_h[t - 1]],
            [dlstm_c[t], dlstm_h[t]],
        )

        # backprop through embeddings
        clones.embed[t].backward(x[:, t], dembeddings[t])

    # ------------------------ misc ----------------------
    # the next batch goes on from here
    initstate_c[...] = lstm_c[opt.seq_length - 1]
    initstate_h[...] = lstm_h[opt.seq_length - 1]

    # clip gradient element-wise
    np.clip(grad_params, -5, 5, out=grad_params)

    return loss, grad_params


# optimization stuff
losses = []
optim_state = nn.Table(learningRate=1e-1)
iterations = opt.max_epochs * loader.nbatches
for i in range(1, iterations + 1):
    _, loss = optim.adagrad(feval, params, optim_state)
    losses.append(loss[0])

    if i % opt.save_every == 0:
        torch.save(opt.savefile, protos)
    if i % opt.print_every == 0:
        norm = np.linalg.norm(grad_params)
        per_step = loss[0] / opt.seq_length
        print(f"iteration {i:4d}, loss = {loss[0]:6.8f}, loss/seq_len = {per_step:6.8f}, gradnorm = {norm:6.4e}")
