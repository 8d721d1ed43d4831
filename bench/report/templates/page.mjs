/*
 * Which cells the page shows, and in what order. Without this script it shows all, fastest first.
 *
 * The address's fragment holds the view, so that a view can be shared:
 *   #run-1-workload-2&framework=jax,torch&search=scratch&sort=peak-memory&direction=descending
 * What the page does not know of it is left aside. An id may stand first, to scroll to. Links
 * within the page carry the view along; only one that leads to what the view hides does not: it
 * shows everything, as any id that stands alone.
 */

const RANK = "rank";
const OPPOSITE = { ascending: "descending", descending: "ascending" };
const WORDS = {
  number: { ascending: "smallest first", descending: "largest first" },
  text: { ascending: "A to Z", descending: "Z to A" },
};
const collator = new Intl.Collator("en", { numeric: true });

const controls = document.querySelector("#controls");
const searchField = document.querySelector("#search");
const filtersButton = document.querySelector("#filters-button");
const filters = document.querySelector("#filters");
const message = document.querySelector("#shown");
const boxes = [...filters.querySelectorAll("input")];
const links = [...document.querySelectorAll('a[href^="#"]')].map((element) => ({
  element,
  id: element.getAttribute("href").slice(1),
}));
const cells = [...document.querySelectorAll("[data-words]")].map((element) => ({
  // Its row, and what other parts of the page hold of it alone.
  elements: document.querySelectorAll(`[data-cell="${element.dataset.cell}"]`),
  // A run or a workload is a part of all cells within its section.
  part: (name) => element.closest(`[data-${name}]`)?.getAttribute(`data-${name}`),
  text: `${element.dataset.words} ${element.querySelector("th, .what").textContent}`.toLowerCase(),
}));
const groups = [...document.querySelectorAll("[data-group]")].map((element) => ({
  element,
  members: [...element.querySelectorAll("[data-cell]")],
}));
const tables = [...document.querySelectorAll("table.ranking")].map((table) => ({
  body: table.tBodies[0],
  headers: [...table.tHead.rows[0].cells],
  rows: [...table.tBodies[0].rows],
}));
const columns = new Map(
  tables
    .flatMap((table) => table.headers)
    .map((header) => [
      header.dataset.column,
      {
        first: header.dataset.first ?? "ascending",
        kind: header.dataset.kind ?? "number",
        title: header.textContent,
      },
    ]),
);

let view = read(location.hash);

function read(fragment) {
  const pieces = fragment.slice(1).split("&");
  const given = new Map(pieces.map((piece) => piece.split("=", 2)));
  const sort = columns.has(given.get("sort")) ? given.get("sort") : RANK;
  const direction = given.get("direction");
  return {
    chosen: choices(({ name, value }) =>
      (given.get(name) ?? "").split(",").some((text) => decoded(text) === value),
    ),
    // Which sources compare.mjs shows side by side.
    compare: given.get("compare") ?? "",
    direction: Object.hasOwn(OPPOSITE, direction) ? direction : natural(sort),
    search: decoded(given.get("search") ?? ""),
    sort,
    target: document.getElementById(decoded(pieces[0])) ? pieces[0] : "",
  };
}

function choices(isChosen) {
  const chosen = new Map();
  for (const { name, value } of boxes.filter((box) => isChosen(box))) {
    chosen.set(name, (chosen.get(name) ?? new Set()).add(value));
  }
  return chosen;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function written(target) {
  const pieces = [target];
  for (const [name, values] of view.chosen) {
    pieces.push(`${name}=${[...values].map((value) => encodeURIComponent(value)).join(",")}`);
  }
  if (view.search) {
    pieces.push(`search=${encodeURIComponent(view.search)}`);
  }
  if (!isByRank()) {
    pieces.push(`sort=${view.sort}`, `direction=${view.direction}`);
  }
  if (view.compare) {
    pieces.push(`compare=${view.compare}`);
  }
  return `#${pieces.filter(Boolean).join("&")}`;
}

function isByRank() {
  return view.sort === RANK && view.direction === natural(RANK);
}

function natural(column) {
  return columns.get(column)?.first ?? "ascending";
}

function show() {
  const shown = showCells();
  for (const table of tables) {
    sortTable(table);
  }
  showControls(shown);
  for (const { element, id } of links) {
    const hidden = document.getElementById(id)?.closest("[hidden]");
    element.setAttribute("href", hidden ? `#${id}` : written(id));
  }
}

function showCells() {
  const terms = view.search.toLowerCase().split(/\s+/u);
  const shown = cells.filter((cell) => {
    const matches =
      terms.every((term) => cell.text.includes(term)) &&
      [...view.chosen].every(([name, values]) => values.has(cell.part(name)));
    for (const element of cell.elements) {
      element.hidden = !matches;
    }
    return matches;
  });
  for (const { element, members } of groups) {
    element.hidden = members.length > 0 && members.every((member) => member.hidden);
  }
  return shown.length;
}

function sortTable({ body, headers, rows }) {
  // A regression has no accuracy: such a table stays by rank.
  const found = headers.find((header) => header.dataset.column === view.sort);
  const sorting = found ?? headers[0];
  const direction = found ? view.direction : "ascending";
  for (const header of headers) {
    if (header === sorting) {
      header.setAttribute("aria-sort", direction);
    } else {
      header.removeAttribute("aria-sort");
    }
  }
  body.append(...sorted(rows, sorting, direction));
}

function sorted(rows, { cellIndex, dataset }, direction) {
  const values = new Map(rows.map((row) => [row, row.cells[cellIndex].dataset.value]));
  const compare =
    columns.get(dataset.column).kind === "text" ? collator.compare : (one, other) => one - other;
  const sign = direction === "ascending" ? 1 : -1;
  return rows.toSorted((first, second) => {
    const [one, other] = [values.get(first), values.get(second)];
    // What is missing stands last in either direction.
    return one === undefined || other === undefined
      ? (one === undefined) - (other === undefined)
      : sign * compare(one, other);
  });
}

function showControls(shown) {
  for (const box of boxes) {
    box.checked = view.chosen.get(box.name)?.has(box.value) ?? false;
  }
  const chosen = boxes.filter((box) => box.checked).length;
  const isNarrowed = chosen > 0 || view.search !== "";
  controls.classList.toggle("changed", isNarrowed || !isByRank());
  filtersButton.textContent = chosen ? `Filters (${chosen})` : "Filters";
  // Writing the same text again would move the caret.
  if (searchField.value !== view.search) {
    searchField.value = view.search;
  }
  message.textContent = [
    sortingWords(),
    shown ? `${shown} of ${cells.length} cells shown.` : "No cell matches.",
    isNarrowed && shown ? "Ranks are among all cells." : "",
  ].join(" ");
}

function sortingWords() {
  const column = columns.get(view.sort);
  return column
    ? `Sorted by ${column.title.toLowerCase()}, ${WORDS[column.kind][view.direction]}.`
    : "";
}

function change(part) {
  view = { ...view, ...part };
  show();
  const address = new URL(location.href);
  address.hash = written(view.target);
  history.replaceState(null, "", address);
}

function sortBy(column) {
  const isSorted = view.sort === column;
  if (isSorted && view.direction !== natural(column)) {
    change({ direction: natural(RANK), sort: RANK });
  } else {
    change({ direction: isSorted ? OPPOSITE[view.direction] : natural(column), sort: column });
  }
}

function goTo(target) {
  const place = document.getElementById(decoded(target));
  if (!place) {
    return;
  }
  for (let fold = place; fold; fold = fold.parentElement) {
    if (fold.tagName === "DETAILS") {
      fold.open = true;
    }
  }
  place.scrollIntoView();
  focusOn(place);
}

/* Let the keyboard go on from a place, as a plain link does. */
function focusOn(place) {
  const isFocusable = place.hasAttribute("tabindex");
  if (!isFocusable) {
    place.tabIndex = -1;
  }
  place.focus({ preventScroll: true });
  if (!isFocusable) {
    place.removeAttribute("tabindex");
  }
}

// First, so that a browser in which it fails offers nothing that would not work.
show();

for (const header of tables.flatMap((table) => table.headers)) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  button.addEventListener("click", () => sortBy(header.dataset.column));
  header.append(button);
}
for (const box of boxes) {
  box.addEventListener("change", () => change({ chosen: choices(({ checked }) => checked) }));
}
searchField.addEventListener("input", () => change({ search: searchField.value }));
filtersButton.addEventListener("click", () => {
  filters.hidden = !filters.hidden;
  filtersButton.setAttribute("aria-expanded", !filters.hidden);
});
document.querySelector("#show-all").addEventListener("click", () => {
  change({ chosen: new Map(), search: "" });
});
addEventListener("compare", ({ detail }) => change({ compare: detail, target: "source-code" }));
addEventListener("hashchange", () => {
  view = read(location.hash);
  show();
  goTo(view.target);
});

controls.hidden = false;
goTo(view.target);
