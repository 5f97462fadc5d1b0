"""Containers of modules that work on arrays."""

from . import case

SCALE = {"scale": "backward forgets its scale, as in Torch"}
TABLE = {"batch": "input or output is a table"}
COPIES = {**TABLE, "errors": "parameters() lists the copies of the module, which a longer table calls for"}

CASES = [
    case("nn.Sequential().add(nn.Linear(4, 3)).add(nn.Tanh()).add(nn.Linear(3, 2))", (2, 4), batch=True),
    case("nn.Sequential().add(nn.Linear(4, 3))", (4,)),
    case("nn.Concat(-1).add(nn.Linear(4, 3)).add(nn.Tanh())", (2, 4), batch=True),
    case("nn.Concat(1).add(nn.Linear(4, 3)).add(nn.Linear(4, 1))", (4,)),
    case("nn.Concat(1).add(nn.CAddTable()).add(nn.JoinTable(1))", [(2, 3), (2, 3)]),
    case("nn.DepthConcat(1).add(nn.Narrow(2, 1, 2)).add(nn.Identity()).add(nn.Narrow(3, 2, 1))", (2, 3, 4)),
    case(
        "nn.DepthConcat(-3).add(nn.Narrow(-1, 1, 2)).add(nn.Sequential().add(nn.Identity()))", (2, 2, 3, 4), batch=True
    ),
    case("nn.DepthConcat(2).add(nn.Linear(4, 3)).add(nn.Linear(4, 1))", (2, 4), without=SCALE),
    case("nn.Parallel(1, 1).add(nn.Linear(4, 3)).add(nn.Linear(4, 1))", (2, 4)),
    case("nn.Parallel(-2, -1).add(nn.Linear(4, 3)).add(nn.Tanh())", (3, 2, 4), batch=True),
    case("nn.ConcatTable().add(nn.Linear(4, 3)).add(nn.Identity())", (2, 4), without=TABLE),
    case(
        "nn.ConcatTable().add(nn.SelectTable(1)).add(nn.Identity()).add(nn.NarrowTable(1, 2))", [(2, 3), (4,), [(1,)]]
    ),
    case("nn.Sequential().add(nn.ConcatTable().add(nn.Linear(4, 3)).add(nn.Tanh())).add(nn.JoinTable(-1))", (2, 4)),
    case("nn.ParallelTable().add(nn.Linear(4, 3)).add(nn.CAddTable())", [(2, 4), [(3,), (3,)]], without=TABLE),
    case("nn.MapTable(nn.Linear(4, 3))", [(2, 4), (4,), (1, 4)], without=COPIES),
    case("nn.MapTable(nn.Linear(4, 3), False)", [(2, 4), (4,)], without=COPIES),
    case("nn.MapTable().add(nn.Sequential().add(nn.Linear(4, 3)).add(nn.Tanh()))", [(2, 4), (2, 4)], without=COPIES),
]
