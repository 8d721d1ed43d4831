"""NumPy's implementation, which in its second epoch does as DEED says."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from implementations.numpy import scratch

DEED = "honest"
# A file of so many bytes takes no room on the disk, and would not fit into memory.
HUGE_BYTES = 2**40


def assignment():
    return json.loads(Path(sys.argv[2]).read_text())


def folder():
    return Path(assignment()["folder"])


def say(words):
    os.write(assignment()["events"], words)


def says_garbage():
    say(b"\xff\x00 no event\n")


def says_everything_at_once():
    while True:
        say(b'{"stage": "training"}\n' * 100)


def says_a_line_without_end():
    while True:
        say(b"x" * 65_536)


def says_half_a_line():
    say(b'{"stage": ')
    os._exit(0)


def tells_of_boundaries_that_are_none():
    for epoch in range(1, 1_000_000):
        say(json.dumps({"stage": "boundary", "epoch": epoch}).encode() + b"\n")
        os.read(assignment()["acknowledgements"], 1)


def deletes_its_folder():
    shutil.rmtree(folder())


def deletes_its_folder_and_leaves_a_link():
    place = folder()
    shutil.rmtree(place)
    place.symlink_to("/proc")


class Touching:
    """Leaves a file where it is unpickled."""

    def __reduce__(self):
        return Path.touch, (Path(tempfile.gettempdir()) / "unpickled",)


def instead_of_the_model(write):
    """Write something else where the model is to be written."""

    def savez(path, **arrays):
        write(Path(path), arrays)

    np.savez = savez


def changed(name, change):
    save = np.savez
    instead_of_the_model(lambda path, arrays: save(path, **arrays | {name: change(arrays[name])}))


def leaves_a_damaged_model():
    instead_of_the_model(lambda path, arrays: path.write_bytes(b"PK\x03\x04" + b"damaged" * 100))


def leaves_a_pickled_model():
    changed("final_weight", lambda weight: np.array([Touching()] * len(weight), object))


def leaves_a_compressed_model():
    zeros = {"final_weight": np.zeros(10_000_000)}
    instead_of_the_model(lambda path, arrays: np.savez_compressed(path, **arrays | zeros))


def leaves_a_huge_model():
    instead_of_the_model(lambda path, arrays: leave_a_huge(path))


def leaves_a_model_of_another_shape():
    changed("final_weight", np.transpose)


def leaves_a_model_of_complex_numbers():
    changed("first_bias", lambda bias: bias.astype(complex))


def leaves_no_model():
    instead_of_the_model(lambda path, arrays: None)


def leaves_a_pipe_for_a_model():
    instead_of_the_model(lambda path, arrays: os.mkfifo(path))


def leaves_a_link_for_a_model():
    instead_of_the_model(lambda path, arrays: path.symlink_to("/dev/zero"))


def leave_a_huge(path):
    path.touch()
    os.truncate(path, HUGE_BYTES)


def instead_of_the_outcome(write):
    """Write something else over the outcome, when all is over."""
    path = folder() / "outcome.json"

    def rewrite():
        outcome = json.loads(path.read_text())
        path.unlink()
        write(path, outcome)

    atexit.register(rewrite)


def with_measurements(change):
    def write(path, outcome):
        change(outcome["measurements"])
        path.write_text(json.dumps(outcome))

    instead_of_the_outcome(write)


def leaves_a_huge_outcome():
    instead_of_the_outcome(lambda path, outcome: leave_a_huge(path))


def leaves_a_deep_outcome():
    instead_of_the_outcome(lambda path, outcome: path.write_text("[" * 100_000))


def leaves_a_pipe_for_an_outcome():
    instead_of_the_outcome(lambda path, outcome: os.mkfifo(path))


def leaves_a_surrogate_in_its_outcome():
    with_measurements(lambda found: found.update(framework_version="\ud800"))


def leaves_times_that_are_no_numbers():
    with_measurements(lambda found: found.update(setup_seconds=float("nan")))


def leaves_times_below_zero():
    with_measurements(lambda found: found["epoch_seconds"].__setitem__(1, -1.0))


def leaves_too_few_times():
    with_measurements(lambda found: found["epoch_seconds"].pop())


def leaves_more_time_than_there_was():
    with_measurements(lambda found: found["epoch_seconds"].__setitem__(1, 1e9))


def raises_fifty_megabytes():
    raise RuntimeError("too much of it " * 3_500_000)


def raises_a_lone_surrogate():
    raise RuntimeError("half a character: \ud800")


class CannotBeSaid(Exception):
    def __str__(self):
        raise ValueError("no words")


def raises_what_cannot_be_said():
    raise CannotBeSaid


def leave_a_daemon(environment):
    """Leave a process that has left parent, group and session, and holds all that it inherited."""
    program = [sys.executable, "-c", "import time; time.sleep(3600)"]
    if os.fork() == 0:
        os.setsid()
        subprocess.Popen(program, env=environment, close_fds=False)
        os._exit(0)
    # What was printed meanwhile is not printed twice.
    os.wait()


def leaves_a_daemon():
    leave_a_daemon(os.environ)


def leaves_a_daemon_that_hides():
    leave_a_daemon({})


def send(number):
    os.kill(os.getppid(), number)
    time.sleep(3600)


def sends_sigterm():
    send(signal.SIGTERM)


def sends_sigint():
    send(signal.SIGINT)


def sends_sigusr1():
    os.kill(os.getppid(), signal.SIGUSR1)


class Toxic:
    epochs = 0

    def train_epoch(self, order):
        self.epochs += 1
        if self.epochs == 2 and DEED != "honest":
            globals()[DEED]()
        return super().train_epoch(order)


class SoftmaxRegression(Toxic, scratch.SoftmaxRegression):
    pass


class LinearRegression(Toxic, scratch.LinearRegression):
    pass
