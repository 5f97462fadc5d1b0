"""Classes: old versions, nil fields, GPU packages, what the registry finds."""

import numpy as np
import pytest

import nnlite as nn
from nnlite import t7, torch
from nnlite.t7.foreign import foreign
from nnlite.t7.registry import from_lua_name, lookup, nearest, to_lua_name
from nnlite.t7.upgrade import DEFAULTS, VERSIONS, constructed


def old(name, version=1, **fields):
    """Return the object a file gives that holds `fields` as an object of class `name`."""
    bare = t7.assemble.unknown(name, version)
    vars(bare).update(fields)
    return torch.deserialize(torch.serialize(bare))


def test_defaults_are_of_classes_there_are():
    assert [name for name in [*DEFAULTS, *VERSIONS] if lookup(name) is None] == []


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_defaults_are_fields_of_the_class(name):
    """A default for a field that no method of the class mentions would be a slip of the pen."""
    cls = lookup(name)
    known = constructed(cls).union(*(vars(base) for base in cls.__mro__))
    missing = {from_lua_name(key) for key in DEFAULTS[name]} - known
    assert missing <= {"lambda_"}, missing


def test_running_std():
    std, eps = np.array([0.5, 2.0]), 1e-3
    module = old("nn.BatchNormalization", running_std=std, running_mean=np.zeros(2), eps=eps, buffer=np.ones(9))
    np.testing.assert_allclose(module.running_var, std**-2 - eps)
    assert not hasattr(module, "running_std")
    assert not hasattr(module, "buffer")
    assert b"V 2\x15\0\0\0nn.BatchNormalization" in torch.serialize(module)


def test_convolution():
    weight = np.arange(24.0).reshape(3, 8)
    module = old("nn.SpatialConvolution", weight=weight, nInputPlane=2, nOutputPlane=3, kW=2, kH=2, padding=1)
    assert module.weight.shape == (3, 2, 2, 2)
    assert (module.padW, module.padH, module.dW, module.dH) == (1, 1, 1, 1)
    assert module.bias is None
    assert np.shares_memory(module.weight, module.weight.base)
    assert module.forward(np.ones((1, 2, 4, 4))).shape == (1, 3, 5, 5)


def test_pooling():
    x = np.arange(16.0).reshape(1, 4, 4)
    summed = old("nn.SpatialAveragePooling", kW=2, kH=2, dW=2, dH=2)
    np.testing.assert_allclose(summed.forward(x)[0], [[10, 18], [42, 50]])
    largest = old("nn.SpatialMaxPooling", kW=2, kH=2, dW=2, dH=2, indices=np.zeros((1, 1), np.float64))
    assert largest.indices.dtype == np.int64
    np.testing.assert_array_equal(largest.forward(x)[0], [[5, 7], [13, 15]])


def test_dropout_of_version_1():
    module = old("nn.Dropout", p=0.25)
    module.evaluate()
    np.testing.assert_allclose(module.forward(np.ones(4)), np.full(4, 0.75))


def test_tensor_types():
    assert old("nn.Linear", weight=np.ones((2, 3), np.float32)).type() == "torch.FloatTensor"
    assert old("nn.Tanh").type() == "torch.DoubleTensor"
    assert old("nn.Tanh", _type="torch.CudaTensor").type() == "torch.FloatTensor"
    assert old("nn.Tanh", _type="torch.CudaDoubleTensor").type() == "torch.DoubleTensor"


def test_nil_stays_nil():
    module = old("nn.Linear", weight=np.ones((2, 3)), gradWeight=np.zeros((2, 3)), _type="torch.DoubleTensor")
    assert module.bias is None
    assert module.gradInput is None
    assert torch.serialize(module).count(b"gradInput") == 0


def test_functions_do_not_hide_methods():
    function = t7.LuaFunction(b"\x1bLJ", 8)
    function.upvalues = []
    module = old("nn.Tanh", updateOutput=function, hook=function)
    np.testing.assert_array_equal(module.forward(np.zeros(2)), [0, 0])
    assert isinstance(module.hook, t7.LuaFunction)
    assert b"updateOutput" in torch.serialize(module)


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("nn.Sequential", {"modules": 5}, "modules is int, not a table"),
        (
            "nn.SpatialConvolution",
            {"weight": np.ones((3, 8)), "nInputPlane": 2, "nOutputPlane": 3, "kW": 9, "kH": 9},
            "cannot be seen as",
        ),
        ("nn.WeightNorm", {"v": np.ones((2, 2)), "g": np.ones(3)}, "nn.WeightNorm: its fields do not fit"),
        ("nn.BatchNormalization", {"running_std": np.broadcast_to(np.ones(1), 2**40)}, "whose elements share memory"),
        ("nn.Reshape", {"size": 3}, "nn.Reshape: its fields do not fit together"),
    ],
)
def test_contradictions(name, fields, message):
    with pytest.raises(t7.T7Error, match=message):
        old(name, **fields)


def test_weight_norm_that_has_not_run():
    """Torch's gradV has the shape of v until the first forward pass, and its factors one dimension."""
    fresh = nn.WeightNorm(nn.SpatialConvolution(2, 3, 2, 2))
    fields = vars(fresh) | {"gradV": np.full((3, 8), np.nan), "gradG": np.zeros(3), "_norm": np.ones(3)}
    del fields["weight"], fields["gradWeight"]
    module = old("nn.WeightNorm", **fields)
    assert module.gradV.shape == (3, 2, 2, 2)
    x = np.arange(18.0).reshape(2, 3, 3)
    np.testing.assert_allclose(module.forward(x), fresh.forward(x))
    assert module.backward(x, np.ones((3, 2, 2))).shape == x.shape


@pytest.mark.parametrize(
    ("module", "field", "sizes"),
    [
        (nn.Index(1), "gradInput", [0, 0]),
        (nn.MV(), "gradInput", [0, 0]),
        (nn.StepGRU(2, 3), "gradInput", [0, 0]),
        (nn.StepLSTM(2, 3), "gradInput", [0, 0, 0]),
        (nn.StepLSTM(2, 3), "output", [0, 0]),
        (nn.nngraph.JustElement(), "gradInput", []),
        (nn.nngraph.JustTable(), "output", []),
        (nn.MarginRankingCriterion(), "gradInput", [1, 1]),
        (nn.ModuleFromCriterion(nn.MSECriterion()), "output", [1]),
        (nn.ModuleFromCriterion(nn.MSECriterion()), "gradInput", [0, 0]),
    ],
)
def test_what_lua_methods_write_into(module, field, sizes):
    """Lua's methods take these tables and elements for granted, and that they are of the module's type."""
    module.float()
    for made in (module, module.clearState()):
        value = getattr(torch.deserialize(torch.serialize(made)), field)
        items = [value] if isinstance(value, np.ndarray) else list(value)
        assert [item.size for item in items] == sizes
        assert {item.dtype for item in items} <= {np.dtype(np.float32)}


def test_cleared_convolution_of_two_inputs():
    module = nn.VolumetricFullConvolution(1, 1, 2, 2, 2).float()
    module.gradInput = []
    assert torch.deserialize(torch.serialize(module)).gradInput.dtype == np.float32


def test_losses_of_a_batch_are_not_written():
    criterion = nn.MarginRankingCriterion()
    x = [np.ones(5), np.zeros(5)]
    criterion.forward(x, np.ones(5))
    criterion.backward(x, np.ones(5))
    assert [part.size for part in torch.deserialize(torch.serialize(criterion)).gradInput] == [1, 1]


def test_holes_in_a_list_of_modules():
    assert old("nn.Sequential", modules={1: nn.Tanh(), 3: nn.Tanh()}).size() == 1
    assert old("nn.Sequential", modules={}).modules == []


def test_weight_norm():
    module = nn.WeightNorm(nn.Linear(4, 3))
    x = np.random.default_rng(0).random((2, 4))
    data = torch.serialize(nn.Sequential().add(module))
    assert b"weightSize" in data
    assert data.count(b"\x06\0\0\0weight\x04") == 0
    np.testing.assert_allclose(torch.deserialize(data).forward(x), module.forward(x))


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("cudnn.ReLU", nn.ReLU),
        ("cudnn.ClippedReLU", nn.HardTanh),
        ("inn.SpatialMaxPooling", nn.SpatialMaxPooling),
        ("fbnn.Linear", nn.Linear),
        ("nn.LookupTableGPU", nn.LookupTable),
        ("nn.Inception", nn.Decorator),
        ("nn.SpatialConvolutionFBFFT", nn.SpatialConvolution),
    ],
)
def test_foreign(name, ours):
    assert lookup(foreign(name)) is ours
    assert type(old(name, size=3, ceiling=2, kW=2, kH=2)) is ours


def test_decorators_of_dpnn():
    inner = nn.Linear(2, 3)
    for fields in ({"module": inner}, {"module": inner, "modules": [inner]}):
        module = old("nn.Inception", **fields)
        np.testing.assert_allclose(module.forward(np.ones(2)), inner.forward(np.ones(2)))


def test_temporal_convolution_of_cudnn():
    x = np.random.default_rng(0).random((6, 3))
    want = nn.TemporalConvolution(3, 4, 2)
    fields = {"weight": want.weight.reshape(4, 1, 2, 3), "bias": want.bias, "kW": 3, "kH": 2, "dW": 1, "dH": 1}
    module = old("cudnn.TemporalConvolution", inputFrameSize=3, outputFrameSize=4, **fields)
    np.testing.assert_allclose(module.forward(x), want.forward(x))
    with pytest.raises(t7.T7Error, match="cannot pad"):
        old("cudnn.TemporalConvolution", padH=1, **fields)


def test_grouped_convolution():
    """Groups are convolutions side by side; what is trained is one weight."""
    rng = np.random.default_rng(0)
    weight, x = rng.random((4, 2, 3, 3)), rng.random((2, 4, 5, 5))
    fields = {"weight": weight, "gradWeight": np.zeros_like(weight), "nInputPlane": 4, "nOutputPlane": 4, "groups": 2}
    module = old("cudnn.SpatialConvolution", kW=3, kH=3, gradInput=np.empty(0), **fields)
    parts = [nn.SpatialConvolution(2, 2, 3, 3).noBias() for _ in range(2)]
    for part, share in zip(parts, np.split(weight, 2), strict=True):
        part.weight[...] = share
        part.zeroGradParameters()
    outputs = [part.forward(x[:, 2 * i : 2 * i + 2]) for i, part in enumerate(parts)]
    np.testing.assert_allclose(module.forward(x), np.concatenate(outputs, 1))
    gradient = rng.random((2, 4, 3, 3))
    flat, flat_gradient = module.getParameters()
    assert flat.size == weight.size
    got = module.backward(x, gradient)
    for i, part in enumerate(parts):
        planes = slice(2 * i, 2 * i + 2)
        np.testing.assert_allclose(got[:, planes], part.backward(x[:, planes], gradient[:, planes]))
    np.testing.assert_allclose(flat_gradient, np.concatenate([part.gradWeight.ravel() for part in parts]))
    assert b"cudnn.SpatialConvolution" in torch.serialize(module)


def test_registry():
    assert lookup("nn.Linear") is nn.Linear
    assert lookup("nn.torch") is None
    assert lookup("no.Package") is None
    assert lookup("optim.ConfusionMatrix").torch_typename == "optim.ConfusionMatrix"
    assert "nn.SpatialConvolution" in nearest("nn.SpatialConvolutoin")
    assert "nn.Linear" in nearest("Linera")
    assert (from_lua_name("lambda"), to_lua_name("lambda_"), to_lua_name("size_")) == ("lambda_", "lambda", "size_")


def test_optimlite_is_optional(monkeypatch):
    """Without optimlite its objects are kept as they are."""
    import importlib

    real = importlib.import_module

    def without(name, *rest):
        if name == "optimlite":
            raise ModuleNotFoundError("No module named 'optimlite'", name="optimlite")
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    assert lookup("optim.ConfusionMatrix") is None


@pytest.mark.parametrize(
    "module", [nn.MaskZero(nn.Linear(3, 2)), nn.SeqLSTM(3, 2).maskZero(), nn.SeqGRU(3, 2).maskZero()]
)
def test_masks_that_were_set_are_kept(module):
    mask = np.array([[1, 0], [0, 0]], np.uint8)
    module.setZeroMask(mask)
    np.testing.assert_array_equal(torch.deserialize(torch.serialize(module)).zeroMask, mask)


def test_zeros_of_a_sequence_that_goes_on():
    """Lua sizes them at the first step, and takes them for the gradient of the last state."""
    module = nn.RecLSTM(3, 2)
    assert torch.deserialize(torch.serialize(module)).zeroOutput.size == 0
    module.forward(np.ones((4, 3)))
    found = torch.deserialize(torch.serialize(module))
    np.testing.assert_array_equal(found.zeroOutput, np.zeros((4, 2)))
    np.testing.assert_array_equal(found.zeroCell, np.zeros((4, 2)))
    assert torch.deserialize(torch.serialize(module.clearState())).zeroOutput.size == 0


def test_cleared_gradients_keep_their_type():
    """Lua resizes them for an input of the same type only."""
    repeater = nn.Repeater(nn.RecLSTM(3, 2), 3)
    for module in (repeater, nn.SequencerCriterion(nn.MSECriterion()), nn.MSECriterion()):
        assert module.float().clearState().gradInput.dtype == np.float32


def _read_back(module):
    return torch.deserialize(torch.serialize(module))


@pytest.mark.parametrize(
    ("module", "aliases", "rho"),
    [
        (nn.Recursor(nn.Linear(3, 2), 5), ("module", "recurrentModule"), 5),
        (nn.Recurrence(nn.Sequential(), 2, 1, 6), ("module", "recurrentModule"), 6),
        (nn.GRU(3, 2, 7), ("recurrentModule",), 7),
        (nn.GRU(3, 2, 7).maskZero(1), ("recurrentModule",), 7),
        (nn.NormStabilizer(), ("recurrentModule",), 99999),
        (nn.Sequencer(nn.Linear(3, 2)), ("module",), None),
        (nn.Repeater(nn.Linear(3, 2), 4), ("module",), 4),
    ],
)
def test_modules_and_lengths_have_the_names_of_both_rnn_packages(module, aliases, rho):
    found = _read_back(module)
    assert [getattr(found, name) is found.modules[0] for name in aliases] == [True] * len(aliases)
    assert getattr(found, "rho", None) == getattr(found, "seqlen", None) == rho


def test_the_criterion_of_a_sequence_has_the_place_of_both_rnn_packages():
    for cls in (nn.SequencerCriterion, nn.RepeaterCriterion):
        found = _read_back(cls(nn.MSECriterion()))
        assert found.criterion is found.clones[1]


@pytest.mark.parametrize(
    ("module", "gradients", "sizes"),
    [
        (nn.SeqLSTM(3, 2).float(), ("grad_h0", "grad_c0", "grad_x"), {"inputsize": 3, "outputsize": 2}),
        (nn.SeqLSTMP(3, 4, 2), ("grad_h0", "grad_c0", "grad_x"), {"hiddensize": 4, "outputsize": 2}),
        (nn.SeqGRU(3, 2).float(), ("grad_h0", "grad_x"), {"inputSize": 3, "inputsize": 3, "outputSize": 2}),
        (nn.ExpandAs(), ("sum1", "sum2"), {}),
    ],
)
def test_buffers_and_sizes_of_both_rnn_packages(module, gradients, sizes):
    found = _read_back(module)
    kind = np.float32 if module.type() == "torch.FloatTensor" else np.float64
    assert [getattr(found, name).dtype for name in gradients] == [kind] * len(gradients)
    assert {name: getattr(found, name) for name in sizes} == sizes


def test_zeros_of_a_recurrence_that_goes_on():
    step = nn.Sequential().add(nn.JoinTable(1, 1)).add(nn.Linear(5, 2))
    module = nn.Recurrence(step, 2, 1)
    assert not hasattr(_read_back(module), "zeroTensor")
    module.forward(np.ones((4, 3)))
    np.testing.assert_array_equal(_read_back(module).zeroTensor, np.zeros((4, 2)))


def test_masks_that_were_computed_are_not_written():
    """Element-Research's package would take one for a table of indices."""
    criterion = nn.MaskZeroCriterion(nn.MSECriterion(), 1)
    criterion.forward(np.ones((2, 1)), np.ones((2, 1)))
    assert _read_back(criterion).zeroMask is None
    criterion = nn.MaskZeroCriterion(nn.MSECriterion())
    criterion.setZeroMask([1, 0])
    np.testing.assert_array_equal(_read_back(criterion).zeroMask, [1, 0])
