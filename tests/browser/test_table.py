"""The ranked table in a browser: sorted, narrowed, searched, and shared by its address."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from bench.records.model import Record
from bench.report import page as report_page
from tests.browser.opening import Opener
from tests.report import samples
from tests.report.samples import LINEAR, cell
from tests.report.test_table import COLUMNS

MIB = 2**20
DESCENDING_FIRST = ("examples-per-second", "cpus-busy", "test-accuracy")
TEXT = ("cell", "against-best", "execution")
OPPOSITE = {"ascending": "descending", "descending": "ascending"}
BY_RANK = ["NumPy from scratch", "PyTorch high-level", "JAX from scratch", "PyTorch from scratch"]


def varied() -> Record:
    """Return a run whose four ranked cells differ in every column, each in another order."""
    jax = cell("jax", 0.9, execution="step", framework_version="0.10.2")
    assert jax.parity
    return samples.record(
        samples.summarized(
            cell("numpy", 0.004, framework_version="0.9.1"),
            peak_memory_bytes=1030 * MIB,
            cold_start_seconds=0.9,
            cpus_busy=1.9,
            times_ceiling=9.0,
            test_accuracy=0.81,
        ),
        samples.summarized(
            cell("torch", 0.08, form="high_level"),
            peak_memory_bytes=999 * MIB,
            cold_start_seconds=0.1,
            cpus_busy=0.7,
            test_accuracy=0.83,
        ),
        replace(
            samples.summarized(jax, peak_memory_bytes=80 * MIB, times_ceiling=21.0),
            parity=replace(jax.parity, max_abs_error=3e-9),
        ),
        samples.summarized(
            cell("torch", 1.1, framework_version="0.12.1"),
            peak_memory_bytes=300 * MIB,
            cold_start_seconds=20.0,
        ),
        samples.failed(cell("tensorflow")),
        samples.invalid(cell("mxnet", 0.06)),
    )


@pytest.fixture(scope="module")
def one_workload(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the page of a run of one workload."""
    path = tmp_path_factory.mktemp("table") / "index.html"
    path.write_text(report_page.render([varied()]), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def two_workloads(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of the page of a run of two workloads; JAX is in the first alone."""
    record = samples.record(
        cell("numpy", 0.04),
        cell("jax", 0.02),
        samples.failed(cell("torch")),
        samples.summarized(cell("numpy", 0.001, LINEAR), peak_memory_bytes=90 * MIB),
        samples.summarized(cell("torch", 0.004, LINEAR), peak_memory_bytes=80 * MIB),
    )
    path = tmp_path_factory.mktemp("tables") / "index.html"
    path.write_text(report_page.render([record]), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(open_page: Opener, one_workload: str) -> Page:
    return open_page(one_workload)


def names(page: Page, table: int = 0) -> list[str]:
    """Return the cells that a ranked table shows, from top to bottom, without their lanes."""
    cells = page.locator("table.ranking").nth(table).locator("tbody th")
    return [without_lane(one.inner_text()) for one in cells.all() if one.is_visible()]


def without_lane(label: str) -> str:
    """Return a label without what stands in brackets."""
    return label.partition("(")[0].strip()


def unranked(page: Page) -> list[str]:
    cells = page.locator(".unranked .what").all()
    return [without_lane(one.inner_text()) for one in cells if one.is_visible()]


def header(page: Page, column: str) -> Locator:
    return page.locator(f"table.ranking th[data-column={column}]").first


def sorted_headers(page: Page) -> list[tuple[str | None, str | None]]:
    """Return the column and direction that the first ranked table claims to be sorted by."""
    return [
        (one.get_attribute("data-column"), one.get_attribute("aria-sort"))
        for one in page.locator("table.ranking").first.locator("[aria-sort]").all()
    ]


def status(page: Page) -> str:
    return page.locator("#shown").inner_text()


def held(page: Page, column: str) -> list[str | None]:
    """Return the values by which a column is sorted, from top to bottom."""
    return page.locator("table.ranking tbody tr").evaluate_all(
        "(rows, number) => rows.map(row => row.cells[number].dataset.value ?? null)",
        COLUMNS.index(column),
    )


def by_numbers(text: str) -> list[str | int]:
    """Return a key by which version 0.9 stands before 0.10."""
    return [int(one) if one.isdigit() else one for one in re.split(r"(\d+)", text)]


def in_order(values: list[str | None], column: str, direction: str) -> list[str | None]:
    present = [value for value in values if value is not None]
    key = by_numbers if column in TEXT else float
    present.sort(key=key, reverse=direction == "descending")
    return [*present, *(value for value in values if value is None)]


def choose(page: Page, *words: str) -> None:
    """Tick filters, after opening them where they are closed."""
    button = page.locator("#filters-button")
    if button.get_attribute("aria-expanded") == "false":
        button.click()
    for word in words:
        page.get_by_label(word, exact=True).check()


def address(page: Page) -> str:
    return page.evaluate("location.href")


def fragment(page: Page) -> str:
    return address(page).partition("#")[2]


# Order


def test_the_page_begins_by_rank_and_says_so(page: Page) -> None:
    assert names(page) == BY_RANK
    assert sorted_headers(page) == [("rank", "ascending")]
    assert status(page) == "Sorted by rank, smallest first. 6 of 6 cells shown."
    assert fragment(page) == ""


def test_each_column_sorts_naturally_then_reversed_then_not(page: Page) -> None:
    for column in COLUMNS[1:]:
        natural = "descending" if column in DESCENDING_FIRST else "ascending"
        values = held(page, column)
        for direction in (natural, OPPOSITE[natural]):
            header(page, column).get_by_role("button").click()
            assert held(page, column) == in_order(values, column, direction)
            assert sorted_headers(page) == [(column, direction)]
            assert fragment(page) == f"sort={column}&direction={direction}"
        header(page, column).get_by_role("button").click()
        assert names(page) == BY_RANK
        assert sorted_headers(page) == [("rank", "ascending")]
        assert fragment(page) == ""


def test_ranks_can_be_reversed(page: Page) -> None:
    header(page, "rank").get_by_role("button").click()
    assert names(page) == BY_RANK[::-1]
    header(page, "rank").get_by_role("button").click()
    assert names(page) == BY_RANK


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_each_column_sorts_from_the_keyboard_and_keeps_the_focus(page: Page, key: str) -> None:
    values = {column: held(page, column) for column in COLUMNS}
    header(page, "rank").get_by_role("button").focus()
    for column in COLUMNS:
        page.keyboard.press(key)
        [(sorted_by, direction)] = sorted_headers(page)
        assert sorted_by == column
        assert direction
        assert held(page, column) == in_order(values[column], column, direction)
        assert header(page, column).locator(":focus").count() == 1
        page.keyboard.press("Tab")


def test_numbers_are_sorted_as_numbers_whatever_their_unit(page: Page) -> None:
    header(page, "peak-memory").get_by_role("button").click()
    column = COLUMNS.index("peak-memory") + 1
    shown = page.locator(f"table.ranking tbody tr td:nth-child({column})").all_inner_texts()
    sizes = [re.findall(r"[\d.]+ [MG]iB", text) for text in shown]
    assert sizes == [["80 MiB"], ["300 MiB"], ["999 MiB"], ["1.01 GiB"]]


def test_lanes_are_sorted_and_within_them_versions_by_their_numbers(page: Page) -> None:
    header(page, "execution").get_by_role("button").click()
    assert names(page)[:3] == ["JAX from scratch", "NumPy from scratch", "PyTorch from scratch"]


def test_what_is_missing_stands_last_in_either_direction(page: Page) -> None:
    for expected in (
        ["NumPy from scratch", "JAX from scratch"],
        ["JAX from scratch", "NumPy from scratch"],
    ):
        header(page, "times-ceiling").get_by_role("button").click()
        assert names(page) == [*expected, "PyTorch high-level", "PyTorch from scratch"]


def test_sorting_is_announced(page: Page) -> None:
    assert page.locator("#shown").get_attribute("role") == "status"
    header(page, "peak-memory").get_by_role("button").click()
    assert status(page) == "Sorted by peak memory, smallest first. 6 of 6 cells shown."
    header(page, "cell").get_by_role("button").click()
    assert status(page) == "Sorted by framework and form, A to Z. 6 of 6 cells shown."


def test_ranks_stay_as_they_are(page: Page) -> None:
    header(page, "peak-memory").get_by_role("button").click()
    ranks = page.locator("table.ranking tbody .rank").all_inner_texts()
    assert [rank.strip() for rank in ranks] == ["3", "4", "2", "1"]


def test_no_header_moves_from_under_the_pointer(page: Page) -> None:
    boxes = [header(page, column).bounding_box() for column in COLUMNS]
    for column in COLUMNS:
        header(page, column).get_by_role("button").click()
        assert [header(page, one).bounding_box() for one in COLUMNS] == boxes


def test_every_table_of_the_page_is_sorted(open_page: Opener, two_workloads: str) -> None:
    page = open_page(two_workloads)
    header(page, "peak-memory").get_by_role("button").click()
    assert names(page, 1) == ["PyTorch from scratch", "NumPy from scratch"]


def test_a_table_without_the_column_stays_by_rank(open_page: Opener, two_workloads: str) -> None:
    page = open_page(f"{two_workloads}#sort=test-accuracy&direction=ascending")
    second = page.locator("table.ranking").nth(1)
    assert names(page, 1) == ["NumPy from scratch", "PyTorch from scratch"]
    assert second.locator("[aria-sort]").get_attribute("data-column") == "rank"


# Choice


def test_a_filter_shows_the_cells_that_have_a_chosen_value(page: Page) -> None:
    choose(page, "PyTorch")
    assert names(page) == ["PyTorch high-level", "PyTorch from scratch"]
    assert unranked(page) == []
    choose(page, "MXNet")
    assert names(page) == ["PyTorch high-level", "PyTorch from scratch"]
    assert unranked(page) == ["MXNet from scratch"]
    assert fragment(page) == "framework=torch,mxnet"


def test_filters_of_several_groups_hold_together(page: Page) -> None:
    choose(page, "PyTorch", "JAX", "from scratch")
    assert names(page) == ["JAX from scratch", "PyTorch from scratch"]
    assert fragment(page) == "framework=torch,jax&form=scratch"


def test_a_group_in_which_nothing_is_chosen_any_more_shows_everything(page: Page) -> None:
    choose(page, "PyTorch")
    page.get_by_label("PyTorch", exact=True).uncheck()
    assert names(page) == BY_RANK
    assert fragment(page) == ""


def test_a_filter_is_reached_and_set_from_the_keyboard(page: Page) -> None:
    page.locator("#search").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#filters-button").get_attribute("aria-expanded") == "true"
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert names(page) == ["NumPy from scratch"]


def test_the_count_says_how_many_cells_are_shown_and_that_ranks_stay(page: Page) -> None:
    choose(page, "PyTorch")
    assert status(page) == (
        "Sorted by rank, smallest first. 2 of 6 cells shown. Ranks are among all cells."
    )
    assert page.locator("#filters-button").inner_text() == "Filters (1)"
    ranks = page.locator("table.ranking tbody .rank:visible").all_inner_texts()
    assert [rank.strip() for rank in ranks] == ["2", "4"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("torch", ["PyTorch high-level", "PyTorch from scratch"]),
        ("SCRATCH jax", ["JAX from scratch"]),
        ("0.10", ["JAX from scratch"]),
        ("compiled", ["JAX from scratch"]),
        ("  ", BY_RANK),
    ],
)
def test_a_search_finds_every_word_in_names_and_versions(
    page: Page, text: str, found: list[str]
) -> None:
    page.get_by_label("Search cells").press_sequentially(text)
    assert names(page) == found


def test_a_search_finds_what_is_not_ranked(page: Page) -> None:
    page.get_by_label("Search cells").fill("failed")
    assert unranked(page) == ["TensorFlow from scratch"]
    assert names(page) == []


def test_where_nothing_matches_the_page_says_so_and_shows_all_again(page: Page) -> None:
    choose(page, "PyTorch")
    page.get_by_label("Search cells").fill("no such cell")
    assert names(page) + unranked(page) == []
    assert status(page) == "Sorted by rank, smallest first. No cell matches."
    assert not page.locator("table.ranking").is_visible()
    page.get_by_role("button", name="Show all").click()
    assert names(page) == BY_RANK
    assert page.get_by_label("Search cells").input_value() == ""
    assert page.locator("input:checked").count() == 0
    assert fragment(page) == ""


def test_showing_all_keeps_the_order(page: Page) -> None:
    header(page, "peak-memory").get_by_role("button").click()
    choose(page, "PyTorch")
    page.get_by_role("button", name="Show all").click()
    assert fragment(page) == "sort=peak-memory&direction=ascending"


def test_other_parts_of_the_page_on_a_cell_alone_go_with_it(page: Page) -> None:
    details = page.locator("details.cell")
    assert len([one for one in details.all() if one.is_visible()]) == 6
    choose(page, "JAX")
    assert len([one for one in details.all() if one.is_visible()]) == 1


def test_a_workload_without_a_shown_cell_is_left_out(open_page: Opener, two_workloads: str) -> None:
    page = open_page(two_workloads)
    choose(page, "JAX")
    assert page.locator("#run-1-workload-1").is_visible()
    assert not page.locator("#run-1-workload-2").is_visible()


def test_runs_can_be_chosen(open_page: Opener, several_file: Path) -> None:
    page = open_page(f"{several_file.as_uri()}#run=run-2")
    assert not page.locator("#run-1").is_visible()
    assert page.locator("#run-2").is_visible()


# Address


def test_an_address_shows_the_same_view_to_somebody_else(
    open_page: Opener, one_workload: str
) -> None:
    page = open_page(one_workload)
    choose(page, "PyTorch", "JAX", "eager")
    page.get_by_label("Search cells").fill("1.2.3 & high")
    page.get_by_label("Search cells").fill("py")
    header(page, "peak-memory").get_by_role("button").click(click_count=2)
    assert fragment(page) == (
        "framework=torch,jax&execution=eager&search=py&sort=peak-memory&direction=descending"
    )
    other = open_page(address(page))
    assert names(other) == names(page) == ["PyTorch high-level", "PyTorch from scratch"]
    assert sorted_headers(other) == [("peak-memory", "descending")]
    assert status(other) == status(page)
    assert other.get_by_label("Search cells").input_value() == "py"
    assert other.locator("input:checked").count() == 3
    assert address(other) == address(page)


@pytest.mark.parametrize("text", ["a & b=c", "100 %", "#", "é,ü", "+", '"'])
def test_a_search_for_anything_comes_back_from_the_address(
    open_page: Opener, one_workload: str, text: str
) -> None:
    page = open_page(one_workload)
    page.get_by_label("Search cells").fill(text)
    assert open_page(address(page)).get_by_label("Search cells").input_value() == text


def test_a_value_with_signs_of_its_own_comes_back_from_the_address(
    open_page: Opener, tmp_path: Path
) -> None:
    path = tmp_path / "index.html"
    hostile = cell("a,b&c=d#e%20", framework_version='2.0+cpu "x"')
    path.write_text(report_page.render([samples.record(cell(), hostile)]), encoding="utf-8")
    page = open_page(path)
    page.locator("#filters-button").click()
    for box in page.locator("input[value^='a,b']").all():
        box.check()
    assert len(names(page)) == 1
    assert names(open_page(address(page))) == names(page)


def test_typing_leaves_no_trail_of_addresses(page: Page) -> None:
    before = page.evaluate("history.length")
    page.get_by_label("Search cells").press_sequentially("torch")
    assert page.evaluate("history.length") == before


def test_an_address_that_changes_changes_the_view(page: Page) -> None:
    page.evaluate("location.hash = 'framework=jax&sort=epoch&direction=descending'")
    page.wait_for_function("document.querySelector('#shown').textContent.includes('1 of 6')")
    assert names(page) == ["JAX from scratch"]
    page.go_back()
    page.wait_for_function("document.querySelector('#shown').textContent.includes('6 of 6')")
    assert names(page) == BY_RANK


@pytest.mark.parametrize(
    "unknown",
    [
        "nonsense",
        "framework=",
        "framework=nosuch&nosuch=jax",
        "sort=nosuch&direction=sideways",
        "sort=constructor&direction=toString&__proto__=x",
        "%",
        "search=%E0%A4%A&framework=%",
        "&&&==&",
        "'\"><b>",
    ],
)
def test_what_an_address_should_not_hold_does_no_harm(
    open_page: Opener, one_workload: str, unknown: str
) -> None:
    page = open_page(f"{one_workload}#{unknown}")
    assert names(page) == BY_RANK
    assert sorted_headers(page) == [("rank", "ascending")]
    choose(page, "JAX")
    assert names(page) == ["JAX from scratch"]
    assert fragment(page) == "framework=jax"


def test_what_is_known_counts_beside_what_is_not(open_page: Opener, one_workload: str) -> None:
    page = open_page(f"{one_workload}#framework=nosuch,jax&sort=peak-memory&direction=sideways")
    assert names(page) == ["JAX from scratch"]
    assert sorted_headers(page) == [("peak-memory", "ascending")]


# Places


def is_at_top(page: Page, place: str) -> bool:
    """Tell whether the window comes to stand at a place, under the bar."""
    page.wait_for_function(
        """place => Math.abs(document.getElementById(place).getBoundingClientRect().top) < 120""",
        arg=place,
        timeout=5000,
    )
    return True


def test_an_id_leads_to_its_place_and_shows_everything(
    open_page: Opener, two_workloads: str
) -> None:
    page = open_page(f"{two_workloads}#run-1-workload-2")
    assert is_at_top(page, "run-1-workload-2")
    assert "5 of 5" in status(page)


def test_an_address_can_hold_a_place_and_a_view(open_page: Opener, two_workloads: str) -> None:
    page = open_page(f"{two_workloads}#run-1-workload-2&framework=torch")
    assert is_at_top(page, "run-1-workload-2")
    assert names(page, 1) == ["PyTorch from scratch"]


def test_a_place_that_is_folded_is_unfolded(open_page: Opener, one_workload: str) -> None:
    page = open_page(f"{one_workload}#run-1-workload-1-cell-3&sort=epoch&direction=descending")
    place = page.locator("#run-1-workload-1-cell-3")
    assert place.is_visible()
    assert is_at_top(page, "run-1-workload-1-cell-3")


def test_a_link_within_the_page_keeps_the_view(open_page: Opener, two_workloads: str) -> None:
    page = open_page(f"{two_workloads}#framework=torch")
    page.get_by_role("link", name="Linear regression").click()
    assert is_at_top(page, "run-1-workload-2")
    assert names(page, 1) == ["PyTorch from scratch"]
    assert fragment(page) == "run-1-workload-2&framework=torch"
    page.get_by_label("Search cells").fill("py")
    assert fragment(page) == "run-1-workload-2&framework=torch&search=py"


def test_a_link_to_what_the_view_hides_shows_everything(
    open_page: Opener, two_workloads: str
) -> None:
    page = open_page(f"{two_workloads}#framework=jax")
    assert not page.locator("#run-1-workload-2").is_visible()
    page.get_by_role("link", name="Linear regression").click()
    assert is_at_top(page, "run-1-workload-2")
    assert "5 of 5" in status(page)


def test_after_a_link_the_keyboard_goes_on_from_its_place(
    open_page: Opener, two_workloads: str
) -> None:
    page = open_page(f"{two_workloads}#framework=torch")
    page.get_by_role("link", name="Linear regression").press("Enter")
    assert is_at_top(page, "run-1-workload-2")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#run-1-workload-2') !== null")


# Without the script, and with another


def test_without_the_script_all_is_shown_and_nothing_is_offered(
    open_page: Opener, one_workload: str
) -> None:
    page = open_page(f"{one_workload}#framework=jax", javascript=False)
    assert names(page) == BY_RANK
    assert len(unranked(page)) == 2
    assert not page.locator("#controls").is_visible()
    assert page.locator("table.ranking button").count() == 0


def test_no_other_script_runs(open_page: Opener, one_workload: str, tmp_path: Path) -> None:
    original = Path(one_workload.removeprefix("file://")).read_text(encoding="utf-8")
    path = tmp_path / "index.html"
    path.write_text(
        original.replace("</body>", "<script>document.title = 'mine'</script></body>"),
        encoding="utf-8",
    )
    page = open_page(path)
    assert page.title() != "mine"
    assert any("Content Security Policy" in complaint for complaint in open_page.complaints)
    open_page.complaints.clear()


def test_the_script_puts_nothing_on_the_window(
    open_page: Opener, one_workload: str, empty_file: Path
) -> None:
    with_script, without = (
        open_page(place).evaluate("Object.getOwnPropertyNames(window)")
        for place in (one_workload, empty_file)
    )
    assert set(with_script) <= set(without)


# Paper


@pytest.mark.parametrize(
    ("view", "is_told"),
    [("", False), ("#search=torch", True), ("#framework=jax", True), ("#sort=epoch", True)],
)
def test_paper_tells_how_the_table_was_changed(
    open_page: Opener, one_workload: str, view: str, is_told: bool
) -> None:
    page = open_page(f"{one_workload}{view}")
    page.emulate_media(media="print")
    assert page.locator("#shown").is_visible() is is_told
    assert not page.locator("#search").is_visible()


# Small screens


def test_on_a_telephone_the_cells_name_stays_in_sight(open_page: Opener, one_workload: str) -> None:
    page = open_page(one_workload, width=360, height=740)
    region = page.locator(".scroll:has(table.ranking)")
    region.evaluate("one => one.scrollTo({left: 300, behavior: 'instant'})")
    box = page.locator("table.ranking tbody th").first.bounding_box()
    edge = region.bounding_box()
    assert box
    assert edge
    assert box["x"] == pytest.approx(edge["x"], abs=1)
    assert box["width"] < 200
