"""What the real Torch7 computed (tests/golden): every case, replayed by golden_runner.py."""

import json
from pathlib import Path

import numpy as np
import pytest

from golden_runner import attempt

GOLDEN = Path(__file__).parent / "golden"


def cases():
    for path in sorted(GOLDEN.glob("*.json")):
        with np.load(path.with_suffix(".npz")) as archive:
            arrays = dict(archive)
        for case in json.loads(path.read_text())["cases"]:
            own = {key: value for key, value in arrays.items() if key.startswith(case["id"] + "/")}
            yield pytest.param(case, own, id=f"{path.stem}-{case['id']}")


@pytest.mark.parametrize(("case", "arrays"), list(cases()))
def test_golden(case, arrays):
    assert attempt(case, arrays) is None
