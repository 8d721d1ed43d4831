"""Where a step finds its batch in PyTorch: resident tensors, or a DataLoader."""

from __future__ import annotations

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

DEVICES = {"cpu": "cpu", "gpu": "cuda"}


class Preloaded:
    """Features and targets on the device; a batch is its rows' indices."""

    def __init__(self, problem, options):
        self.device = DEVICES[options.device]
        self.features = torch.tensor(np.array(problem.features), device=self.device)
        self.targets = torch.tensor(np.array(problem.targets), device=self.device)
        self.batch_size = problem.batch_size

    def __call__(self, order):
        for batch in torch.tensor(order, device=self.device).split(self.batch_size):
            yield batch, len(batch)

    def gather(self, batch):
        # index_select gathers rows three times as fast as features[batch] on a CPU.
        return self.features.index_select(0, batch), self.targets.index_select(0, batch)


class Rows(Dataset):
    """Examples in host memory; one item is a whole batch, so that no examples are put together."""

    def __init__(self, problem):
        self.features = torch.tensor(np.array(problem.features))
        self.targets = torch.tensor(np.array(problem.targets))

    def __getitem__(self, batch):
        return self.features.index_select(0, batch), self.targets.index_select(0, batch)


class Batches:
    """The batches of a given order, in place of a sampler that draws its own."""

    def __init__(self, batch_size):
        self.batch_size = batch_size
        self.order = torch.empty(0, dtype=torch.int64)

    def __iter__(self):
        return iter(self.order.split(self.batch_size))

    def __len__(self):
        return -(-len(self.order) // self.batch_size)


class Loader:
    """A DataLoader over host memory; a batch is its features and targets there."""

    def __init__(self, problem, options):
        self.device = DEVICES[options.device]
        self.batches = Batches(problem.batch_size)
        self.loader = DataLoader(
            Rows(problem),
            batch_size=None,
            sampler=self.batches,
            num_workers=options.loader_workers,
            persistent_workers=options.loader_workers > 0,
            pin_memory=options.device == "gpu",
        )

    def __call__(self, order):
        self.batches.order = torch.tensor(order)
        for batch in self.loader:
            yield batch, len(batch[1])

    def gather(self, batch):
        features, targets = batch
        return (
            features.to(self.device, non_blocking=True),
            targets.to(self.device, non_blocking=True),
        )


FEEDS = {"preloaded": Preloaded, "loader": Loader}
