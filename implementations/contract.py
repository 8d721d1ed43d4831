"""What a framework and an implementation must offer to be measured.

A framework is one folder: ``framework.py`` (a subclass of :class:`Framework`), ``scratch.py``
and/or ``high_level.py`` (each with a ``SoftmaxRegression`` and a ``LinearRegression`` that
satisfy :class:`Implementation`) and ``requirements.txt``. What both forms share stands beside them:
``execution.py`` says what a lane wraps, ``feeds.py`` where a step finds its batch.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Device = Literal["cpu", "gpu"]
Form = Literal["scratch", "high_level"]
# A lane. eager: operation by operation, called from Python; step: one compiled function for each
# mini-batch; epoch: one compiled program for the whole epoch, the loop inside it.
Execution = Literal["eager", "step", "epoch"]
# preloaded: the data lie on the device before the clock starts; loader: the framework's own loader
# brings them from the memory of the host while it runs.
Input = Literal["preloaded", "loader"]
Model = Literal["SoftmaxRegression", "LinearRegression"]


@dataclass(frozen=True)
class Parameters:
    """The parameters of ``scores = features @ weight + bias``.

    Attributes
    ----------
    weight : ndarray of shape (n_features, n_outputs)
    bias : ndarray of shape (n_outputs,)
    """

    weight: NDArray[Any]
    bias: NDArray[Any]


@dataclass(frozen=True)
class Problem:
    """Everything that a training run depends on; the same bytes for every framework.

    Attributes
    ----------
    features : float32 ndarray of shape (n_examples, n_features)
    targets : ndarray
        Class indices, int64 of shape (n_examples,), for softmax regression; values, float32 of
        shape (n_examples, 1), for linear regression.
    initial : Parameters
        float32 parameters before the first step.
    learning_rate : float
    batch_size : int
        Examples a step; the last batch of an epoch may be shorter and counts too.
    """

    features: NDArray[np.float32]
    targets: NDArray[Any]
    initial: Parameters
    learning_rate: float
    batch_size: int


@dataclass(frozen=True)
class Options:
    """Where and how an implementation trains.

    Attributes
    ----------
    loader_workers : int
        What the loader may use besides the thread that trains: processes, or threads where those
        are faster or all that the framework has. 0 leaves the feeding to that thread, and to what
        the framework's loader always has of its own. It means nothing where the input is preloaded.
    """

    device: Device = "cpu"
    execution: Execution = "eager"
    input: Input = "preloaded"
    loader_workers: int = 0


class Offer(NamedTuple):
    """A way to train that a framework has."""

    form: Form
    execution: Execution
    input: Input


class Compilations(NamedTuple):
    """What a framework has compiled in this process so far.

    Attributes
    ----------
    programs : int
        Compiled, or traced where the framework counts that.
    graph_breaks : int or None
        Places where a compiled function falls back to Python; None where there is no such thing.
    """

    programs: int
    graph_breaks: int | None = None


class Feed(Protocol):
    """Where a step finds its batch: in memory that is resident, or in what a loader brings.

    Both forms of a framework share its feeds. ``gather`` stands apart from the iteration so that
    it can be called inside a compiled step, where the compiler fuses it with what follows.
    """

    def __call__(self, order: NDArray[np.int64]) -> Iterator[tuple[Any, int]]:
        """Yield what ``gather`` takes, and the number of examples, for each batch of `order`.

        The number comes from the host: within a compiled step the length of a batch may be unknown.
        """

    def gather(self, batch: Any) -> tuple[Any, Any]:
        """Return the features and targets of a batch, on the device."""


class Implementation(Protocol):
    """One model in one framework and form.

    Notes
    -----
    An implementation whose ``train_epoch`` calls the following methods of its own, once each for
    every batch, gets a profile of where its epochs go. They are optional.

    ``gather(batch) -> (features, targets)``
        Pick the rows of a batch.
    ``gradients(features, targets) -> (loss, gradients)``
        Go forward and backward. `gradients` is what ``update`` takes: the gradients, or what else
        the framework's optimizer asks for where it finds them with the parameters.
    ``update(gradients)``
        Take the step.

    A step that is compiled as one function is made of the same three; where it is a function of
    its arguments, everything is passed in: ``gather(data, batch)``, ``gradients(parameters,
    features, targets)`` and ``update(parameters, ..., gradients)``. What its ``update`` returns
    must be among the results of the step, as the new parameters are, and ``train_epoch`` must not
    ask what it is: while a profile is made it may be something else.

    Where a framework does not let the update be told from the gradients, ``gather(batch)`` and
    ``step(features, targets) -> loss`` stand for the three; a batch may then be the whole epoch.

    A whole epoch that is compiled as one program has no stages to tell apart, and no profile.
    """

    def __init__(self, problem: Problem, options: Options) -> None:
        """Copy the problem to the device and set the parameters to ``problem.initial``."""

    def train_epoch(self, order: NDArray[np.int64]) -> float:
        """Train once through the examples; this call is what the clock times.

        Parameters
        ----------
        order : int64 ndarray of shape (n,)
            Row indices in the order of use; consecutive ``batch_size`` of them form a batch.

        Returns
        -------
        float
            Mean training loss over the examples, each at the parameters before its own step,
            read from the device once, at the end.
        """

    def predict(self, features: NDArray[np.float32]) -> NDArray[Any]:
        """Return the predicted class indices (n,) or values (n, 1) of `features` (n, d)."""

    def parameters(self) -> Parameters:
        """Return the present parameters as NumPy arrays."""


@dataclass(frozen=True)
class OwnArithmetic:
    """What a framework's own arithmetic adds to the rounding of every float32 training.

    Attributes
    ----------
    log_probability_error : float
        Largest error that the log-probabilities of its loss have on average in a training.
    source : str
        Where it comes from, in words for the report.
    """

    log_probability_error: float
    source: str


class Framework(ABC):
    """A framework: how to install, configure and synchronize it.

    Instances are made in the harness, where the framework is not installed, as well as in the
    worker, where it is. So a subclass imports the framework inside its methods only.

    Attributes
    ----------
    name : str
        What users type, and the name of the folder.
    title : str
        What reports print.
    module : str
        The top-level module to import.
    distributions : tuple of str
        Names under which the framework is distributed; the first one installed gives the version.
    pythons : tuple of str
        Python versions it supports, most preferred first.
    teaches_eager : bool
        Whether its documentation teaches to train operation by operation. Where it does, the
        default plan has the eager lane beside each form's fastest one.
    unavailable : mapping of device to str
        Why no packages are pinned for a device, where that has a reason.
    clips_probabilities : bool
        Whether its own cross-entropy clips probabilities at the spacing of float32 before the
        logarithm; the loss that it reports is then compared with a reference that does so too.
    own_arithmetic : mapping of form to OwnArithmetic
        What its own arithmetic adds to rounding, where that was measured and its cause is known.
        The bounds of its own cells of that form widen by what it does to the training.
    trains : bool
        Whether it trains at all: the one that does not is the harness's own floor, measured and
        never ranked.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    module: ClassVar[str]
    distributions: ClassVar[tuple[str, ...]]
    pythons: ClassVar[tuple[str, ...]] = ("3.11", "3.12", "3.13")
    teaches_eager: ClassVar[bool] = True
    unavailable: ClassVar[Mapping[Device, str]] = {}
    clips_probabilities: ClassVar[bool] = False
    own_arithmetic: ClassVar[Mapping[Form, OwnArithmetic]] = {}
    trains: ClassVar[bool] = True

    def folder(self) -> Path:
        """Return the folder that holds this framework's files."""
        return Path(str(sys.modules[type(self).__module__].__file__)).resolve().parent

    def requirements_file(self, device: Device) -> Path:
        """Return the file with the pinned packages for `device`; it need not exist."""
        return self.folder() / ("requirements.txt" if device == "cpu" else "requirements-gpu.txt")

    @abstractmethod
    def offers(self, device: Device) -> tuple[Offer, ...]:
        """Return the ways to train on `device`; of each form and input the fastest lane first.

        Asked in the harness, where the framework is not installed. docs/fairness.md says how the
        order was measured.
        """

    def environment(self, threads: int) -> dict[str, str]:
        """Return environment variables to set before the framework is imported."""
        return {}

    def devices(self) -> tuple[Device, ...]:
        """Return the devices that the installed framework can use on this machine."""
        return ("cpu",)

    @abstractmethod
    def configure(self, threads: int, seed: int, device: Device) -> None:
        """Set the thread count and the seed, and switch every reduced precision off.

        The working folder is the worker's own then, and is removed with it.
        """

    def synchronize(self) -> None:  # noqa: B027  (most frameworks have nothing to wait for)
        """Wait until the device has finished all work that was handed to it.

        It is called after set-up and while a profile is made, never while a trial's epochs are
        timed.
        """

    def compilations(self) -> Compilations | None:
        """Return what was compiled so far; None where the framework does not count it.

        It is read around epochs, outside the clock: what is compiled in a steady epoch spoils it.
        """
        return None

    def settings(self) -> dict[str, str]:
        """Return precision modes and thread counts, as the framework itself reports them."""
        return {}

    def reset_peak_device_memory(self) -> None:  # noqa: B027  (most have no such counter)
        """Begin the peak of the device's own allocator anew, where that can be done."""

    def peak_device_memory(self) -> int | None:
        """Return the peak of the device's own allocator in bytes; None where there is none."""
        return None
