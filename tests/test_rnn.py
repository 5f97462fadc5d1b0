"""Recurrent modules over sequences: step by step and at once, states, memory, masks, files, agreement."""

import numpy as np
import pytest

import nnlite as nn
from comparing import close, copied, slopes
from nnlite import torch
from nnlite.core.tables import arrays_in

STEPWISE = {
    "RecLSTM": lambda: nn.RecLSTM(3, 2),
    "RecLSTM with projection": lambda: nn.RecLSTM(3, 4, 2),
    "RecGRU": lambda: nn.RecGRU(3, 2),
    "LSTM": lambda: nn.LSTM(3, 2),
    "LSTM without peepholes": lambda: nn.LSTM(3, 2, None, False),
    "FastLSTM": lambda: nn.FastLSTM(3, 2),
    "GRU": lambda: nn.GRU(3, 2),
    "LinearRNN": lambda: nn.LinearRNN(3, 2),
    "Recurrent": lambda: nn.Recurrent(2, nn.Linear(3, 2), nn.Linear(2, 2), nn.Tanh()),
    "Recurrence": lambda: nn.Recurrence(
        nn.Sequential().add(nn.JoinTable(1, 1)).add(nn.Linear(5, 2)).add(nn.Tanh()), 2, 1
    ),
    "Recursor": lambda: nn.Recursor(nn.Sequential().add(nn.RecLSTM(3, 4)).add(nn.Linear(4, 2)).add(nn.RecGRU(2, 2))),
    "Recurrence of recurrences": lambda: nn.Recurrence(
        nn.Sequential().add(nn.JoinTable(1, 1)).add(nn.RecGRU(5, 2)).add(nn.Tanh()), 2, 1
    ),
}


def made(name):
    torch.manualSeed(1)
    return STEPWISE[name]()


def data(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape)


def run(module, sequence):
    module.forget()
    return np.array([module.forward(x).copy() for x in sequence])


def back(module, sequence, gradients, scale=1):
    steps = list(zip(sequence, gradients, strict=True))
    return np.array([module.backward(x, g, scale).copy() for x, g in reversed(steps)])[::-1]


# As in Lua, step modules with gates forget `scale` inside others: they accumulate before they are told it.
WITHOUT_SCALE = {"RecLSTM", "RecLSTM with projection", "RecGRU", "Recurrence of recurrences"}


@pytest.mark.parametrize("name", STEPWISE)
def test_going_back_through_time(name):
    module, x, g = made(name), data(4, 2, 3), data(4, 2, 2, seed=1)
    flat, gradient = module.getParameters()

    def loss():
        return float((run(module, x) * g).sum())

    for steps in (4, 3):  # the second sequence meets the modules and buffers of the first
        x, g = x[:steps], g[:steps]
        gradient.fill(0)
        run(module, x)
        scale = 1 if name == "Recursor" else 0.5  # it has modules of both kinds
        close(back(module, x, g, scale), slopes(loss, x), 1e-7)
        close(gradient, (1 if name in WITHOUT_SCALE else scale) * slopes(loss, flat), 1e-7)


@pytest.mark.parametrize("name", STEPWISE)
def test_evaluation_gives_the_same(name):
    module, x = made(name), data(4, 2, 3)
    want = run(module, x)
    module.evaluate()
    close(run(module, x), want)
    close(run(module, x), want)
    module.training()
    close(run(module, x), want)


@pytest.mark.parametrize("name", STEPWISE)
def test_rows_of_a_batch_do_not_meet(name):
    module, x = made(name), data(3, 4, 3)
    whole = run(module, x)
    for i in range(4):
        close(run(module, x[:, i : i + 1]), whole[:, i : i + 1])


@pytest.mark.parametrize("name", STEPWISE)
def test_remembering_goes_on_where_the_last_sequence_ended(name):
    x = data(6, 2, 3)
    whole = copied(nn.Sequencer(made(name)).forward(x))
    for mode in ("training", "evaluate"):
        net = nn.Sequencer(made(name)).remember("both")
        getattr(net, mode)()
        parts = [copied(net.forward(x[i : i + 2])) for i in (0, 2, 4)]
        close(np.concatenate(parts), whole)
        net.forget()
        close(net.forward(x), whole)
    net = nn.Sequencer(made(name)).remember("eval")
    net.forward(x[:2])
    close(net.forward(x), whole)


@pytest.mark.parametrize("name", STEPWISE)
def test_a_file_in_the_middle_of_a_sequence(name):
    x = data(4, 2, 3)
    whole = run(made(name), x)
    module = made(name)
    run(module, x[:2])
    again = torch.deserialize(torch.serialize(module))
    close([again.forward(x[2]).copy(), again.forward(x[3])], list(whole[2:]))


@pytest.mark.parametrize("name", STEPWISE)
def test_float_and_back(name):
    module, x = made(name), data(3, 2, 3)
    want = run(module, x)
    module.float()
    got = run(module, x.astype(np.float32))
    assert got.dtype == np.float32
    close(got, want, 1e-5)
    close(run(module.double(), x), want, 1e-5)


def test_the_gradient_stops_at_the_limit_of_steps():
    net = nn.Sequencer(nn.RecLSTM(3, 2)).remember("both")
    module = net.get(1)
    for seed in range(5):
        x = data(3, 2, 3, seed=seed)
        net.forward(x)
        net.backward(x, data(3, 2, 2))
        assert len(module.sharedClones) <= 5
        assert len(module.outputs) <= 6
    assert module.step == 16


def test_once_back_is_all():
    module = nn.RecGRU(3, 2)
    x = data(2, 3)
    with pytest.raises(ValueError, match=r"nn.RecGRU: one backward call per forward call expected"):
        module.backward(x, data(2, 2))
    module.forward(x)
    module.backward(x, data(2, 2))
    with pytest.raises(ValueError, match=r"nn.RecGRU: one backward call per forward call expected"):
        module.backward(x, data(2, 2))


def test_steps_share_parameters_after_getParameters_and_types():
    net = nn.Sequencer(nn.Sequential().add(nn.FastLSTM(3, 4)).add(nn.Linear(4, 2)))
    x, g = data(5, 2, 3), data(5, 2, 2)
    net.forward(x)
    net.backward(x, g)
    flat, gradient = net.getParameters()
    for module in net.get(1).sharedClones.values():
        assert all(np.shares_memory(array, flat) for array in module.parameters()[0])
    net.zeroGradParameters()
    net.forward(x)
    net.backward(x, g)
    assert gradient.any()
    before = net.forward(x).copy()
    net.updateParameters(0.1)
    assert np.abs(net.forward(x) - before).max() > 1e-4
    assert len({id(array) for array in net.get(1).get(1).parameters()[0]}) == 5


@pytest.mark.parametrize(("whole", "step"), [(nn.SeqLSTM, nn.RecLSTM), (nn.SeqGRU, nn.RecGRU)])
@pytest.mark.parametrize("sizes", [(3, 2), (3, 4, 2)])
def test_at_once_and_step_by_step_agree(whole, step, sizes):
    if whole is nn.SeqGRU:
        sizes = sizes[:2]
    torch.manualSeed(1)
    a = whole(*sizes)
    torch.manualSeed(1)
    b = nn.Sequencer(step(*sizes))
    x, g = data(5, 4, 3), data(5, 4, sizes[-1])
    for net in (a, b):
        net.zeroGradParameters()
    close(a.forward(x), b.forward(x))
    close(a.backward(x, g), b.backward(x, g))
    close(a.parameters(), b.parameters())


def test_fast_lstm_is_the_lstm_of_sequences():
    seq, fast = nn.SeqLSTM(3, 2), nn.FastLSTM(3, 2)
    matrix, bias, inner = fast.parameters()[0]
    for source, target in enumerate((0, 2, 3, 1)):  # i, f, o, g in one, i, g, f, o in the other
        block = slice(2 * source, 2 * source + 2)
        place = slice(2 * target, 2 * target + 2)
        matrix[place], inner[place] = seq.weight[:3, block].T, seq.weight[3:, block].T
        bias[place] = seq.bias[block]
    x, g = data(4, 2, 3), data(4, 2, 2)
    net = nn.Sequencer(fast)
    close(net.forward(x), seq.forward(x))
    close(net.backward(x, g), seq.backward(x, g))


@pytest.mark.parametrize("make", [lambda: nn.SeqLSTM(3, 2), lambda: nn.SeqLSTM(3, 4, 2), lambda: nn.SeqGRU(3, 2)])
def test_sequences_remember_and_forget(make):
    torch.manualSeed(1)
    net = make()
    x = data(6, 2, 3)
    whole = net.forward(x).copy()
    net.remember()
    net.forget()
    close(np.concatenate([net.forward(x[i : i + 3]).copy() for i in (0, 3)]), whole)
    net.evaluate()
    close(net.forward(x), whole)
    assert np.abs(net.forward(x) - whole).max() > 1e-3
    close(net.forward(x[:, :1])[:, 0], whole[:, 0])  # another batch begins anew


def test_states_pass_from_encoder_to_decoder():
    encoder, decoder = nn.SeqLSTM(3, 2), nn.SeqLSTM(3, 2)
    x, y, g = data(4, 2, 3), data(3, 2, 3, seed=1), data(3, 2, 2)

    def loss():
        out = encoder.forward(x)
        decoder.setStartState([out[-1], encoder.cell[-1]])
        return float((decoder.forward(y) * g).sum())

    loss()
    decoder.backward(y, g)
    encoder.gradPrevOutput, encoder.userNextGradCell = decoder.userGradPrevOutput, decoder.userGradPrevCell
    close(encoder.backward(x, np.zeros((4, 2, 2))), slopes(loss, x), 1e-7)


@pytest.mark.parametrize("name", ["RecLSTM", "FastLSTM", "RecGRU", "GRU", "Recurrence"])
def test_start_states(name):
    module, x = made(name), data(5, 2, 3)
    whole = run(module, x)
    run(module, x[:2])
    state = copied(module.getHiddenState(2))
    module.forget()
    module.setHiddenState(0, state)
    close(run(module, x[2:]), whole[2:])
    g = data(3, 2, 2)
    back(module, x[2:], g)
    if name != "Recurrence":
        gradients = list(arrays_in(module.getGradHiddenState(0)))
        for array, gradient in zip(arrays_in(state), gradients, strict=True):
            close(gradient, slopes(lambda: float((run(module, x[2:]) * g).sum()), array), 1e-7)
    module.setStartState(None)
    close(run(module, x), whole)


@pytest.mark.parametrize("make", [lambda: nn.SeqLSTM(3, 2), lambda: nn.SeqGRU(3, 2)])
def test_masks_given_and_found(make):
    """Two sequences in one row, with a step of zeros between them, are as two rows."""
    torch.manualSeed(1)
    net = make()
    x = data(5, 1, 3)
    x[2] = 0
    first, second = net.forward(x[:2]).copy(), net.forward(x[3:]).copy()
    net.maskZero()
    net.setZeroMask(~x.any(-1))
    got = net.forward(x)
    close(got, np.concatenate([first, np.zeros((1, 1, 2)), second]))
    g = data(5, 1, 2)
    gradient = net.backward(x, g).copy()
    assert not gradient[2].any()
    by_input = make()
    torch.manualSeed(1)
    by_input.reset()
    by_input.maskZero(True)
    close(by_input.forward(x), got)
    close(by_input.backward(x, g), gradient)
    net.setZeroMask(False)
    assert net.forward(x)[2].any()


@pytest.mark.parametrize("name", ["RecLSTM", "RecGRU", "FastLSTM", "LinearRNN"])
def test_masks_step_by_step(name):
    x = data(5, 2, 3)
    x[2, 0] = 0
    mask = ~x.any(-1)
    by_mask, by_input = (nn.Sequencer(made(name)) for _ in range(2))
    by_mask.maskZero()
    by_input.maskZero(1)
    by_mask.setZeroMask(mask)
    want = by_input.forward(x).copy()
    assert not want[2, 0].any()
    close(by_mask.forward(x), want)
    close(want[3:, :1], nn.Sequencer(made(name)).forward(x[3:, :1]))
    with pytest.raises(ValueError, match="at most 5 steps, as zeroMask has, expected"):
        by_mask.forward(x)


def test_masks_of_criterions():
    criterion = nn.SequencerCriterion(nn.MaskZeroCriterion(nn.ClassNLLCriterion()))
    x, t = np.log(np.full((2, 3, 4), 0.25)), np.array([[1, 2, 3], [4, 1, 2]])
    mask = np.array([[0, 1, 0], [1, 1, 1]], np.uint8)
    with pytest.raises(ValueError, match=r"nn.MaskZeroCriterion: a call of setZeroMask"):
        criterion.forward(x, t)
    criterion.setZeroMask(mask)
    close(criterion.forward(x, t), np.log(4))
    gradient = criterion.backward(x, t)
    close(gradient.any(-1).astype(int), 1 - mask)
    criterion.setZeroMask(False)
    close(criterion.forward(x, t), 2 * np.log(4))


def test_the_criterion_of_a_table_of_tables():
    criterion = nn.SequencerCriterion(nn.ParallelCriterion().add(nn.MSECriterion()).add(nn.AbsCriterion()), True)
    x = [[data(2), data(3)], [data(2, seed=1), data(3, seed=1)]]
    t = [[np.zeros(2), np.zeros(3)]] * 2
    want = sum(float((a**2).mean() + np.abs(b).mean()) for a, b in x) / 2
    close(criterion.forward(x, t), want)
    close(criterion.backward(x, t)[1][0], x[1][0] / 2)


def test_criterions_refuse():
    with pytest.raises(TypeError, match="no ModuleCriterion expected"):
        nn.SequencerCriterion(nn.ModuleCriterion(nn.MSECriterion(), nn.Identity()))
    with pytest.raises(ValueError, match="target with 3 steps expected"):
        nn.SequencerCriterion(nn.MSECriterion()).forward(np.ones((3, 2)), np.ones((2, 2)))


def test_states_and_gradients_of_the_user():
    torch.manualSeed(1)
    lstm = nn.LSTM(1, 1)
    net, x = nn.Sequencer(lstm), [np.ones((1, 1)), np.zeros((1, 1))]
    lstm.userPrevOutput, lstm.userPrevCell = np.array([[0.5]]), np.array([[-1.0]])
    np.testing.assert_allclose(np.ravel(net.forward(x)), [-0.159472, -0.130279], 0, 1e-6)
    lstm.userNextGradOutput, lstm.userNextGradCell = np.array([[0.25]]), np.array([[2.0]])
    np.testing.assert_allclose(np.ravel(net.backward(x, [np.ones((1, 1))] * 2)), [0.003214, -0.608741], 0, 1e-6)
    np.testing.assert_allclose(np.ravel(lstm.getGradHiddenState(0)), [-0.017478, -0.022952], 0, 1e-6)
    lstm.clearState()
    assert lstm.userPrevOutput is lstm.userNextGradCell is None
    with pytest.raises(ValueError, match="need an input to tell their shape"):
        lstm.getHiddenState(0)


def test_lists_of_modules_leave_out_the_copies_for_steps():
    net = nn.Recurrent(1, nn.Linear(2, 1), nn.Linear(1, 1))
    run(net, np.ones((4, 1, 2)))
    names = [module.torch_typename for module in net.listModules()]
    assert names == ["nn.Recurrent", "nn.Add", "nn.Linear", "nn.Linear", "nn.Sigmoid", "nn.CAddTable"]


def test_both_directions():
    forward, backward = nn.SeqLSTM(3, 2), nn.SeqLSTM(3, 2)
    net = nn.BiSequencer(forward, backward, nn.JoinTable(3))
    x = data(4, 2, 3)
    got = net.forward(x)
    close(got[..., :2], forward.clone().forward(x))
    close(got[..., 2:], backward.clone().forward(x[::-1])[::-1])
    assert net.getForward() is forward
    assert net.getBackward() is backward
    assert repr(net).startswith(
        "nn.BiSequencer {\n  forward:  nn.SeqLSTM(3 -> 2)\n  backward: nn.SeqLSTM(3 -> 2)\n  merge:"
    )


def test_both_directions_of_tables():
    torch.manualSeed(1)
    net = nn.BiSequencer(nn.GRU(1, 1), None, 1)
    assert repr(net).startswith("nn.BiSequencer @ nn.Sequential {\n  [input -> (1) -> (2) -> (3) -> output]")
    first, second = net.forward([np.ones((1, 1)), np.zeros((1, 1))])
    np.testing.assert_allclose(first, [[0.072637, 0.049626]], 0, 1e-6)
    np.testing.assert_allclose(second, [[0.2803, -0.1327]], 0, 5e-5)
    assert isinstance(net.getBackward(), nn.Sequencer)
    assert [module.hasMemory() for module in (net.remember(), net.getForward(), net.getBackward())] == [
        True,
        False,
        False,
    ]
    assert repr(nn.SeqBRNN(1, 1)).count("nn.SeqLSTM\n") == 2


def test_a_feedback_of_several_dimensions():
    torch.manualSeed(1)
    net = nn.Recurrent(torch.LongStorage([2]), nn.Linear(1, 2), nn.Linear(2, 2))
    first, second = net.forward(np.ones((1, 1))), net.forward(np.ones((1, 1)))
    np.testing.assert_allclose([first, second], [[[0.4251, 0.8473]], [[0.2747, 0.8771]]], 0, 5e-5)
    net = nn.Recurrent([2, 2], nn.Sequential().add(nn.Linear(3, 4)).add(nn.View(-1, 2, 2)), nn.Identity())
    assert net.forward(np.ones((5, 3))).shape == (5, 2, 2)
    torch.manualSeed(1)
    np.testing.assert_allclose(nn.Add([2, 2]).bias, [[-0.1173, 0.7031], [0.3116, 0.6117]], 0, 5e-5)


def test_rows_that_are_left_out():
    torch.manualSeed(1)
    net = nn.GRU(1, 2).trimZero(1)
    x = np.array([[0.0], [2], [-1]])
    np.testing.assert_allclose(net.forward(x), [[0, 0], [-0.1231, 0.0604], [0.1930, -0.0824]], 0, 5e-5)
    np.testing.assert_allclose(net.backward(x, np.ones((3, 2))), [[0], [-0.0842], [0.2732]], 0, 5e-5)
    with pytest.raises(ValueError, match="the dropouts need mono"):
        nn.LSTM(1, 2, None, None, 0.5).trimZero(1)
    with pytest.raises(ValueError, match="trimZero needs one module for all steps"):
        nn.Recurrent(2, nn.Linear(1, 2), nn.Linear(2, 2)).trimZero(1)


def test_what_comes_before_and_after():
    net = nn.BiSequencerLM(nn.FastLSTM(3, 2))
    x = list(data(4, 2, 3))
    before = [a.copy() for a in net.forward(x)]
    x[1] = x[1] + 1
    for t, (a, b) in enumerate(zip(before, net.forward(x), strict=True)):
        assert (np.abs(a - b).max() > 1e-6) == (t != 1)  # a step does not see itself


def test_dropout_of_a_whole_sequence():
    torch.manualSeed(3)
    layer = nn.Dropout(0.5, lazy=True)
    x = np.ones((4, 6))
    first = layer.forward(x).copy()
    close(layer.forward(x), first)
    layer.backward(x, x)
    assert np.abs(layer.forward(x) - first).max() > 0
    assert repr(layer) == "nn.Dropout(0.5, lazy)"
    one = nn.Dropout(0.5, lazy=True, mono=True)
    assert (one.forward(x) == one.forward(x)[0]).all()
    net = nn.Sequencer(nn.GRU(3, 2, 9, 0.25))
    x, g = data(3, 2, 3), data(3, 2, 2)
    close(net.forward(x), net.forward(x))  # no backward call, the same masks
    net.backward(x, g)
    net.evaluate()
    close(net.forward(x), net.forward(x))


@pytest.mark.parametrize("layers", [1, 2])
def test_cudnn_is_layers_of_sequences(layers):
    flat = nn.rnn.cudnn.LSTM(3, 2, layers)
    plain = nn.Sequential()
    for matrix, inner, bias, inner_bias in (parts[0] for parts in flat._parts(flat.weight)):
        seq = nn.SeqLSTM(matrix.shape[1], 2)
        order = [0, 1, 2, 3, 6, 7, 4, 5]  # i, f, g, o to i, f, o, g
        seq.weight[...] = np.concatenate([matrix[order].T, inner[order].T])
        seq.bias[...] = (bias + inner_bias)[order]
        plain.add(seq)
    x, g = data(4, 2, 3), data(4, 2, 2)
    close(flat.forward(x), plain.forward(x))
    close(flat.backward(x, g), plain.backward(x, g))


def test_cudnn_keeps_states():
    net = nn.rnn.cudnn.BGRU(3, 2, 2, True, None, True)
    x = data(2, 6, 3)
    net.forward(x)
    assert net.hiddenOutput.shape == (4, 2, 2)
    with pytest.raises(ValueError, match=r"cudnn.BGRU: input of shape"):
        net.forward(data(2, 6, 4))
    one_way = nn.rnn.cudnn.GRU(3, 2, 2, True, None, True)
    whole = one_way.forward(x).copy()
    one_way.forget()
    close(np.concatenate([one_way.forward(x[:, i : i + 3]).copy() for i in (0, 3)], 1), whole)
    again = torch.deserialize(torch.serialize(one_way))
    assert type(again) is type(one_way)
    close(again.weight, one_way.weight)


def test_layers_of_torch_rnn():
    torch.manualSeed(1)
    net = nn.rnn.torch_rnn.LSTM(3, 2)
    torch.manualSeed(1)
    seq = nn.SeqLSTM(3, 2)
    x, g = data(2, 4, 3), data(2, 4, 2)
    whole = net.forward(x).copy()
    close(whole, seq.forward(x.swapaxes(0, 1)).swapaxes(0, 1))
    close(net.backward(x, g), seq.backward(x.swapaxes(0, 1), g.swapaxes(0, 1)).swapaxes(0, 1))
    close(net.gradWeight, seq.gradWeight)
    again = torch.deserialize(torch.serialize(net))
    assert type(again) is nn.rnn.torch_rnn.LSTM
    assert again.torch_typename == "nn.LSTM"
    for layer in (again, nn.VanillaRNN(3, 2)):
        whole = layer.forward(x).copy()
        layer.remember_states = True
        layer.resetStates()
        close(np.concatenate([layer.forward(x[:, i : i + 2]).copy() for i in (0, 2)], 1), whole)
        layer.resetStates()
        close(layer.forward(x), whole)


def test_norms_are_held():
    net = nn.NormStabilizer(0.5)
    x = data(4, 2, 3)

    def penalty():
        run(net, x)
        norms = np.linalg.norm(x, axis=2)
        return 0.5 * float((np.diff(norms, axis=0) ** 2).mean(1).sum())

    penalty()
    assert net.updateLoss() > 0
    close(back(net, x, np.zeros((4, 2, 3))), slopes(penalty, x), 1e-6)


def test_sequences_refuse():
    net = nn.Sequencer(nn.Linear(3, 2))
    with pytest.raises(ValueError, match="a sequence with at least one step expected"):
        net.forward([])
    net.forward(data(4, 2, 3))
    with pytest.raises(ValueError, match="gradOutput with 4 steps expected"):
        net.backward(data(4, 2, 3), data(3, 2, 2))
    with pytest.raises(ValueError, match="both, eval, train or neither expected, got 'always'"):
        net.remember("always")
    with pytest.raises(TypeError, match=r"nn.Sequencer: a module expected"):
        nn.Sequencer(3)
    with pytest.raises(ValueError, match="accUpdateGradParameters"):
        net.backwardUpdate(data(4, 2, 3), data(4, 2, 2), 0.1)


def test_a_model_of_language_learns():
    torch.manualSeed(1)
    step = nn.Sequential().add(nn.FastLSTM(8, 16)).add(nn.Linear(16, 5)).add(nn.LogSoftMax())
    net = nn.Sequential().add(nn.LookupTable(5, 8)).add(nn.SplitTable(1)).add(nn.Sequencer(step))
    criterion = nn.SequencerCriterion(nn.ClassNLLCriterion())
    words = np.array([[1, 2], [2, 3], [3, 4], [4, 5], [5, 1], [1, 2]])
    x, t = words[:-1], list(words[1:])
    losses = []
    for _ in range(60):
        net.zeroGradParameters()
        losses.append(criterion.forward(net.forward(x), t))
        net.backward(x, criterion.backward(net.output, t))
        net.updateParameters(0.2)
    assert losses[-1] < 0.1 * losses[0]
