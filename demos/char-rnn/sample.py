"""Sample characters from a trained model.

    python sample.py cv/CHECKPOINT.t7 -temperature 0.5 -primetext "The river"

After sample.lua of char-rnn, by Andrej Karpathy.
"""

import os
import sys

import numpy as np
import util.OneHot  # noqa: F401 - a class of the checkpoint

from nnlite import torch

cmd = torch.CmdLine()
cmd.text()
cmd.text("Sample from a character-level language model")
cmd.text()
cmd.text("Options")
# required:
cmd.argument("-model", "model checkpoint to use for sampling")
# optional parameters
cmd.option("-seed", 123, "random number generator's seed")
cmd.option("-sample", 1, " 0 to use max at each timestep, 1 to sample at each timestep")
cmd.option(
    "-primetext", "", 'used as a prompt to "seed" the state of the LSTM using a given sequence, before we sample.'
)
cmd.option("-length", 2000, "number of characters to sample")
cmd.option("-temperature", 1, "temperature of sampling")
cmd.option("-gpuid", -1, "as in Lua; -1 = use CPU, which is what there is")
cmd.option("-verbose", 1, "set to 0 to ONLY print the sampled text, no diagnostics")
cmd.text()

# parse input params
opt = cmd.parse(sys.argv[1:])


def gprint(text):
    """Print unless told to print only the sampled text."""
    if opt.verbose == 1:
        print(text)


torch.manualSeed(opt.seed)

# load the model checkpoint
if not os.path.exists(opt.model):
    sys.exit(f"Error: File {opt.model} does not exist. Are you sure you didn't forget to prepend cv/ ?")
checkpoint = torch.load(opt.model)
protos = checkpoint.protos
protos.rnn.evaluate()  # put in eval mode so that dropout works properly

# initialize the vocabulary (and its inverted version)
vocab = checkpoint.vocab
ivocab = {i: c if isinstance(c, str) else c.decode("latin-1") for c, i in vocab.items()}

# initialize the rnn state to all zeros
gprint(f"creating an {checkpoint.opt.model}...")
dtype = protos.rnn.parameters()[0][0].dtype
current_state = []
for _ in range(checkpoint.opt.num_layers):
    # c and h for all layers
    h_init = np.zeros((1, checkpoint.opt.rnn_size), dtype)
    current_state.append(h_init.copy())
    if checkpoint.opt.model == "lstm":
        current_state.append(h_init.copy())
state_size = len(current_state)

# do a few seeded timesteps
seed_text = opt.primetext
if len(seed_text) > 0:
    gprint("seeding with " + seed_text)
    gprint("--------------------------")
    for c in seed_text:
        prev_char = torch.Tensor([vocab[c]])
        sys.stdout.write(ivocab[prev_char[0]])
        lst = protos.rnn.forward([prev_char, *current_state])
        # lst is a list of [state1,state2,..stateN,output]. We want everything but last piece
        current_state = [state.copy() for state in lst[:state_size]]
        prediction = lst[-1]  # last element holds the log probabilities
else:
    # fill with uniform probabilities over characters (? hmm)
    gprint("missing seed text, using uniform probability over first character")
    gprint("--------------------------")
    prediction = np.ones((1, len(ivocab)), dtype) / len(ivocab)

# start sampling/argmaxing
for _ in range(opt.length):
    # log probabilities from the previous timestep
    if opt.sample == 0:
        # use argmax
        _, prev_char_ = torch.max(prediction, 2)
        prev_char = prev_char_.reshape(1)
    else:
        # use sampling
        prediction /= opt.temperature  # scale by temperature
        probs = np.exp(prediction).squeeze()
        probs /= probs.sum()  # renormalize so probs sum to one
        prev_char = torch.multinomial(probs.astype(np.float32), 1)

    # forward the rnn for next character
    lst = protos.rnn.forward([prev_char, *current_state])
    current_state = [state.copy() for state in lst[:state_size]]
    prediction = lst[-1]  # last element holds the log probabilities

    sys.stdout.write(ivocab[prev_char[0]])
print()
