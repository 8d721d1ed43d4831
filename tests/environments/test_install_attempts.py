"""Which builds of PyTorch are asked for, and in which order."""

from __future__ import annotations

from bench.environments.managed import install_attempts, offers_cpu_torch
from tests.environments.toy import write_wheel

WITH_TORCH = ("torch==2.13.0", "numpy==2.4.6")
WITHOUT_TORCH = ("jax==0.10.2", "torchmetrics==1.0")


def test_without_torch_there_is_one_plain_install():
    assert install_attempts(WITHOUT_TORCH, "cpu", "") == ((),)
    assert install_attempts(WITHOUT_TORCH, "gpu", "") == ((),)


def test_for_the_cpu_the_small_build_is_asked_for_first():
    assert install_attempts(WITH_TORCH, "cpu", "") == (("--torch-backend", "cpu"), ())


def test_for_the_gpu_the_build_that_fits_the_driver_is_asked_for_first():
    assert install_attempts(WITH_TORCH, "gpu", "") == (("--torch-backend", "auto"), ())


def test_a_cpu_build_in_a_find_links_folder_makes_asking_needless(tmp_path):
    write_wheel(tmp_path, "torch", "2.13.0+cpu")
    assert install_attempts(WITH_TORCH, "cpu", str(tmp_path)) == ((),)


def test_for_the_gpu_a_cpu_build_does_not_do(tmp_path):
    write_wheel(tmp_path, "torch", "2.13.0+cpu")
    assert install_attempts(WITH_TORCH, "gpu", str(tmp_path))[0] == ("--torch-backend", "auto")


def test_a_find_links_folder_without_torch_does_not_matter(tmp_path):
    write_wheel(tmp_path, "torch", "2.13.0")
    write_wheel(tmp_path, "torchvision", "0.20+cpu")
    assert not offers_cpu_torch(str(tmp_path))


def test_one_of_several_find_links_is_enough(tmp_path):
    write_wheel(tmp_path / "wheels", "torch", "2.13.0+cpu")
    places = ["https://example.org/wheels", str(tmp_path / "absent"), f"file://{tmp_path}/wheels"]
    assert offers_cpu_torch(",".join(places))


def test_no_find_links_offer_nothing():
    assert not offers_cpu_torch("")
