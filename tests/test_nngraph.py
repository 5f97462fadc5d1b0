"""Networks made of nodes: gradients, the order of modules, copies, errors, pictures."""

import copy
import pickle
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlite as nn
from nnlite import nngraph, torch

FILES = Path(__file__).parent / "t7" / "files"
SHARED = ("weight", "bias", "gradWeight", "gradBias")
WIDTH = 3


def lstm_step(inputs, units):
    """Return one timestep of an LSTM: from x, c and h to c and h."""
    x, prev_c, prev_h = nn.Identity()(), nn.Identity()(), nn.Identity()()
    sums = nn.CAddTable()([nn.Linear(inputs, 4 * units)(x), nn.Linear(units, 4 * units)(prev_h)])
    i, f, o, g = nn.SplitTable(2)(nn.Reshape(4, units)(sums)).split(4)
    kept = nn.CMulTable()([nn.Sigmoid()(f), prev_c])
    c = nn.CAddTable()([kept, nn.CMulTable()([nn.Sigmoid()(i), nn.Tanh()(g)])])
    return nn.gModule([x, prev_c, prev_h], [c, nn.CMulTable()([nn.Sigmoid()(o), nn.Tanh()(c)])])


def small():
    """Return a network of two layers with a short cut."""
    x = nn.Identity()()
    h = nn.Tanh()(nn.Linear(4, 3)(x))
    return nn.gModule([x], [nn.CAddTable()([h, nn.Linear(4, 3)(x)])])


# Random graphs -----------------------------------------------------------------------------------


def random_graph(pick, depth=0):
    """Return a gModule and its number of outputs; ``pick(n)`` draws a number below n. Every node holds rows of WIDTH.

    What a graph can do: use a node many times, a module at many nodes, clones with shared parameters, tables, splits,
    nested tables, graphs inside graphs, several inputs and outputs.
    """
    inputs = [nn.Identity()() for _ in range(1 + pick(3))]
    nodes, used, linear, tanh = list(inputs), set(), nn.Linear(WIDTH, WIDTH), nn.Tanh()

    def node():
        found = nodes[pick(len(nodes))]
        used.add(id(found))
        return found

    def several(count):
        found = [node() for _ in range(count)]
        return [n for i, n in enumerate(found) if not any(n is other for other in found[:i])]

    def nest():
        found = several(3)
        return nn.CAddTable()(nn.FlattenTable()(nngraph.nest([found[0], found[1:]] if len(found) > 1 else [found])))

    def two():
        return nn.ConcatTable().add(nn.Linear(WIDTH, WIDTH)).add(nn.Tanh())(node()).split(2)

    def graph():
        inner, outputs = random_graph(pick, depth + 1)
        found = several(inner.nInputs)
        found += [nn.Identity()(found[0]) for _ in range(inner.nInputs - len(found))]
        made = inner(found if len(found) > 1 else found[0])
        return [made] if outputs == 1 else made.split(outputs)

    grow = [
        lambda: [nn.Linear(WIDTH, WIDTH)(node())],
        lambda: [linear(node())],
        lambda: [linear.clone(*SHARED)(node())],
        lambda: [tanh(node())],
        lambda: [nn.LogSoftMax()(node())],
        lambda: [nn.CAddTable()(nngraph.nest(several(1 + pick(3))))],
        lambda: [nn.CMulTable()(nngraph.nest(several(1 + pick(3))))],
        lambda: [nest()],
        lambda: [nngraph.JustTable()(node()).split(1)],
        two,
        graph,
    ]
    for _ in range(1 + pick(7)):
        nodes += grow[pick(len(grow) - depth)]()
    outputs = [n for n in nodes if id(n) not in used or pick(4) == 0]
    return nn.gModule(inputs, outputs), len(outputs)


def arrays(value):
    return value if isinstance(value, list) else [value]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_gradients_of_random_graphs(data):
    torch.manualSeed(2)
    net, count = random_graph(lambda high: data.draw(st.integers(0, high - 1)))
    rng = np.random.default_rng(3)
    flat, flat_gradient = net.getParameters()
    for rows in (3, 2):  # the second time in buffers that are there
        x = [rng.uniform(-1, 1, (rows, WIDTH)) for _ in range(net.nInputs)]
        weights = [rng.uniform(-1, 1, (rows, WIDTH)) for _ in range(count)]

        def loss(x=x, weights=weights):
            outputs = arrays(net.forward(x if len(x) > 1 else x[0]))
            return sum(np.vdot(w, y) for w, y in zip(weights, outputs, strict=True))

        loss()
        flat_gradient.fill(0)
        gradients = arrays(net.backward(x if len(x) > 1 else x[0], weights if count > 1 else weights[0]))
        gradients = [g.copy() for g in gradients] + [flat_gradient.copy()]
        for array, gradient in zip([*x, flat], gradients, strict=True):
            direction = rng.uniform(-1, 1, array.shape)
            slopes = []
            for step in (1e-5, -1e-5):
                array += step * direction
                slopes.append(loss())
                array -= step * direction
            expected = (slopes[0] - slopes[1]) / 2e-5
            assert abs(np.vdot(gradient, direction) - expected) <= 1e-7 * max(1, abs(expected))


def test_gradients_are_the_same_side_by_side():
    """Products long enough for threads give the numbers that they give one after the other."""
    found = []
    threads = torch.getnumthreads()
    for number in (1, 2):
        torch.setnumthreads(number)
        torch.manualSeed(1)
        net = lstm_step(64, 128).float()
        x = [torch.randn(64, n).astype(np.float32) for n in (64, 128, 128)]
        y = copy.deepcopy(net.forward(x))
        net.zeroGradParameters()
        net.backward(x, [np.ones_like(a) for a in y])
        found.append([*y, *net.gradInput, *net.parameters()[1]])
    torch.setnumthreads(threads)
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


# Building ----------------------------------------------------------------------------------------


def test_modules_are_in_the_order_of_torch():
    a, b = nn.Identity()(), nn.Identity()()
    h1, h2 = nn.Linear(2, 3)(a), nn.Linear(2, 3)(b)
    h3 = nn.Linear(3, 4)(nn.CAddTable()([h1, h2]))
    net = nn.gModule([a, b], [nn.CAddTable()([h3, nn.Linear(3, 4)(h1)])])
    names = "Identity Linear Identity Linear CAddTable Linear Linear CAddTable".split()
    assert [type(module).__name__ for module in net.modules] == names
    assert net.get(2) is h1.data.module
    assert [p.shape for p in net.parameters()[0]] == [(3, 2), (3,), (3, 2), (3,), (4, 3), (4,), (4, 3), (4,)]
    flat, _ = net.getParameters()
    assert flat.size == 50
    assert np.shares_memory(flat, h2.data.module.weight)


def test_operators_build_nodes():
    x = nn.Identity()()
    y = -nn.Linear(3, 2)
    assert not y.children
    net = nn.gModule([x], [x - nn.Linear(3, 2) - nn.Tanh()])
    linear = net.modules[1]
    np.testing.assert_allclose(net.forward(np.ones(3)), np.tanh(linear.forward(np.ones(3))))
    assert linear(np.ones(3)) is linear.output


def test_criterion_in_a_graph():
    x, t = nn.Identity()(), nn.Identity()()
    net = nn.gModule([x, t], [nn.MSECriterion()([nn.Linear(3, 2)(x), t])])
    target = np.zeros((4, 2))
    loss = net.forward([np.ones((4, 3)), target])
    np.testing.assert_allclose(loss, [np.mean(net.modules[1].output ** 2)])
    gradient = net.backward([np.ones((4, 3)), target], np.array([2.0]))
    np.testing.assert_allclose(gradient[0], 2 * net.modules[1].output / 4 @ net.modules[1].weight)
    np.testing.assert_array_equal(gradient[1], target)


def here():
    """Return the label of a node made on the line of the caller, as a pattern."""
    return re.escape(f"[test_nngraph.py]:{sys._getframe(1).f_lineno}_test_")


def test_errors_while_building():
    x = nn.Identity()()
    parentheses = r"inputs\[2\]: an nngraph.Node expected, got the module nn.Identity: .* second set of parentheses"
    with pytest.raises(TypeError, match=r"nn\.CMulTable: " + parentheses):
        nn.CMulTable()([x, nn.Identity()])
    with pytest.raises(TypeError, match=r"nn\.gModule: " + parentheses):
        nn.gModule([x, nn.Identity()], [x])
    with pytest.raises(TypeError, match=r"outputs\[3\]: an nngraph.Node expected, got the module nn.Linear"):
        nn.gModule([x], [nn.Tanh()(x), nn.Sigmoid()(x), nn.Linear(2, 3)])
    with pytest.raises(TypeError, match=r"outputs\[2\]: an nngraph.Node expected, got nil \(a typo"):
        nn.gModule([x], [nn.Tanh()(x), None, nn.Sigmoid()(x)])
    with pytest.raises(TypeError, match="inputs: a list of at least one node expected"):
        nn.gModule([], [x])
    with pytest.raises(TypeError, match=r"nn\.CAddTable: pass several inputs as one list"):
        nn.CAddTable()(x, x)
    with pytest.raises(ValueError, match="don't pass the same input twice"):
        nn.CAddTable()([x, x])
    with pytest.raises(TypeError, match=r"nngraph\.nest: input: an nngraph.Node expected, got str"):
        nngraph.nest([x, ["y"]])


def test_loose_ends_are_named():
    x = nn.Identity()()
    h = nn.Linear(4, 3)(x)
    _, label = nn.Sigmoid()(h), here()
    with pytest.raises(ValueError, match=f"node declared on {label}.* does not connect to gmodule output"):
        nn.gModule([x], [nn.Tanh()(h)])
    free, label = nn.Linear(4, 3)(), here()
    y = nn.Identity()()
    with pytest.raises(ValueError, match=f"node declared on {label}.* has no input and is none of the inputs"):
        nn.gModule([y], [nn.CAddTable()([y, free])])
    y, other = nn.Identity()(), nn.Identity()()
    with pytest.raises(ValueError, match="the inputs do not connect to the outputs"):
        nn.gModule([y], [nn.Tanh()(other)])


def test_unused_outputs_of_a_split_are_named():
    x, made = nn.Identity()(), here()
    (first, *_), split = x.split(3), here()
    message = rf"2 of split\(3\) outputs from the node declared at {made}.* split at {split}.*-mnode are unused"
    with pytest.raises(ValueError, match=message):
        nn.gModule([x], [first])


def test_inputs_with_inputs():
    x = nn.Identity()()
    h = nn.Tanh()(x)
    with pytest.raises(ValueError, match=r"inputs\[2\] has inputs of its own"):
        nn.gModule([x, h], [nn.CAddTable()([x, h])])
    x = nn.Identity()()
    h = nn.Tanh()(x)
    nn.gModule([x], [h])
    with pytest.raises(ValueError, match=r"inputs\[1\] has inputs of its own \(nodes of a gModule cannot"):
        nn.gModule([x], [h])


# Running -----------------------------------------------------------------------------------------


def test_errors_while_running_name_the_node():
    x = nn.Identity()()
    h, label = nn.Linear(4, 3)(x), here()
    net = nn.gModule([x], [nn.Tanh()(h)])
    with pytest.raises(ValueError, match=r"nn\.Linear\(4 -> 3\): .* == 4 expected") as error:
        net.forward(np.ones((2, 5)))
    (note,) = error.value.__notes__
    assert re.fullmatch(f"in module 2 of nn.gModule, declared on {label}.*", note)
    net.forward(np.ones((2, 4)))
    with pytest.raises(ValueError, match="gradOutput of shape") as error:
        net.backward(np.ones((2, 4)), np.ones((2, 2)))
    assert "in module 3 of nn.gModule" in error.value.__notes__[0]


def test_errors_of_tables():
    net = lstm_step(3, 2)
    with pytest.raises(TypeError, match=r"nn\.gModule: input: a table of 3 expected"):
        net.forward(np.ones(3))
    with pytest.raises(ValueError, match=r"nn\.gModule: input: a table of 3 expected, got a table of 2"):
        net.forward([np.ones((1, 3)), np.ones((1, 2))])
    x = [np.ones((1, 3)), np.ones((1, 2)), np.ones((1, 2))]
    net.forward(x)
    with pytest.raises(ValueError, match=r"nn\.gModule: gradOutput: a table of 2 expected, got a table of 1"):
        net.backward(x, [np.ones((1, 2))])
    x = nn.Identity()()
    net = nn.gModule([x], [nn.CAddTable()(list(nn.Identity()(x).split(2)))])
    for wrong, came in ((np.ones(2), "ndarray"), ([np.ones(2)] * 3, "3 outputs")):
        with pytest.raises(ValueError, match=rf"nn.gModule: split\(2\) cannot split {came}"):
            net.forward(wrong)


def test_nodes_show_what_runs_through_them():
    net = lstm_step(3, 2)
    x = [np.ones((1, 3)), np.ones((1, 2)), np.ones((1, 2))]
    output = net.forward(x)
    net.backward(x, [np.ones((1, 2)), np.ones((1, 2))])
    for node in net.forwardnodes:
        module = node.data.get("module")
        if isinstance(module, nn.Linear):
            (seen,) = node.data.input
            np.testing.assert_array_equal(module.updateOutput(seen), module.output)
            assert node.data.gradOutput[0].shape == (1, 8)
    assert net.outnode.data.input is output
    sums = [node.data.gradOutputBuffer for node in net.forwardnodes if "gradOutputBuffer" in node.data]
    assert [array.shape for array in sums] == [(1, 2)]  # c goes out and into h
    net.clearState()
    assert not any({"input", "gradOutput", "gradOutputBuffer"} & node.data.keys() for node in net.forwardnodes)
    assert net.output == net.gradInput == []
    assert len(net.forward(x)) == 2


def test_modules_without_gradient_of_the_input():
    x, y = nn.Identity()(), nn.Identity()()
    first = nn.Linear(3, 2)
    first.gradInput = None
    net = nn.gModule([x, y], [nn.CAddTable()([first(x), nn.Linear(3, 2)(y)])])
    net.forward([np.ones(3), np.ones(3)])
    net.zeroGradParameters()
    gradient = net.backward([np.ones(3), np.ones(3)], np.ones(2))
    assert gradient[0] is None
    assert gradient[1].shape == (3,)
    np.testing.assert_array_equal(first.gradBias, 1)


def test_update_without_gradient_buffers():
    net, other = small(), small()
    other.getParameters()[0][:] = net.getParameters()[0]
    x, gradient = np.ones((2, 4)), np.ones((2, 3))
    net.forward(x)
    net.backwardUpdate(x, gradient, 0.1)
    other.forward(x)
    other.zeroGradParameters()
    other.backward(x, gradient)
    other.updateParameters(0.1)
    np.testing.assert_allclose(net.getParameters()[0], other.getParameters()[0])


def test_verbose(capsys):
    net = small()
    net.verbose = True
    net.forward(np.ones(4))
    lines = capsys.readouterr().out.splitlines()
    assert lines.count(" V : module = nn.Identity") == 1
    assert "input = {Tensor[4]}" in lines


# What a container has ----------------------------------------------------------------------------


def test_clones_of_a_timestep_share_parameters():
    net = lstm_step(3, 2)
    flat, flat_gradient = net.getParameters()
    clones = [net.clone(*SHARED) for _ in range(50)]
    for clone in clones:
        parameters, gradients = clone.parameters()
        assert sum(p.size for p in parameters) == flat.size
        assert all(np.shares_memory(p, flat) for p in parameters)
        assert all(np.shares_memory(g, flat_gradient) for g in gradients)
        assert not any(node is other for node, other in zip(clone.forwardnodes, net.forwardnodes, strict=True))
        assert all(node.data.get("module") in [None, *clone.modules] for node in clone.forwardnodes)
    x = [np.ones((1, 3)), np.ones((1, 2)), np.ones((1, 2))]
    first = copy.deepcopy(clones[0].forward(x))
    flat += 0.1
    assert not np.allclose(clones[1].forward(x), first)
    assert not np.shares_memory(clones[0].output[0], clones[1].output[0])


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net)), lambda net: net.clone()]
)
def test_copies_run_by_themselves(copied):
    net = lstm_step(3, 2)
    x = [np.ones((1, 3)), np.ones((1, 2)), np.ones((1, 2))]
    wanted = copy.deepcopy(net.forward(x))
    other = copied(net)
    net.getParameters()[0].fill(0)
    np.testing.assert_array_equal(other.forward(x), wanted)
    assert [type(m) for m in other.modules] == [type(m) for m in net.modules]
    assert structure(other) == structure(net)


def test_long_graphs_are_copied_without_recursion():
    x = nn.Identity()()
    node = x
    for _ in range(3000):
        node = nn.MulConstant(1.0)(node)
    net = nn.gModule([x], [node])
    assert copy.deepcopy(net).forward(np.ones(2)).tolist() == [1, 1]


def test_type_training_and_map():
    net = lstm_step(3, 2)
    x = [np.ones((1, 3)), np.ones((1, 2)), np.ones((1, 2))]
    net.forward(x)
    assert net.float() is net
    assert net.type() == "torch.FloatTensor"
    assert {array.dtype for array in net.parameters()[0]} == {np.dtype(np.float32)}
    assert net.outnode.data.input[0].dtype == np.float32
    assert net.forward([array.astype(np.float32) for array in x])[0].dtype == np.float32
    net.evaluate()
    assert not any(module.train for module in net.listModules())
    pairs = []
    net.map(lstm_step(3, 2), lambda a, b: pairs.append((type(a), type(b))))
    assert len(pairs) == len(net.modules)
    assert all(a is b for a, b in pairs)
    with pytest.raises(ValueError, match=r"nn\.gModule: map: a graph of the same structure expected"):
        net.map(small(), print)


def test_replace_and_find():
    inner = small()
    x = nn.Identity()()
    tanh = nn.Tanh()
    net = nn.gModule([x], [tanh(nn.Linear(3, 3)(tanh(inner(x))))])
    assert len(net.findModules("nn.Linear")[0]) == 3
    assert net.findModules("nn.Linear")[1] == [inner, inner, net]
    net.forward(np.ones(4))
    net.replace(lambda module: nn.Sigmoid() if isinstance(module, nn.Tanh) else module)
    assert not net.findModules("nn.Tanh")[0]
    assert net.modules[2] is net.modules[4]  # it stood at two nodes, and its successor does
    hidden = 1 / (1 + np.exp(-inner.forward(np.ones(4))))
    wanted = 1 / (1 + np.exp(-net.modules[3].forward(hidden)))
    np.testing.assert_allclose(net.forward(np.ones(4)), wanted)


def structure(net):
    """Return what a graph looks like: the nodes by their numbers, and what each takes in."""
    places = {id(node.data): i for i, node in enumerate(net.forwardnodes)}
    nodes = [
        (str(n.data.get("module")), [places[id(d)] for d in n.data.mapindex], [c.id for c in n.children], n.id)
        for n in net.forwardnodes
    ]
    labels = [n.data.annotations for n in net.forwardnodes]
    edges = [[(e.from_.id, e.to.id) for e in graph.edges] for graph in (net.fg, net.bg)]
    return nodes, edges, labels, [places[id(n.data)] for n in net.backwardnodes], net.nInputs


@pytest.mark.parametrize("mode", ["binary", "ascii"])
def test_files(mode):
    x, y = nn.Identity()(), nn.Identity()()
    h = nn.JoinTable(1)([small()(x).annotate(name="inner"), nngraph.JustTable()(y).split(1)])
    net = nn.gModule([x, y], [h, nn.MSECriterion()([nn.Linear(5, 2)(h), y])])
    inputs = [np.ones(4), np.zeros(2)]
    wanted = copy.deepcopy(net.forward(inputs))
    net.backward(inputs, [np.ones(5), np.ones(1)])
    written = torch.serialize(net, mode)
    other = torch.deserialize(written, mode)
    assert structure(other) == structure(net)
    assert torch.serialize(other, mode) == written
    np.testing.assert_array_equal(other.forward(inputs)[0], wanted[0])
    assert other.forward(inputs)[1] == wanted[1]


def test_files_of_torch_keep_their_graphs():
    for item in torch.load(FILES / "nngraph.t7"):
        for net in item["module"].findModules("nn.gModule")[0]:
            assert structure(copy.deepcopy(net)) == structure(net)
            assert structure(torch.deserialize(torch.serialize(net))) == structure(net)
            rebuilt = net.fg.topsort()
            assert [node.data is other.data for node, other in zip(rebuilt, net.forwardnodes, strict=True)]
            assert [node.data.module for node in rebuilt if "module" in node.data] == net.modules


# Looking -----------------------------------------------------------------------------------------


def texts(path):
    """Return the words of an SVG picture, one string for each node."""
    root = ET.parse(path).getroot()
    space = {"s": "http://www.w3.org/2000/svg"}
    return ["\n".join(text.text for text in group.findall("s:text", space)) for group in root.findall("s:g", space)]


@pytest.fixture
def no_program(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shutil.which", lambda name: None)


@pytest.mark.usefixtures("no_program")
def test_pictures():
    x = nn.Identity()().annotate(name="x", graphAttributes={"color": "blue"})
    h = nn.Tanh()(nn.Linear(4, 3)(x).annotate(name='"h" & co', description="hidden"))
    net = nn.gModule([x], [nn.CAddTable()([h, nn.Linear(4, 3)(x)])])
    files = nngraph.dot(net, "net.svg")
    assert files == ["net_forward.dot", "net_forward.svg", "net_backward.dot", "net_backward.svg"]
    text = Path("net_forward.dot").read_text()
    assert text.startswith('digraph G {\nlabelloc="t";\nlabel="net.svg";\nnode [shape = oval]; \n')
    assert re.search(
        r'n\d\[label="\\"h\\" & co \(\d\)\\ndesc = hidden\\lmodule = nn.Linear\(4 -> 3\)\\l" tooltip=', text
    )
    assert text.count(" -> n") == len(net.fg.edges) == len(net.bg.edges) == 7
    shown = texts("net_backward.svg")
    assert len(shown) == len(net.bg.nodes) == 7
    assert any(re.fullmatch(r'"h" & co \(\d\)\ndesc = hidden\nmodule = nn.Linear\(4 -> 3\)', text) for text in shown)
    assert 'stroke="blue"' in Path("net_forward.svg").read_text()
    assert nngraph.dot(net.fg, "Title", "only") == ["only.dot", "only.svg"]
    assert ">Title</text>" in Path("only.svg").read_text()


@pytest.mark.usefixtures("no_program")
def test_simple_pictures():
    net = lstm_step(3, 2)
    nngraph.simple_dot(net, "lstm")
    shown = texts("lstm_forward.svg")
    assert len(shown) == sum(not isinstance(module, nn.Identity) for module in net.modules)
    assert not any("Identity" in text or "selectindex" in text for text in shown)
    assert Path("lstm_forward.dot").read_text().count(" -> n") == 16


def test_pictures_by_the_program(monkeypatch, tmp_path):
    calls = []
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr("subprocess.run", lambda command, check: calls.append(command))
    path = str(tmp_path / "net")
    nngraph.dot(small().fg, path)
    assert calls == [["/bin/dot", "-Tsvg", "-o", f"{path}.svg", f"{path}.dot"]]


def test_labels_tell_shapes_and_broken_numbers():
    net = small()
    net.forward(np.array([1, 2, np.nan, 4]))
    linear = next(node for node in net.forwardnodes if isinstance(node.data.get("module"), nn.Linear))
    assert linear.label() == "module = nn.Linear(4 -> 3)\ninput = {Tensor[4]NaN}"
    linear.data.input = [np.array([np.inf, 0], np.float32), np.array([-np.inf]), np.ones((2, 3), np.int64)]
    assert linear.label().endswith("input = {torch.FloatTensor[2]inf,Tensor[1]-inf,torch.LongTensor[2x3]}")


@pytest.mark.usefixtures("no_program")
def test_debugging_draws_the_node_that_failed(capsys):
    net = small()
    net.name = "broken"
    nngraph.setDebug(True)
    try:
        for _ in range(2):
            with pytest.raises(ValueError, match="expected"):
                net.forward(np.ones(5))
    finally:
        nngraph.setDebug(False)
    assert capsys.readouterr().err.splitlines() == ["saving broken.svg", "saving broken_1.svg"]
    assert re.search(r"n\d\[style=filled, fillcolor=red\];\n}$", Path("broken.dot").read_text())
    assert Path("broken.svg").read_text().count('fill="red"') == 1
    with pytest.raises(ValueError, match="expected"):
        net.forward(np.ones(5))
    assert not Path("broken_2.svg").exists()


def test_nodes_are_named_after_variables():
    x = nn.Identity()()
    hidden = nn.Linear(2, 2)(x).annotate(name="mine")
    nngraph.annotateNodes()
    assert x.data.annotations.name == "x"
    assert hidden.graphNodeName() == "mine (0)"
    assert repr(x).startswith("nngraph.Node ([test_nngraph.py]:")
