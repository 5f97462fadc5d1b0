"""Train a character-level multi-layer RNN on text data.

    python train.py                                 # the little text in data/tiny
    python train.py -data_dir FOLDER -rnn_size 256  # FOLDER/input.txt
    python train.py -init_from cv/CHECKPOINT.t7     # go on from a checkpoint, of Lua's char-rnn too

After train.lua of char-rnn, by Andrej Karpathy, and the practical6 of Oxford's course it builds on.
"""

import os
import sys

import numpy as np
from model import GRU, LSTM, RNN
from util import model_utils
from util.CharSplitLMMinibatchLoader import CharSplitLMMinibatchLoader
from util.misc import clone_list

import nnlite as nn
import optimlite as optim
from nnlite import torch

here = os.path.dirname(os.path.abspath(__file__))

cmd = torch.CmdLine()
cmd.text()
cmd.text("Train a character-level language model")
cmd.text()
cmd.text("Options")
# data
cmd.option("-data_dir", os.path.join(here, "data", "tiny"), "data directory, with the input data in input.txt")
# model params
cmd.option("-rnn_size", 128, "size of LSTM internal state")
cmd.option("-num_layers", 2, "number of layers in the LSTM")
cmd.option("-model", "lstm", "lstm,gru or rnn")
# optimization
cmd.option("-learning_rate", 2e-3, "learning rate")
cmd.option("-learning_rate_decay", 0.97, "learning rate decay")
cmd.option("-learning_rate_decay_after", 10, "in number of epochs, when to start decaying the learning rate")
cmd.option("-decay_rate", 0.95, "decay rate for rmsprop")
cmd.option("-dropout", 0, "dropout for regularization, used after each RNN hidden layer. 0 = no dropout")
cmd.option("-seq_length", 50, "number of timesteps to unroll for")
cmd.option("-batch_size", 50, "number of sequences to train on in parallel")
cmd.option("-max_epochs", 50, "number of full passes through the training data")
cmd.option("-grad_clip", 5, "clip gradients at this value")
cmd.option("-train_frac", 0.95, "fraction of data that goes into train set")
cmd.option("-val_frac", 0.05, "fraction of data that goes into validation set")
# test_frac will be computed as (1 - train_frac - val_frac)
cmd.option("-init_from", "", "initialize network parameters from checkpoint at this path")
# bookkeeping
cmd.option("-seed", 123, "torch manual random number generator seed")
cmd.option("-print_every", 1, "how many steps/minibatches between printing out the loss")
cmd.option("-eval_val_every", 1000, "every how many iterations should we evaluate on validation data?")
cmd.option("-checkpoint_dir", "cv", "output directory where checkpoints get written")
cmd.option("-savefile", "lstm", "filename to autosave the checkpont to. Will be inside checkpoint_dir/")
# GPU/CPU
cmd.option("-gpuid", -1, "as in Lua; -1 = use CPU, which is what there is")
# not in the Lua script, which computes in double on the CPU
cmd.option("-type", "double", "double or float")
cmd.text()

# parse input params
opt = cmd.parse(sys.argv[1:])
torch.manualSeed(opt.seed)
torch.setdefaulttensortype("torch.FloatTensor" if opt.type == "float" else "torch.DoubleTensor")
# train / val / test split for data, in fractions
test_frac = max(0, 1 - (opt.train_frac + opt.val_frac))
split_sizes = [opt.train_frac, opt.val_frac, test_frac]

if opt.gpuid >= 0:
    print("Falling back on CPU mode")
    opt.gpuid = -1  # overwrite user setting

# create the data loader class
loader = CharSplitLMMinibatchLoader(opt.data_dir, opt.batch_size, opt.seq_length, split_sizes)
vocab_size = loader.vocab_size  # the number of distinct characters
vocab = loader.vocab_mapping
print(f"vocab size: {vocab_size}")
# make sure output directory exists
if not os.path.exists(opt.checkpoint_dir):
    os.mkdir(opt.checkpoint_dir)

# define the model: prototypes for one timestep, then clone them in time
do_random_init = True
if len(opt.init_from) > 0:
    print("loading a model from checkpoint " + opt.init_from)
    checkpoint = torch.load(opt.init_from)
    protos = checkpoint.protos
    # make sure the vocabs are the same
    vocab_compatible = True
    checkpoint_vocab_size = 0
    for c, i in checkpoint.vocab.items():
        if vocab.get(c) != i:
            vocab_compatible = False
        checkpoint_vocab_size = checkpoint_vocab_size + 1
    if checkpoint_vocab_size != vocab_size:
        vocab_compatible = False
        print(f"checkpoint_vocab_size: {checkpoint_vocab_size}")
    if not vocab_compatible:
        sys.exit(
            "error, the character vocabulary for this dataset and the one in the saved checkpoint are not the same."
        )
    # overwrite model settings based on checkpoint to ensure compatibility
    print(
        f"overwriting rnn_size={checkpoint.opt.rnn_size}, num_layers={checkpoint.opt.num_layers}, "
        f"model={checkpoint.opt.model} based on the checkpoint."
    )
    opt.rnn_size = checkpoint.opt.rnn_size
    opt.num_layers = checkpoint.opt.num_layers
    opt.model = checkpoint.opt.model
    do_random_init = False
else:
    print(f"creating an {opt.model} with {opt.num_layers} layers")
    protos = nn.Table()
    if opt.model == "lstm":
        protos.rnn = LSTM.lstm(vocab_size, opt.rnn_size, opt.num_layers, opt.dropout)
    elif opt.model == "gru":
        protos.rnn = GRU.gru(vocab_size, opt.rnn_size, opt.num_layers, opt.dropout)
    elif opt.model == "rnn":
        protos.rnn = RNN.rnn(vocab_size, opt.rnn_size, opt.num_layers, opt.dropout)
    protos.criterion = nn.ClassNLLCriterion()

# the initial state of the cell/hidden states
init_state = []
for _ in range(opt.num_layers):
    h_init = torch.zeros(opt.batch_size, opt.rnn_size)
    init_state.append(h_init.copy())
    if opt.model == "lstm":
        init_state.append(h_init.copy())

# put the above things into one flattened parameters tensor
params, grad_params = model_utils.combine_all_parameters(protos.rnn)

# initialization
if do_random_init:
    torch.uniform(params, -0.08, 0.08)  # small uniform numbers
# initialize the LSTM forget gates with slightly higher biases to encourage remembering in the beginning
if opt.model == "lstm":
    for layer_idx in range(1, opt.num_layers + 1):
        for node in protos.rnn.forwardnodes:
            if node.data.annotations.get("name") == f"i2h_{layer_idx}":
                print(f"setting forget gate biases to 1 in LSTM layer {layer_idx}")
                # the gates are, in order, i,f,o,g, so f is the 2nd block of weights
                node.data.module.bias[opt.rnn_size : 2 * opt.rnn_size] = 1.0

print(f"number of parameters in the model: {params.size}")
# make a bunch of clones after flattening, as that reallocates memory
clones = nn.Table()
for name, proto in protos.items():
    print("cloning " + name)
    clones[name] = model_utils.clone_many_times(proto, opt.seq_length)


def prepro(x, y):
    """Swap the axes for faster indexing."""
    return np.ascontiguousarray(x.T), np.ascontiguousarray(y.T)


def eval_split(split_index, max_batches=None):
    """Evaluate the loss over an entire split."""
    print(f"evaluating loss over split index {split_index}")
    n = loader.split_sizes[split_index - 1]
    if max_batches is not None:
        n = min(max_batches, n)

    loader.reset_batch_pointer(split_index)  # move batch iteration pointer for this split to front
    loss = 0
    rnn_state = [init_state]

    for i in range(1, n + 1):  # iterate over batches in the split
        # fetch a batch
        x, y = loader.next_batch(split_index)
        x, y = prepro(x, y)
        # forward pass
        for t in range(opt.seq_length):
            clones.rnn[t].evaluate()  # for dropout proper functioning
            lst = clones.rnn[t].forward([x[t], *rnn_state[t]])
            rnn_state.append(lst[: len(init_state)])
            prediction = lst[-1]
            loss = loss + clones.criterion[t].forward(prediction, y[t])
        # carry over lstm state
        rnn_state = [rnn_state[-1]]
        print(f"{i}/{n}...")

    loss = loss / opt.seq_length / n
    return loss


# do fwd/bwd and return loss, grad_params
init_state_global = clone_list(init_state)


def feval(x):
    """Return the loss of the next batch and its gradient."""
    global init_state_global
    if x is not params:
        params[...] = x
    grad_params.fill(0)

    # ------------------ get minibatch -------------------
    x, y = loader.next_batch(1)
    x, y = prepro(x, y)
    # ------------------- forward pass -------------------
    rnn_state = [init_state_global]
    predictions = []  # softmax outputs
    loss = 0
    for t in range(opt.seq_length):
        clones.rnn[t].training()  # make sure we are in correct mode (this is cheap, sets flag)
        lst = clones.rnn[t].forward([x[t], *rnn_state[t]])
        rnn_state.append(lst[: len(init_state)])  # extract the state, without output
        predictions.append(lst[-1])  # last element is the prediction
        loss = loss + clones.criterion[t].forward(predictions[t], y[t])
    loss = loss / opt.seq_length
    # ------------------ backward pass -------------------
    # initialize gradient at time t to be zeros (there's no influence from future)
    drnn_state = {opt.seq_length: clone_list(init_state, True)}  # True also zeros the clones
    for t in range(opt.seq_length, 0, -1):
        # backprop through loss, and softmax/linear
        doutput_t = clones.criterion[t - 1].backward(predictions[t - 1], y[t - 1])
        drnn_state[t].append(doutput_t)
        dlst = clones.rnn[t - 1].backward([x[t - 1], *rnn_state[t - 1]], drnn_state[t])
        # the first item is the gradient on x, which we don't need; then follow the derivatives of the state
        drnn_state[t - 1] = dlst[1:]
    # ------------------------ misc ----------------------
    # transfer final state to initial state (BPTT)
    init_state_global = rnn_state[-1]
    # clip gradient element-wise
    np.clip(grad_params, -opt.grad_clip, opt.grad_clip, out=grad_params)
    return loss, grad_params


# start optimization here
train_losses = []
val_losses = nn.Table()
optim_state = nn.Table(learningRate=opt.learning_rate, alpha=opt.decay_rate)
iterations = int(opt.max_epochs * loader.ntrain)
iterations_per_epoch = loader.ntrain
loss0 = None
for i in range(1, iterations + 1):
    epoch = i / loader.ntrain

    timer = torch.Timer()
    _, loss = optim.rmsprop(feval, params, optim_state)
    time = timer.time().real

    train_loss = loss[0]  # the loss is inside a list, pop it
    train_losses.append(train_loss)

    # exponential learning rate decay
    if i % loader.ntrain == 0 and opt.learning_rate_decay < 1 and epoch >= opt.learning_rate_decay_after:
        decay_factor = opt.learning_rate_decay
        optim_state.learningRate = optim_state.learningRate * decay_factor  # decay it
        print(f"decayed learning rate by a factor {decay_factor:.14g} to {optim_state.learningRate:.14g}")

    # every now and then or on last iteration
    if i % opt.eval_val_every == 0 or i == iterations:
        # evaluate loss on validation data
        val_loss = eval_split(2)  # 2 = validation
        val_losses[i] = val_loss

        savefile = f"{opt.checkpoint_dir}/lm_{opt.savefile}_epoch{epoch:.2f}_{val_loss:.4f}.t7"
        print("saving checkpoint to " + savefile)
        checkpoint = nn.Table()
        checkpoint.protos = protos
        checkpoint.opt = opt
        checkpoint.train_losses = train_losses
        checkpoint.val_loss = val_loss
        checkpoint.val_losses = val_losses
        checkpoint.i = i
        checkpoint.epoch = epoch
        checkpoint.vocab = loader.vocab_mapping
        torch.save(savefile, checkpoint)

    if i % opt.print_every == 0:
        print(
            f"{i}/{iterations} (epoch {epoch:.3f}), train_loss = {train_loss:6.8f}, "
            f"grad/param norm = {np.linalg.norm(grad_params) / np.linalg.norm(params):6.4e}, time/batch = {time:.4f}s"
        )

    # handle early stopping if things are going really bad
    if loss[0] != loss[0]:
        print("loss is NaN. This usually indicates a bug.")
        break  # halt
    if loss0 is None:
        loss0 = loss[0]
    if loss[0] > loss0 * 3:
        print("loss is exploding, aborting.")
        break  # halt
