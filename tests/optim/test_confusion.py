"""ConfusionMatrix: text, counts, rates, mistakes, pictures."""

import copy
import pickle

import numpy as np
import pytest

import optimlite as optim

TEXT = (
    "ConfusionMatrix:\n"
    "[[       1       1]   50.000% \t[class: cat]\n"
    " [       0       1]]  100.000% \t[class: dog]\n"
    " + average row correct: 75% \n"
    " + average rowUcol correct (VOC measure): 50% \n"
    " + global correct: 66.666666666667%"
)


def pets():
    confusion = optim.ConfusionMatrix(["cat", "dog"])
    for prediction, target in ((1, 1), (2, 1), (2, 2)):
        confusion.add(prediction, target)
    return confusion


def test_text_is_that_of_torch():
    assert str(pets()) == repr(pets()) == TEXT


def test_text_without_names_or_samples():
    text = str(optim.ConfusionMatrix(2))
    assert text.splitlines()[1:3] == ["[[       0       0]   nan% ", " [       0       0]]  nan% "]
    assert text.endswith(" + global correct: nan%")


def test_text_of_large_counts_and_few_names():
    confusion = optim.ConfusionMatrix(2, ["one"])
    confusion.mat[0, 0] = 1_234_567_890
    lines = str(confusion).splitlines()
    assert lines[1] == "[[ 1234567890          0]   100.000% \t[class: one]"
    assert lines[2] == " [          0          0]]  nan% \t[class: ]"
    confusion.mat[:] = [[1, 63], [0, 1]]
    assert str(confusion).splitlines()[1] == "[[       1      63]   1.563% \t[class: one]"


def test_fields_are_those_of_torch():
    confusion = pets()
    confusion.updateValids()
    assert confusion.torch_typename == "optim.ConfusionMatrix"
    assert confusion.mat.dtype == np.int64
    assert confusion.valids.dtype == confusion.unionvalids.dtype == np.float32
    np.testing.assert_array_equal(confusion.mat, [[1, 1], [0, 1]])
    np.testing.assert_array_equal(confusion.valids, [0.5, 1])
    np.testing.assert_array_equal(confusion.unionvalids, [0.5, 0.5])
    assert (confusion.totalValid, confusion.averageValid, confusion.averageUnionValid) == (2 / 3, 0.75, 0.5)
    assert (confusion.nclasses, confusion.classes) == (2, ["cat", "dog"])


@pytest.mark.parametrize("targets", [[1, 2, 2, 0, 3, 1], [3, 3, 3, 3, 3, 3]])
def test_a_batch_counts_as_its_samples(targets):
    random = np.random.default_rng(0)
    scores, targets = random.normal(size=(6, 3)), np.array(targets)
    one_hot = np.eye(3)[np.maximum(targets, 1) - 1]
    classes = 1 + scores.argmax(1)
    expected = optim.ConfusionMatrix(3)
    for score, target in zip(scores, targets, strict=True):
        expected.add(score, int(target))
    for predictions in (scores, scores.astype(np.float32), classes, classes[:, None], classes.astype(float)):
        for labels in (targets, targets.astype(np.float32), targets[:, None], targets.tolist()):
            confusion = optim.ConfusionMatrix(3)
            confusion.batchAdd(predictions, labels)
            np.testing.assert_array_equal(confusion.mat, expected.mat)
    if (targets > 0).all():
        confusion = optim.ConfusionMatrix(3)
        confusion.batchAdd(scores, one_hot)
        np.testing.assert_array_equal(confusion.mat, expected.mat)


def test_add_takes_classes_and_scores():
    confusion = optim.ConfusionMatrix(3)
    confusion.add(2, 3)
    confusion.add(np.float32(2), np.int64(3))
    confusion.add(np.array([0.1, 0.7, 0.7]), np.array(3))
    confusion.add(np.array([0.1, 0.7, 0.7 + 1e-12]), np.array([0, 0, 1]))  # equal in float32: the first counts
    confusion.add(1, 0)
    confusion.add(1, -1)
    np.testing.assert_array_equal(confusion.mat, [[0, 0, 0], [0, 0, 0], [0, 4, 0]])


def test_zero_forgets():
    confusion = pets()
    confusion.updateValids()
    confusion.zero()
    assert not confusion.mat.any()
    assert not confusion.valids.any()
    assert confusion.totalValid == confusion.averageValid == 0


def test_rates_of_false_acceptance_and_rejection():
    confusion = optim.ConfusionMatrix(3)
    confusion.mat[...] = [[3, 1, 0], [0, 0, 0], [1, 0, 1]]
    class_frrs, class_fars, frrs, fars = confusion.farFrr()
    np.testing.assert_allclose(class_frrs, [0.25, -1, 0.5])
    np.testing.assert_allclose(class_fars, [0.5, -1, 0])
    np.testing.assert_allclose(frrs, [0.25, 0.5])
    np.testing.assert_allclose(fars, [0.5, 0])


def test_copies_count_apart():
    one = pets()
    for other in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        other.add(1, 1)
        assert other.mat[0, 0] == 2
        assert one.mat[0, 0] == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.add(0, 1), "a prediction from 1 to 2 expected, got 0"),
        (lambda c: c.add(1, 3), "a target from 1 to 2 expected, got 3"),
        (lambda c: c.add(np.zeros((1, 2)), 1), r"array of scores expected as prediction, got shape \(1, 2\)"),
        (lambda c: c.batchAdd(np.array([1, 3]), np.array([1, 1])), "a prediction from 1 to 2 expected, got 3"),
        (lambda c: c.batchAdd(np.array([1, 2]), np.array([1, 5])), "a target from 1 to 2 expected, got 5"),
        (lambda c: c.batchAdd(np.array([1, 2]), np.array([1])), "got 1 targets and 2 predictions"),
        (lambda c: c.batchAdd(np.zeros((1, 2, 3)), np.array([1])), r"predictions with 1 or 2 dimensions expected"),
        (lambda c: c.batchAdd(np.array([1]), np.zeros((1, 2, 3))), r"targets with 1 or 2 dimensions expected"),
        (lambda c: c.render("size"), "sort mode score or occurrence expected, got 'size'"),
    ],
)
def test_mistakes(call, message):
    confusion = pets()
    with pytest.raises(ValueError, match=f"optim.ConfusionMatrix: .*{message}"):
        call(confusion)
    np.testing.assert_array_equal(confusion.mat, [[1, 1], [0, 1]])


def test_render_returns_a_picture(tmp_path):
    confusion = optim.ConfusionMatrix(["cat", "dog", "emu"])
    confusion.mat[...] = [[2, 2, 0], [0, 4, 0], [0, 0, 1]]
    picture = confusion.render("occurrence", False, 40, 100)
    assert picture.shape == (3, 120, 220)
    assert 0 <= picture.min() < picture.max() <= 1
    corners = picture[:, 4::40, 4:120:40]  # cells in the order cat, dog, emu
    np.testing.assert_allclose(corners[0], [[0.5, 0.5, 0], [0, 1, 0], [0, 0, 1]], atol=0.01)
    by_score = confusion.render(block=40, legendwidth=100)[0, 4::40, 4:120:40]  # dog, emu, cat
    np.testing.assert_allclose(by_score, [[1, 0, 0], [0, 1, 0], [0.5, 0, 0.5]], atol=0.01)
    for name in ("picture.png", "picture.pdf"):
        shown = confusion.render(display=True, filename=tmp_path / name)
        assert shown.shape[1] == 125
        assert (tmp_path / name).stat().st_size > 500


def test_render_without_names():
    assert optim.ConfusionMatrix(2).render().shape == (3, 50, 250)
