"""Sums and products with constants and with learned arrays."""

from . import case

CASES = [
    case("nn.AddConstant(2.5)", (2, 3), batch=True, inplace="nn.AddConstant(2.5, True)"),
    case("nn.AddConstant(torch.Tensor([1, -2, 0.5]))", (2, 3), batch=True),
    case(
        "nn.AddConstant(torch.Tensor([1, -2, 0.5]))", (3,), inplace="nn.AddConstant(torch.Tensor([1, -2, 0.5]), True)"
    ),
    case("nn.AddConstant(-1)", (1,)),
    case("nn.MulConstant(2.5)", (2, 3), batch=True, inplace="nn.MulConstant(2.5, True)"),
    case("nn.MulConstant(-1)", (1,)),
    case("nn.Add(3)", (2, 3), batch=True),
    case("nn.Add(6)", (2, 2, 3), batch=True, without={"batch": "a sample of another shape is a batch"}),
    case("nn.Add(3, True)", (2, 3), batch=True),
    case("nn.Add(1)", (1,)),
    case("nn.Add([2, 3])", (4, 2, 3), batch=True),
    case("nn.Mul()", (2, 3), batch=True),
    case("nn.Mul()", (1,)),
    case("nn.CAdd(3)", (2, 3), batch=True),
    case("nn.CAdd(2, 1, 3)", (2, 4, 3)),
    case("nn.CAdd(2, 3)", (4, 2, 3), batch=True),
    case("nn.CAdd(torch.LongStorage([1, 3]))", (2, 3)),
    case("nn.CAdd(1)", (1,)),
    case("nn.CMul(3)", (2, 3), batch=True),
    case("nn.CMul(2, 1, 3)", (2, 4, 3)),
    case("nn.CMul(2, 3)", (4, 2, 3), batch=True),
    case("nn.CMul(torch.LongStorage([1, 3]))", (2, 3)),
    case("nn.CMul(1)", (1,)),
]
