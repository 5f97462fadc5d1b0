"""nnlite.gnuplot: the files it writes, the histogram it prints, its options and errors."""

import sys

import numpy as np
import pytest

from nnlite import gnuplot


@pytest.fixture(autouse=True)
def _fresh(tmp_path, monkeypatch):
    """Start without figures, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    yield
    for n in list(gnuplot.figures._figures):
        gnuplot.figures._figures[n].draw = None
    gnuplot.closeall()


X = np.linspace(-3, 3, 40)
PLOTS = {
    "y": lambda: gnuplot.plot(np.sin(X)),
    "formats": lambda: gnuplot.plot(*([name, X, np.sin(X), name] for name in (".", "+", "-", "+-", "|", "~", "~2"))),
    "columns": lambda: gnuplot.plot([np.stack([X, np.sin(X), np.cos(X)], 1), "with lines ls 1"]),
    "arrows": lambda: gnuplot.plot([np.ones((3, 4)), "v"]),
    "list of lists": lambda: gnuplot.plot([["a", X, X], ["b", X, -X, "-"]]),
    "filled": lambda: gnuplot.plot([np.stack([X, X, X + 1], 1), "with filledcurves fill transparent"]),
    "splot": lambda: gnuplot.splot(np.outer(X, X)),
    "splot x y z": lambda: gnuplot.splot(["s", *np.mgrid[:4, :5], np.ones((4, 5))]),
    "scatter3": lambda: gnuplot.scatter3("points", X, X, X),
    "imagesc": lambda: gnuplot.imagesc(np.outer(X, X), "color"),
    "bar": lambda: gnuplot.bar(X, X),
    "hist": lambda: gnuplot.hist(X, 8),
}


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_becomes_a_picture(name, tmp_path):
    from PIL import Image

    gnuplot.pngfigure("blank.png")
    gnuplot.plotflush()
    gnuplot.pngfigure("plot.png")
    PLOTS[name]()
    gnuplot.plotflush()
    blank, drawn = (np.asarray(Image.open(tmp_path / f"{file}.png").convert("L")) for file in ("blank", "plot"))
    assert drawn.shape == blank.shape
    assert (drawn != blank).mean() > 0.002


def test_options_change_the_picture(tmp_path):
    pictures = set()
    options = [
        lambda: None,
        lambda: gnuplot.title("a title"),
        lambda: gnuplot.xlabel("steps"),
        lambda: gnuplot.ylabel("loss"),
        lambda: gnuplot.raw('set ylabel "a loss"'),
        lambda: gnuplot.grid(True),
        lambda: gnuplot.logscale(True),
        lambda: gnuplot.movelegend("left", "bottom"),
        lambda: gnuplot.axis([0, 2, "", ""]),
        lambda: gnuplot.axis("image"),
        lambda: gnuplot.raw("set yrange [0:9]"),
        lambda: gnuplot.raw("unset key"),
    ]
    for number, option in enumerate(options):
        gnuplot.pngfigure(f"{number}.png")
        gnuplot.plot("exp", X, np.exp(X), "-")
        option()
        gnuplot.plotflush()
        pictures.add((tmp_path / f"{number}.png").read_bytes())
    assert len(pictures) == len(options)


def test_files_of_every_format(tmp_path):
    for make, start in ((gnuplot.pdffigure, b"%PDF"), (gnuplot.epsfigure, b"%!PS"), (gnuplot.svgfigure, b"<?xml")):
        n = make(f"x.{make.__name__[:3]}")
        gnuplot.plot(X)
        gnuplot.plotflush(n)
        assert (tmp_path / f"x.{make.__name__[:3]}").read_bytes().startswith(start)
    gnuplot.figprint("copy.png")
    assert (tmp_path / "copy.png").exists()


def test_figures_keep_their_plots(tmp_path, capsys):
    assert gnuplot.figure() == 1
    gnuplot.plot(X)
    assert gnuplot.figure(5) == 5
    gnuplot.plot(-X)
    gnuplot.figure(1)
    gnuplot.close()
    assert (tmp_path / "figure-1.png").exists()
    assert not (tmp_path / "figure-5.png").exists()
    gnuplot.closeall()
    assert (tmp_path / "figure-5.png").exists()
    gnuplot.plotflush()
    assert capsys.readouterr().out == "no figure None\n"


def test_histogram_counts_and_prints():
    h = gnuplot.histc(np.array([0.0, 0.1, 0.2, 0.9, 1.0, 2.0]), 4)
    assert h.raw.tolist() == [3, 1, 1, 1]
    assert (h.max, h.min, h.bins, h.binwidth) == (1, 2, 4, 0.5)
    assert h[0] == {"val": 0.25, "nb": 3}
    lines = str(h).split("\n")
    assert lines[0] == "nsamples:  min:(bin:2/#1/cntr:0.75)  max:(bin:1/#3/cntr:0.25)"
    assert lines[1] == "--------:----"
    assert lines[2] == "2.73e+00:.   "
    assert lines[8:10] == ["1.09e+00:|   ", "8.18e-01:|:::"]
    assert lines[-2:] == ["--------:-^--", "centers +0.75 "]
    assert gnuplot.histc(np.ones(5), 2, raw=True).tolist() == [0, 5]


def test_errors(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=r"cannot save to none/x\.png: directory does not exist"):
        gnuplot.pngfigure("none/x.png")
    with pytest.raises(ValueError, match=r"gnuplot\.plot: x and y of the same length expected"):
        gnuplot.plot(X, X[1:])
    with pytest.raises(TypeError, match=r"gnuplot\.plot: \[string,\] 1 to 2 arrays \[, string\] expected"):
        gnuplot.plot("a", "b")
    with pytest.raises(ValueError, match=r"gnuplot\.imagesc: a matrix expected, got shape \(40,\)"):
        gnuplot.imagesc(X)
    with pytest.raises(ValueError, match=r"gnuplot\.scatter3: x, y and z of the same length expected"):
        gnuplot.scatter3(X, X, X[1:])
    with pytest.raises(ValueError, match=r"gnuplot\.splot: z, or x, y and z, as matrices expected"):
        gnuplot.splot(np.ones((2, 2)), np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"gnuplot\.axis: one of auto, image, equal, fill expected, got 'no'"):
        gnuplot.axis("no")
    with pytest.raises(ValueError, match=r"gnuplot\.movelegend: one of left, right, center"):
        gnuplot.movelegend("up", "left")
    with pytest.raises(ValueError, match=r"gnuplot\.figprint: a png, eps, pdf or svg file expected, got 'x\.bmp'"):
        gnuplot.figprint("x.bmp")
    with pytest.warns(UserWarning, match=r"gnuplot\.raw: 'set xtics' has no effect"):
        gnuplot.raw("set xtics")
    gnuplot.plot(X, X, "wavy")
    with pytest.raises(ValueError, match=r"gnuplot\.plot: a format of .* expected, got 'wavy'"):
        gnuplot.figprint("x.png")
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'nnlite\[plot\]'"):
        gnuplot.plotflush()
