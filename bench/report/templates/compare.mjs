/*
 * Two sources side by side, with the lines marked in which they differ. Without this script each
 * source can be read by itself.
 *
 * The address's fragment names the two (compare=torch-scratch,jax-scratch); page.mjs writes it.
 */

const area = document.querySelector("#compare");
const columns = area.querySelector(".columns");
const headings = [...columns.querySelectorAll("h3")];
const frames = [...columns.querySelectorAll("pre")];
const message = area.querySelector("[role=status]");
const selects = [...area.querySelectorAll("select")];

function linesOf(key) {
  return [...document.querySelectorAll(`#source-${key} > code > span`)];
}

/* Return rows of two lines each; one is missing where the other stands alone. */
function aligned(some, others) {
  const rows = [];
  let [from, otherFrom] = [0, 0];
  for (const [place, otherPlace] of sharedPlaces(some, others)) {
    rows.push(...beside(some.slice(from, place), others.slice(otherFrom, otherPlace)), {
      isSame: true,
      lines: [some[place], others[otherPlace]],
    });
    [from, otherFrom] = [place + 1, otherPlace + 1];
  }
  return [...rows, ...beside(some.slice(from), others.slice(otherFrom))];
}

function beside(some, others) {
  const longer = some.length > others.length ? some : others;
  return longer.map((line, index) => ({ isSame: false, lines: [some[index], others[index]] }));
}

/* Return the places of lines that both share, in order, so that the most text is shared. */
function sharedPlaces(some, others) {
  const shared = sharedLengths(some, others);
  const places = [];
  let [place, other] = [0, 0];
  while (place < some.length && other < others.length) {
    if (some[place].textContent === others[other].textContent) {
      places.push([place, other]);
      [place, other] = [place + 1, other + 1];
    } else if (shared[place + 1][other] >= shared[place][other + 1]) {
      place += 1;
    } else {
      other += 1;
    }
  }
  return places;
}

/* Return for every two places how much text can be shared from there on. */
function sharedLengths(some, others) {
  const shared = [...some, ""].map(() => [...others, ""].map(() => 0));
  for (let place = some.length - 1; place >= 0; place -= 1) {
    const text = some[place].textContent;
    for (let other = others.length - 1; other >= 0; other -= 1) {
      shared[place][other] =
        text === others[other].textContent
          ? shared[place + 1][other + 1] + text.trim().length + 1
          : Math.max(shared[place + 1][other], shared[place][other + 1]);
    }
  }
  return shared;
}

function fill(side, rows) {
  const title = selects[side].selectedOptions[0].text;
  headings[side].textContent = title;
  frames[side].setAttribute("aria-label", `Source code of ${title}, compared`);
  frames[side]
    .querySelector("code")
    .replaceChildren(...rows.flatMap(({ isSame, lines }) => copied(lines[side], isSame)));
}

function copied(line, isSame) {
  const copy = line?.cloneNode(true) ?? document.createElement("span");
  if (!isSame) {
    copy.className = line ? "differs" : "gap";
  }
  return line ? [copy, "\n"] : [copy];
}

function show() {
  columns.hidden = selects.some(({ value }) => !value);
  message.textContent = columns.hidden ? "" : compare(selects.map(({ value }) => linesOf(value)));
}

/* Fill both columns, and return what they come to. */
function compare(sources) {
  const rows = aligned(...sources);
  for (const side of sources.keys()) {
    fill(side, rows);
  }
  const same = rows.filter(({ isSame }) => isSame).length;
  const [ones, others] = sources.map((lines) => lines.length - same);
  return `${same} lines are the same; ${ones} and ${others}, marked with ≠, are not.`;
}

function chosenInAddress() {
  const pieces = location.hash.slice(1).split("&");
  const given = pieces.find((piece) => piece.startsWith("compare=")) ?? "";
  return given.slice("compare=".length).split(",");
}

function readAddress() {
  const keys = chosenInAddress();
  for (const [side, select] of selects.entries()) {
    const isKnown = [...select.options].some(({ value }) => value === keys[side]);
    select.value = isKnown ? keys[side] : "";
  }
  show();
}

function choose() {
  show();
  const keys = selects.map(({ value }) => value);
  const detail = columns.hidden ? "" : keys.join(",");
  dispatchEvent(new CustomEvent("compare", { detail }));
}

for (const select of selects) {
  select.addEventListener("change", choose);
}
for (const [side, frame] of frames.entries()) {
  frame.addEventListener("scroll", () => {
    frames[1 - side].scrollLeft = frame.scrollLeft;
  });
}
addEventListener("hashchange", readAddress);
area.hidden = false;
readAddress();
