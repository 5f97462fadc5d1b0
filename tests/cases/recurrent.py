"""Recurrent networks."""

import numpy as np

from . import case, criterion, distinct, ints

SCALE = {"scale": "modules with gates forget it inside others, as in Torch"}
TIME = {"batch": "the first axis of a sequence is time"}
TABLE = {"batch": "its input is a table"}
ONCE = {"scale": "as in Lua, a step can be taken back once"}
ROW = "the row for index 0 is set to zero in each forward call"
ZEROED = {"flat": ROW, "errors": ROW, "shapes": ROW}
LIFTED = {"gradient": "a row that is no longer all zero is no longer masked"}
MASKED = {"parameters": "as in Lua, the bias sees the gradient of masked rows"}
CONTINUED = {
    "gradient": "each call goes on with the sequence",
    "parameters": "each call goes on with the sequence",
    "scale": "each call goes on with the sequence",
    "buffers": "each step has its own",
    "flat": "each call goes on with the sequence",
    "clone": "each call goes on with the sequence",
    "type": "each call goes on with the sequence",
    "pickle": "each call goes on with the sequence",
    "t7": "each call goes on with the sequence",
    "batch": "each call goes on with the sequence; see test_rnn.py",
}


def padded(shape):
    """Return the spec of a sequence or batch with some rows of zeros."""

    def made(rng):
        x = distinct(shape, rng)
        x[..., 0, :] = 0
        return x

    return made


RECURRENCE = "nn.Recurrence(nn.Sequential().add(nn.JoinTable(1, 1)).add(nn.Linear(5, 2)).add(nn.Tanh()), 2, 1)"

CASES = [
    case("nn.LinearNoBias(3, 2)", (4, 3), batch=True),
    case("nn.SAdd(-1, True)", (4, 3), batch=True),
    case("nn.CopyGrad()", (2, 3), batch=True),
    case("nn.ExpandAs()", [(2, 3), (2, 1)], without=TABLE | {"buffers": "the output is a view of the input"}),
    case("nn.TotalDropout(0.3)", (2, 3), without={"batch": "one draw for the whole input"}),
    case("nn.ReverseTable()", [(2,), (3,)], without=TABLE | {"buffers": "it passes on what it is given"}),
    case("nn.ReverseSequence()", (4, 2), without=TIME),
    case("nn.ReverseSequence()", [(2,), (3,)], without=TABLE | {"buffers": "it passes on what it is given"}),
    case("nn.SeqReverseSequence(2)", (3, 4, 2), without={"batch": "dimensions count the batch"}),
    case("nn.StepLSTM(3, 2)", [(4, 3), (4, 2), (4, 2)], without=TABLE),
    case("nn.StepLSTM(3, 4, 2)", [(4, 3), (4, 2), (4, 4)], without=TABLE),
    case("nn.StepLSTM(3, 2).maskZero(True)", [padded((4, 3)), (4, 2), (4, 2)], without=LIFTED | TABLE),
    case("nn.StepGRU(3, 2)", [(4, 3), (4, 2)], without=TABLE),
    case("nn.StepGRU(3, 2).maskZero(True)", [padded((4, 3)), (4, 2)], without=LIFTED | TABLE),
    case("nn.SeqLSTM(3, 2)", (4, 2, 3), without=TIME),
    case("nn.SeqLSTM(3, 4, 2)", (3, 2, 3), without=TIME),
    case("nn.SeqLSTM(3, 2).maskZero(True)", padded((4, 2, 3)), without=LIFTED | TIME),
    case("nn.SeqLSTM(3, 2)", [(2, 2), (2, 2), (4, 2, 3)], without=TIME),
    case("nn.SeqLSTMP(3, 4, 2)", (3, 2, 3), without=TIME),
    case("m = nn.SeqLSTM(3, 2)\nm.batchfirst = True\nm", (2, 4, 3), without={"batch": "a sample has a batch axis"}),
    case("nn.SeqGRU(3, 2)", (4, 2, 3), without=TIME),
    case("nn.SeqGRU(3, 2).maskZero(True)", padded((4, 2, 3)), without=LIFTED | TIME),
    case("nn.SeqGRU(3, 2)", [(2, 2), (4, 2, 3)], without=TIME),
    case("nn.VanillaRNN(3, 2)", (2, 4, 3), without={"batch": "a sample has a batch axis"}),
    case("nn.VanillaRNN(3, 2)", [(2, 2), (2, 4, 3)], without=TABLE),
    case("nn.rnn.torch_rnn.LSTM(3, 2)", (2, 4, 3), without={"batch": "a sample has a batch axis"}),
    case("nn.SeqBLSTM(3, 2)", (4, 2, 3), without=TIME | SCALE),
    case("nn.SeqBGRU(3, 2, nn.CMulTable())", (4, 2, 3), without=TIME | SCALE),
    case("nn.SeqBRNN(3, 2, True)", (2, 4, 3), without=SCALE | {"batch": "a sample has a batch axis"}),
    case("nn.ReverseUnreverse(nn.SeqGRU(3, 2))", (4, 2, 3), without=TIME | SCALE),
    case("nn.Sequencer(nn.RecLSTM(3, 2))", (4, 2, 3), without=TIME | ONCE),
    case("nn.Sequencer(nn.RecGRU(3, 2))", [(2, 3), (2, 3)], without=TABLE | ONCE),
    case("nn.Sequencer(nn.LSTM(3, 2))", [(3,), (3,), (3,)], without=TABLE | ONCE),
    case("nn.Sequencer(nn.LSTM(3, 2, None, False))", (3, 2, 3), without=TIME | ONCE),
    case("nn.Sequencer(nn.FastLSTM(3, 2))", (3, 2, 3), without=TIME | ONCE),
    case("nn.Sequencer(nn.GRU(3, 2))", (3, 2, 3), without=TIME | ONCE),
    case("nn.Sequencer(nn.LinearRNN(3, 2))", (3, 2, 3), without=TIME | ONCE),
    case("nn.Sequencer(nn.LookupRNN(5, 2))", ints((3, 2), 5), without=TIME | ONCE | ZEROED),
    case("nn.Sequencer(nn.Recurrent(2, nn.Linear(3, 2), nn.Linear(2, 2)))", (4, 2, 3), without=TIME | ONCE),
    case("nn.Sequencer(nn.Recurrent([2], nn.Linear(3, 2), nn.Linear(2, 2)))", (4, 2, 3), without=TIME | ONCE),
    case(f"nn.Sequencer({RECURRENCE})", (4, 2, 3), without=TIME | ONCE),
    case("nn.Sequencer(nn.LSTM(3, 2).trimZero(1))", padded((3, 2, 3)), without=LIFTED | TIME | ONCE),
    case("nn.Sequencer(nn.GRU(3, 2).trimZero(1))", padded((3, 2, 3)), without=LIFTED | TIME | ONCE),
    case("nn.Sequencer(nn.Sequential().add(nn.RecGRU(3, 2)).add(nn.Linear(2, 2)))", (3, 2, 3), without=TIME | ONCE),
    case("nn.Sequencer(nn.MaskZero(nn.Linear(3, 2), 1))", padded((3, 2, 3)), without=LIFTED | TIME | ONCE | MASKED),
    case(
        "nn.Sequencer(nn.NormStabilizer())",
        (3, 2, 3),
        without=TIME | ONCE | {"gradient": "the gradient of the penalty is added, the penalty is not"},
    ),
    case("nn.Repeater(nn.RecLSTM(3, 2), 3)", (2, 3), without={"batch": "its output is a table"} | ONCE),
    case("nn.BiSequencer(nn.RecGRU(3, 2))", (3, 2, 3), without=TIME | ONCE),
    case("nn.BiSequencer(nn.FastLSTM(3, 2), None, 1)", [(2, 3), (2, 3)], without=TABLE | ONCE),
    case("nn.BiSequencerLM(nn.FastLSTM(3, 2))", [(2, 3), (2, 3), (2, 3)], without=TABLE | ONCE),
    case("nn.MaskZero(nn.Linear(3, 2), 1)", padded((4, 3)), batch=True, without=LIFTED | MASKED),
    case("nn.TrimZero(nn.Linear(3, 2), 1)", padded((4, 3)), batch=True, without=LIFTED),
    case(
        "nn.LookupTableMaskZero(5, 2)",
        ints((2, 3), 5),
        batch=True,
        without=ZEROED,
    ),
    case("nn.RecLSTM(3, 2)", (2, 3), without=CONTINUED),
    case("nn.RecGRU(3, 2)", (2, 3), without=CONTINUED),
    case("nn.LSTM(3, 2)", (2, 3), without=CONTINUED),
    case("nn.FastLSTM(3, 2)", (2, 3), without=CONTINUED),
    case("nn.GRU(3, 2)", (2, 3), without=CONTINUED),
    case("nn.LinearRNN(3, 2)", (2, 3), without=CONTINUED),
    case("nn.LookupRNN(5, 2)", ints((2,), 5), without=CONTINUED | ZEROED),
    case("nn.Recurrent(2, nn.Linear(3, 2), nn.Linear(2, 2))", (2, 3), without=CONTINUED),
    case(RECURRENCE, (2, 3), without=CONTINUED),
    case("nn.Recursor(nn.Linear(3, 2))", (2, 3), without=CONTINUED),
    case("nn.NormStabilizer()", (2, 3), without=CONTINUED),
    *(
        case(f"nn.rnn.cudnn.{text}", (4, 2, 3), without=TIME | {"buffers": "it keeps no buffers"})
        for text in (
            "LSTM(3, 2, 2)",
            "BLSTM(3, 2, 2)",
            "GRU(3, 2, 1)",
            "BGRU(3, 2, 2)",
            "RNNTanh(3, 2, 2)",
            "RNNReLU(3, 2, 1)",
        )
    ),
    criterion("nn.SequencerCriterion(nn.MSECriterion())", (3, 2, 4), (3, 2, 4)),
    criterion("nn.SequencerCriterion(nn.ClassNLLCriterion(), True)", [(2, 4), (2, 4)], [ints((2,), 4), ints((2,), 4)]),
    criterion("nn.RepeaterCriterion(nn.MSECriterion())", [(2, 4), (2, 4)], (2, 4)),
    criterion("nn.RepeaterCriterion(nn.AbsCriterion(), True)", [(2,), (2,)], lambda rng: np.full(2, 3.0)),
    criterion("nn.MaskZeroCriterion(nn.MSECriterion(), 1)", padded((3, 2)), (3, 2), without=LIFTED),
]
