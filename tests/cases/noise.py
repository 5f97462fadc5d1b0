"""Random masks and noise."""

from . import case

CASES = [
    case("nn.Dropout(0.3)", (4, 5), inplace="nn.Dropout(0.3, False, True)"),
    case("nn.Dropout(0.3, True)", (4, 5), inplace="nn.Dropout(0.3, True, True)"),
    case("nn.Dropout(0)", (2, 3), batch=True, inplace="nn.Dropout(0, False, True)"),
    case("m = nn.Dropout()\nm.evaluate()\nm", (2, 3), batch=True),
]
