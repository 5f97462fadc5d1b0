"""Modules for unsupervised learning: AutoEncoder, PSD, FistaL1, LinearFistaL1, SpatialConvFistaL1, Diag.

After the package unsup by Koray Kavukcuoglu. An unsupervised module is its own loss: ``updateOutput(input, target)``
returns a number, and the gradients need no gradOutput.
"""

import numpy as np

import nnlite as nn
import optimlite as optim
from nnlite import hessian, torch


class Diag(nn.Module):
    """``y_i = w_i x_i``: a factor for each feature (the first dimension of the input)."""

    def __init__(self, nFeature):
        super().__init__()
        self.weight = torch.Tensor(nFeature)
        self.gradWeight = torch.Tensor(nFeature)
        self.reset()

    def reset(self, stdv=None):
        self.weight.fill(1)

    def _factors(self, input):
        return self.weight.reshape(-1, *[1] * (input.ndim - 1))

    def updateOutput(self, input):
        self.output = input * self._factors(input)
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = gradOutput * self._factors(input)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        products = gradOutput * input
        self.gradWeight += scale * products.reshape(len(input), -1).sum(1)

    # second derivatives, as nn.hessian.enable() gives to the modules of nn
    updateDiagHessianInput = hessian.update_linear("weight")
    accDiagHessianParameters = hessian.accumulate_linear
    initDiagHessianParameters = hessian.init


class UnsupModule(nn.Module):
    """The base of the unsupervised modules: an encoder and a decoder with their parameters in this order."""

    def __init__(self, encoder, decoder, beta):
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.beta = beta

    def parameters(self):
        seq = nn.Sequential()
        seq.add(self.encoder)
        seq.add(self.decoder)
        return seq.parameters()

    def diagHessianParameters(self):
        """Return the vector of the second derivatives, beside the two of getParameters(); the modules look into it."""
        leaves = [m for m in [*self.encoder.listModules(), *dictionary(self.decoder)] if m.weight is not None]
        names = ("diagHessianWeight", "diagHessianBias")
        parts = [(m, name) for m in leaves for name in names if getattr(m, name, None) is not None]
        flat = torch.zeros(sum(getattr(m, name).size for m, name in parts))
        start = 0
        for m, name in parts:
            old = getattr(m, name)
            setattr(m, name, flat[start : start + old.size].reshape(old.shape))
            start += old.size
        return flat

    def initDiagHessianParameters(self):
        self.encoder.initDiagHessianParameters()
        self.decoder.initDiagHessianParameters()

    def zeroGradParameters(self):
        self.encoder.zeroGradParameters()
        self.decoder.zeroGradParameters()

    def normalize(self):
        """Give the parts of the dictionary norm 1, where there is one."""


def dictionary(decoder):
    """Return the modules of a decoder."""
    return [decoder.D] if isinstance(decoder, FistaL1) else decoder.listModules()


class AutoEncoder(UnsupModule):
    """``beta |decoder(encoder(x)) - target|^2``."""

    def __init__(self, encoder, decoder, beta):
        super().__init__(encoder, decoder, beta)
        self.loss = nn.MSECriterion()
        self.loss.sizeAverage = False

    def updateOutput(self, input, target):
        self.encoder.updateOutput(input)
        self.decoder.updateOutput(self.encoder.output)
        self.output = self.beta * self.loss.updateOutput(self.decoder.output, target)
        return self.output

    def updateGradInput(self, input, target):
        self.loss.updateGradInput(self.decoder.output, target)
        self.loss.gradInput *= self.beta
        self.decoder.updateGradInput(self.encoder.output, self.loss.gradInput)
        self.encoder.updateGradInput(input, self.decoder.gradInput)
        self.gradInput = self.encoder.gradInput
        return self.gradInput

    def accGradParameters(self, input, target, scale=1):
        self.decoder.accGradParameters(self.encoder.output, self.loss.gradInput, scale)
        self.encoder.accGradParameters(input, self.decoder.gradInput, scale)

    def updateDiagHessianInput(self, input, target):
        self.loss.updateDiagHessianInput(self.decoder.output, target)
        self.loss.diagHessianInput *= self.beta
        self.decoder.updateDiagHessianInput(self.encoder.output, self.loss.diagHessianInput)
        self.encoder.updateDiagHessianInput(input, self.decoder.diagHessianInput)
        self.diagHessianInput = self.encoder.diagHessianInput
        return self.diagHessianInput

    def accDiagHessianParameters(self, input, target):
        self.decoder.accDiagHessianParameters(self.encoder.output, self.loss.diagHessianInput)
        self.encoder.accDiagHessianParameters(input, self.decoder.diagHessianInput)


class PSD(UnsupModule):
    """Predictive sparse decomposition: the encoder learns to predict the code that the decoder finds by FISTA."""

    def __init__(self, encoder, decoder, beta):
        super().__init__(encoder, decoder, beta)

        # prediction cost
        self.predcost = nn.MSECriterion()
        self.predcost.sizeAverage = False

        self.reset()

    def reset(self, stdv=None):
        self.decoder.reset(stdv)
        self.encoder.reset(stdv)

    def updateOutput(self, input, target=None):
        # pass through encoder
        prediction = self.encoder.updateOutput(input)
        # do FISTA
        fval = self.decoder.updateOutput(input, prediction)
        # calculate prediction error
        perr = self.predcost.updateOutput(prediction, self.decoder.code)
        # return total cost
        self.output = fval + perr * self.beta
        return self.output

    def updateGradInput(self, input, target=None):
        # get grad from prediction cost
        predgrad = self.predcost.updateGradInput(self.encoder.output, self.decoder.code)
        predgrad *= self.beta
        self.gradInput = self.encoder.updateGradInput(input, predgrad)
        return self.gradInput

    def accGradParameters(self, input, target=None, scale=1):
        # update decoder
        self.decoder.accGradParameters(input)
        # update encoder
        self.encoder.accGradParameters(input, self.predcost.gradInput, scale)

    def updateDiagHessianInput(self, input, target=None):
        predhess = self.predcost.updateDiagHessianInput(self.encoder.output, self.decoder.code)
        predhess *= self.beta
        self.encoder.updateDiagHessianInput(input, predhess)
        self.diagHessianInput = self.encoder.diagHessianInput
        return self.diagHessianInput

    def accDiagHessianParameters(self, input, target=None):
        self.decoder.accDiagHessianParameters(input)
        self.encoder.accDiagHessianParameters(input, self.predcost.diagHessianInput)

    def normalize(self):
        self.decoder.normalize()


class FistaL1(nn.Module):
    """The sparse code of an input: ``min_code  factor |D code - input|^2 + lambda |code|_1``, found by optim.FistaLS.

    `D` is the dictionary, a linear module with parameters; `Fcost` the reconstruction cost, which counts by `factor`.
    """

    factor = 0.5

    def __init__(self, D, Fcost, code, lambda_):
        super().__init__()

        # sparsity coefficient
        self.lambda_ = lambda_
        self.D = D
        self.Fcost = Fcost
        # L1 sparsity cost
        self.Gcost = nn.L1Cost()

        self.input = None
        self.code = code

        # what FistaLS takes, and remembers
        self.params = nn.Table(L=0.1, Lstep=1.5, maxiter=50, maxline=20, errthres=1e-4, doFistaUpdate=True)

        self.reset()
        self.gradInput = None

    def f(self, x, mode=None):
        """Return the reconstruction cost of a code, with ``'dx'`` its gradient too."""
        # forward function evaluation
        reconstruction = self.D.updateOutput(x)
        fval = self.Fcost.updateOutput(reconstruction, self.input) * self.factor
        if mode is None:
            return fval

        # derivative wrt code
        gradr = self.Fcost.updateGradInput(reconstruction, self.input)
        gradr *= self.factor
        return fval, self.D.updateGradInput(x, gradr)

    def g(self, x, mode=None):
        """Return the sparsity cost of a code."""
        return self.lambda_ * self.Gcost.updateOutput(x)

    def pl(self, x, L):
        """Shrink a code towards 0, in place."""
        np.copysign(np.maximum(np.abs(x) - self.lambda_ / L, 0), x, out=x)

    def reset(self, stdv=None):
        self.D.reset(stdv)

    def parameters(self):
        return self.D.parameters()

    def initDiagHessianParameters(self):
        self.D.initDiagHessianParameters()

    def updateOutput(self, input, icode):
        self.input = input
        # init code
        self.code[...] = icode
        # do fista solution
        oldL = self.params.L
        _, h = optim.FistaLS(self.f, self.g, self.pl, self.code, self.params)
        fval = h[-1]["F"]

        # a step that was never too long is tried twice as long next time
        if oldL == self.params.L:
            self.params.L = max(0.1, self.params.L / 2)

        self.output = fval
        return fval

    def accGradParameters(self, input, gradOutput=None, scale=1):
        self.Fcost.updateGradInput(self.D.output, input)
        self.Fcost.gradInput *= self.factor
        self.D.accGradParameters(self.code, self.Fcost.gradInput, scale)

    def accDiagHessianParameters(self, input, diagHessianOutput=None):
        self.Fcost.updateDiagHessianInput(self.D.output, input)
        self.Fcost.diagHessianInput *= self.factor
        self.D.accDiagHessianParameters(self.code, self.Fcost.diagHessianInput)

    def normalize(self):
        # normalize the dictionary
        for k in self.D.weight:
            k /= np.linalg.norm(k) + 1e-12


class LinearFistaL1(FistaL1):
    """As FistaL1, with a dictionary of columns (nn.Linear without a bias in use)."""

    factor = 1

    def __init__(self, inputSize, outputSize, lambda_):
        D = nn.Linear(outputSize, inputSize)
        # L2 reconstruction cost
        Fcost = nn.MSECriterion()
        Fcost.sizeAverage = False
        super().__init__(D, Fcost, torch.zeros(outputSize), lambda_)

    def reset(self, stdv=None):
        self.D.reset(stdv)
        self.D.bias.fill(0)

    def updateOutput(self, input, icode=None):
        self.input = input
        # init code to all zeros
        self.code.fill(0)
        # do fista solution
        oldL = self.params.L
        _, h = optim.FistaLS(self.f, self.g, self.pl, self.code, self.params)
        fval = h[-1]["F"]

        # a step that was never too long is tried twice as long next time
        if oldL == self.params.L:
            self.params.L = self.params.L / 2

        self.output = fval
        return fval

    def accGradParameters(self, input, gradOutput=None, scale=1):
        super().accGradParameters(input, gradOutput, scale)
        self.D.gradBias.fill(0)

    def accDiagHessianParameters(self, input, diagHessianOutput=None):
        """Leave the second derivatives of the dictionary at 0, as the Lua class does."""

    def normalize(self):
        # normalize the dictionary
        for i in range(self.D.weight.shape[1]):
            self.D.weight[:, i] /= np.linalg.norm(self.D.weight[:, i]) + 1e-12


class SpatialConvFistaL1(FistaL1):
    """As FistaL1, with a convolutional dictionary (nn.SpatialFullConvolutionMap).

    The reconstruction of a pixel counts by the number of kernels that reach it.
    """

    def __init__(self, conntable, kw, kh, iw, ih, lambda_):
        D = nn.SpatialFullConvolutionMap(conntable, kw, kh, 1, 1)
        outputFeatures = int(conntable[:, 0].max())
        inputFeatures = int(conntable[:, 1].max())

        # L2 reconstruction cost with weighting
        oh, ow = ih - kh + 1, iw - kw + 1
        reach = np.outer(np.convolve(np.ones(oh), np.ones(kh)), np.convolve(np.ones(ow), np.ones(kw)))
        tt = torch.Tensor(inputFeatures, ih, iw)
        tt[...] = reach / reach.max()
        Fcost = nn.WeightedMSECriterion(tt)
        Fcost.sizeAverage = False

        super().__init__(D, Fcost, torch.zeros(outputFeatures, oh, ow), lambda_)
