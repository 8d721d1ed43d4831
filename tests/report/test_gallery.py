"""Test images with true and predicted classes, and those on which cells disagree."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from bench.records.model import Cell, Differing, Example, Predictions, Record
from bench.report import gallery, page
from bench.report.gallery import DISPUTED_SHOWN, Pictures, data_address, needed
from tests.report import samples
from tests.report.document import parse
from tests.report.samples import EXAMPLES, FASHION, IMAGES, LINEAR, cell, predicting

BOOT, SHIRT, COAT = EXAMPLES
BOOT_FOR_SNEAKER = Differing(BOOT, 7)
COAT_FOR_SHIRT = Differing(COAT, 6)


def run_of(*cells: Cell) -> Record:
    return samples.record(*cells, workloads=(IMAGES,))


def html_of(record: Record, pictures: Pictures | None = None) -> str:
    """Return the gallery as HTML."""
    html = page.render([record], pictures)
    start = html.index("<h4>Test ")
    return html[start : html.index("<h4>Evidence", start)]


def text_of(record: Record, pictures: Pictures | None = None) -> str:
    return parse(html_of(record, pictures)).text


def pictures_of(record: Record) -> Pictures:
    """Return an image for each example that the page shows: its number as grey."""
    return {
        name: {index: np.full((28, 28), index % 256, np.uint8) for index in indices}
        for name, indices in needed([record]).items()
    }


def row_of(text: str, label: str) -> str:
    """Return the row of the table of all cells that begins with this label."""
    table = text.partition("Differing ")[2]
    return table[table.index(label) + len(label) :]


def differing(cells: Sequence[Cell]) -> list[tuple[int, ...]]:
    """Return the examples on which these cells disagree, as the page shows them."""
    labels = {one.identity: one.identity.framework for one in cells}
    found = gallery.gallery(cells, IMAGES, labels, {})
    assert found
    return [tuple(example.index for example in found.disputed.examples)]


def test_agreement_is_said_once() -> None:
    text = text_of(run_of(predicting(cell("numpy")), predicting(cell("torch"))))
    assert "All 2 cells predict as the float64 reference does on all 10,000 test images." in text
    assert "There is no test image on which cells disagree." in text


def test_a_single_cell_is_not_called_all() -> None:
    text = text_of(run_of(predicting(cell())))
    assert "The one cell predicts as the float64 reference does on all 10,000" in text


def test_who_differs_is_said() -> None:
    text = text_of(run_of(predicting(cell("numpy")), predicting(cell("torch"), COAT_FOR_SHIRT)))
    assert (
        "1 of 2 cells predicts as the float64 reference does on all 10,000 test images. "
        "PyTorch from scratch differs on 1." in text
    )


def test_that_all_differ_is_said() -> None:
    one, other = (
        predicting(cell("numpy"), COAT_FOR_SHIRT),
        predicting(cell("torch"), BOOT_FOR_SNEAKER),
    )
    text = text_of(run_of(one, other))
    assert "No cell predicts as the float64 reference does" in text
    assert "They differ on 1 at most." in text
    third = predicting(cell("jax"))
    assert "The others differ on 1 at most." in text_of(run_of(one, other, third))


def test_each_cells_classes_stand_beside_the_true_ones() -> None:
    text = text_of(run_of(predicting(cell("numpy")), predicting(cell("torch"), COAT_FOR_SHIRT)))
    assert "Test images, by number 0 4 17 Differing" in text
    assert "True class ankle boot shirt coat" in text
    assert "float64 reference ankle boot shirt ≠ pullover" in text
    assert row_of(text, "NumPy from scratch").startswith(" ankle boot shirt pullover 0")
    assert row_of(text, "PyTorch from scratch").startswith(" ankle boot shirt ≠ shirt 1")


def test_trials_that_disagree_among_themselves_are_counted() -> None:
    steady, odd = predicting(cell(trials=3)), predicting(cell(trials=3), COAT_FOR_SHIRT)
    mixed = replace(steady, trials=(*steady.trials[:2], odd.trials[2]))
    text = text_of(run_of(mixed))
    assert "≠ pullover in 2 and shirt in 1 of 3 trials" in text


def test_images_on_which_cells_disagree_say_who_predicts_what() -> None:
    record = run_of(
        predicting(cell("numpy")),
        predicting(cell("torch"), BOOT_FOR_SNEAKER, Differing(COAT, 4)),
        predicting(cell("jax"), BOOT_FOR_SNEAKER),
        predicting(cell("mxnet"), BOOT_FOR_SNEAKER),
    )
    text = text_of(record, pictures_of(record)).partition("on which cells disagree")[2]
    assert "ankle boot ankle boot: float64 reference ≠ sneaker: 3 cells" in text
    # The one that differs is right.
    assert "coat ≠ pullover: float64 reference coat: PyTorch from scratch" in text


def test_a_class_that_every_cell_predicts_instead_is_said_to_be_everyones() -> None:
    record = run_of(
        predicting(cell("numpy"), BOOT_FOR_SNEAKER), predicting(cell("torch"), BOOT_FOR_SNEAKER)
    )
    assert "≠ sneaker: all 2 cells" in text_of(record, pictures_of(record))


def test_a_model_that_is_another_one_hides_no_smaller_difference() -> None:
    elsewhere = [Differing(Example(n, 0, 1), 2) for n in range(2 * DISPUTED_SHOWN)]
    rare = Differing(Example(9_999, 3, 3), 4)
    cells = predicting(cell("numpy"), rare), predicting(cell("torch"), *elsewhere)
    [shown] = differing(cells)
    assert shown == (9_999, *range(DISPUTED_SHOWN - 1))
    assert f"the record lists {DISPUTED_SHOWN + 1} more." in text_of(run_of(*cells))


def test_what_the_record_does_not_list_is_not_guessed() -> None:
    cut = predicting(cell("numpy"), BOOT_FOR_SNEAKER)
    predictions = Predictions((7, 6, 2), 5_000, (BOOT_FOR_SNEAKER,))
    cut = replace(cut, trials=tuple(replace(one, predictions=predictions) for one in cut.trials))
    whole = predicting(cell("torch"), Differing(Example(5, 3, 3), 4))
    text = text_of(run_of(cut, whole)).partition("What the cells that disagree predict")[2]
    assert "Test images, by number 5 0 Differing" in text
    assert "NumPy from scratch \N{EN DASH} ≠ sneaker 5,000" in text
    assert "PyTorch from scratch ≠ coat ankle boot 1" in text
    assert "Of some trials the record lists only the first such images" in text_of(
        run_of(cut, whole)
    )


def test_pictures_are_those_of_the_examples() -> None:
    record = run_of(predicting(cell(), COAT_FOR_SHIRT))
    html = html_of(record, pictures_of(record))
    pictures = re.findall(r'<img src="data:image/png;base64,([^"]*)" alt="([^"]*)"', html)
    greys = [
        (int(np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))[0, 0]), name)
        for data, name in pictures
    ]
    assert greys == [(0, "ankle boot"), (4, "shirt"), (17, "coat"), (17, "coat")]


def test_a_picture_has_the_pixels_of_its_image_and_always_the_same_bytes() -> None:
    image = np.arange(12, dtype=np.uint8).reshape(4, 3)
    address = data_address(image)
    content = base64.b64decode(address.partition("base64,")[2])
    assert (np.asarray(Image.open(io.BytesIO(content))) == image).all()
    assert data_address(image.copy()) == address


def test_what_the_reference_gets_wrong_says_what_it_predicts() -> None:
    record = run_of(predicting(cell()))
    wrong = text_of(record, pictures_of(record)).partition("And the first that it does not")[2]
    assert "coat ≠ pullover" in wrong.partition("True and predicted")[0]


def test_without_pictures_the_classes_stand_open_with_the_reason() -> None:
    html = html_of(run_of(predicting(cell(), COAT_FOR_SHIRT)))
    assert "<img" not in html
    assert html.count("<details open>") == 2
    assert "The images are not part of the record." in parse(html).text
    assert "softmax-bench report RECORD --data-dir FOLDER" in parse(html).text


def test_a_picture_that_is_missing_leaves_only_its_own_place() -> None:
    record = run_of(predicting(cell()))
    pictures = {FASHION.name: {0: np.zeros((28, 28), np.uint8)}}
    assert html_of(record, pictures).count("<img") == 1


def test_needed_are_the_examples_that_the_page_shows() -> None:
    shown = run_of(
        predicting(cell("numpy")), predicting(cell("torch"), Differing(Example(321, 1, 1), 3))
    )
    assert needed([shown]) == {FASHION.name: (0, 4, 17, 321)}
    assert needed([shown, run_of(predicting(cell()))]) == needed([shown])


def test_no_picture_is_needed_of_what_is_no_image_or_was_not_predicted() -> None:
    blobs = replace(IMAGES, image_shape=None)
    assert needed([samples.record(predicting(cell()), workloads=(blobs,))]) == {}
    assert needed([run_of(cell())]) == {}
    assert needed([samples.record(cell(info=LINEAR))]) == {}


def test_examples_that_are_no_images_are_called_so() -> None:
    blobs = replace(IMAGES, image_shape=None, classes=())
    text = text_of(samples.record(predicting(cell()), workloads=(blobs,)))
    assert "on all 10,000 test examples." in text
    assert "True class class 9 class 6 class 4" in text
    assert "not part of the record" not in text


def test_each_batch_size_has_a_gallery_of_its_own() -> None:
    small = replace(IMAGES, batch_size=64)
    record = samples.record(
        predicting(cell()), predicting(cell(info=small)), workloads=(IMAGES, small)
    )
    html = page.render([record])
    assert "Test images, batches of 64</h4>" in html
    assert "Test images, batches of 256</h4>" in html


def test_a_record_without_predictions_has_no_gallery() -> None:
    assert "<h4>Test" not in page.render([run_of(cell())])
    assert "<h4>Test" not in page.render([samples.record(predicting(cell()))])


def test_names_of_classes_stay_text() -> None:
    hostile = replace(IMAGES, classes=('"><script>alert(1)</script>',) * 10)
    record = samples.record(predicting(cell(), COAT_FOR_SHIRT), workloads=(hostile,))
    document = parse(html_of(record, pictures_of(record)))
    assert not document.all("script")
    assert {one.attributes["alt"] for one in document.all("img")} == set(hostile.classes)


def test_the_gallery_of_a_large_run_is_small() -> None:
    examples = tuple(Example(n, n % 10, 9) for n in range(20))
    images = replace(IMAGES, examples=examples)
    predicted = Predictions((9,) * 20, 0, ())
    cells = [
        replace(one, trials=tuple(replace(each, predictions=predicted) for each in one.trials))
        for one in (cell(f"framework{n}", trials=5) for n in range(60))
    ]
    record = samples.record(*cells, workloads=(images,))
    # Noise, which no format makes smaller.
    noise = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
    assert len(html_of(record, {FASHION.name: dict(enumerate(noise))})) < 80_000


def test_not_even_cells_that_disagree_everywhere_make_it_large() -> None:
    everywhere = [Differing(Example(n, 9, 9), 5) for n in range(DISPUTED_SHOWN)]
    record = run_of(*(predicting(cell(f"framework{n}"), *everywhere) for n in range(60)))
    pictures = {FASHION.name: {n: np.zeros((28, 28), np.uint8) for n in range(DISPUTED_SHOWN)}}
    assert len(html_of(record, pictures)) < 120_000
