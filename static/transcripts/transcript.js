// The transcript: fetches what is not in the page yet (in order, so that find-in-page works), marks the sentence and the
// word that is being said, and seeks when a sentence is clicked.

const PAGE = 400;

export function setUpTranscript(root, player) {
  const list = document.querySelector("#lines");
  if (!list) return { list: null, stop() {} };
  const lines = []; // {start, end, element, words}, in order
  const over = new AbortController();
  for (const element of list.children) lines.push(lineOf(element));

  loadEverything(root, list, lines, over.signal, () => show(player), () => goTo(wantedMs()));
  if (player) {
    player.media.addEventListener("timeupdate", () => show(player), { signal: over.signal });
    player.media.addEventListener("seeked", () => show(player), { signal: over.signal });
    list.addEventListener("click", (event) => seekTo(event, lines, player), { signal: over.signal });
    for (const kind of ["wheel", "touchmove"]) {
      // Reading elsewhere while it plays: the text stops moving by itself.
      window.addEventListener(kind, () => !player.media.paused && player.stopFollowing(), { passive: true, signal: over.signal });
    }
  }
  const goTo = (ms) => ms === null || jumpTo(lines[lastStartedBy(lines, ms)]);
  const openHash = () => {
    const ms = wantedMs();
    if (ms === null) return;
    player?.seek(ms);
    goTo(ms);
  };
  window.addEventListener("hashchange", openHash, { signal: over.signal });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-seek]");
    if (link && location.hash === link.hash) openHash(); // the same link again
  }, { signal: over.signal });

  let current = null;
  function show(player) {
    if (!player) return;
    const ms = player.media.currentTime * 1000 + 60;
    const line = lines[lastStartedBy(lines, ms)];
    const speaking = line && ms < line.end + 1500 ? line : null;
    if (speaking !== current) {
      current?.element.removeAttribute("aria-current");
      speaking?.element.setAttribute("aria-current", "true");
      current = speaking;
      if (speaking && player.following() && !player.media.paused) scrollTo(speaking);
    }
    markWord(current, ms);
  }

  openHash();
  /** Put segments (as the API gives them) in the place of lines; returns their elements. */
  const replace = (elements, segments, after = null) => {
    const at = elements.length ? lines.findIndex((line) => line.element === elements[0]) : lines.findIndex((line) => line.element === after) + 1;
    const fresh = segments.map((segment) => newLine(segment, ""));
    if (elements.length) elements[0].before(...fresh.map((line) => line.element));
    else if (after) after.after(...fresh.map((line) => line.element));
    else list.prepend(...fresh.map((line) => line.element));
    for (const element of elements) element.remove();
    lines.splice(at, elements.length, ...fresh);
    nameTurns(list);
    return fresh.map((line) => line.element);
  };
  return { list, replace, stop: () => over.abort() };
}

function lineOf(element, words = null) {
  return { start: Number(element.dataset.start), end: Number(element.dataset.end), element, words };
}

async function loadEverything(root, list, lines, signal, shown, complete) {
  const count = Number(list.dataset.count);
  const status = document.querySelector("#lines-status");
  const inPage = new Map(lines.map((line) => [Number(line.element.dataset.index), line]));
  let speaker = "";
  let after = -1;
  while (after !== null) {
    let page;
    try {
      const answer = await fetch(`${root.dataset.api}segments/?words=true&limit=${PAGE}&after_index=${after}`, { signal });
      if (!answer.ok) throw new Error(String(answer.status));
      page = await answer.json();
    } catch (error) {
      if (signal.aborted) return;
      status.textContent = "Nie udało się wczytać reszty transkrypcji. Próbujemy dalej…";
      await new Promise((resolve) => setTimeout(resolve, 4000));
      continue;
    }
    const added = document.createDocumentFragment();
    for (const segment of page.segments) {
      const known = inPage.get(segment.index);
      if (root.dataset.figures) Object.assign(segment, { text: segment.written, words: null }); // words have places in what was said
      if (known) known.words = segment.words;
      else {
        const line = newLine(segment, speaker);
        lines.push(line);
        added.append(line.element);
      }
      speaker = segment.speaker;
    }
    list.append(added);
    after = page.next_after_index;
    status.textContent = after === null ? "" : `Wczytano ${lines.length} z ${count} zdań…`;
    shown();
  }
  if (inPage.size < count) complete();
}

function newLine(segment, speakerBefore) {
  const item = document.createElement("li");
  Object.assign(item.dataset, {
    index: segment.index, id: segment.id, version: segment.version, speaker: segment.speaker,
    start: segment.start_ms, end: segment.end_ms,
  });
  if (segment.speaker && segment.speaker !== speakerBefore) startTurn(item, segment.speaker);
  const time = document.createElement("a");
  time.className = "time";
  time.href = `#t=${segment.start_ms}`;
  time.textContent = clock(segment.start_ms);
  time.setAttribute("aria-label", `Odtwórz od ${time.textContent}`);
  const text = document.createElement("p");
  text.className = "text";
  text.textContent = segment.text;
  item.append(time, text);
  return lineOf(item, segment.words);
}

function startTurn(item, speaker) {
  const name = document.createElement("h3");
  name.className = "speaker";
  name.textContent = speaker;
  item.classList.add("turn");
  item.prepend(name);
}

/** Headings of speakers where they change, after lines or speakers were changed. */
export function nameTurns(list) {
  let before = "";
  for (const item of list.children) {
    const { speaker } = item.dataset;
    const wanted = speaker && speaker !== before ? speaker : "";
    const heading = item.querySelector(".speaker");
    if ((heading?.textContent ?? "") !== wanted) {
      heading?.remove();
      item.classList.remove("turn");
      if (wanted) startTurn(item, wanted);
    }
    before = speaker;
  }
}

function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (value) => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function lastStartedBy(lines, ms) {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle].start <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The moment that the address asks for, `#t=<milliseconds>`. */
function wantedMs() {
  const at = /^#t=(\d+)$/.exec(location.hash);
  return at ? Number(at[1]) : null;
}

/** Far away lines get their true heights only when they come near: jump until the wanted one is on the screen. */
function jumpTo(line, triesLeft = 12) {
  if (!line) return;
  line.element.scrollIntoView({ block: "center" });
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const { top, bottom } = line.element.getBoundingClientRect();
    if ((top < 0 || bottom > innerHeight) && triesLeft > 0) jumpTo(line, triesLeft - 1);
  }));
}

function scrollTo(line) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  line?.element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}

function seekTo(event, lines, player) {
  const item = event.target.closest("li[data-start]");
  if (!item) return;
  if (event.target.closest(".time")) {
    if (location.hash === event.target.hash) player.seek(Number(item.dataset.start));
    return; // the link changes the address, and that seeks
  }
  if (!event.target.closest(".text") || !getSelection().isCollapsed) return; // somebody is selecting text to copy
  const line = lines.find((one) => one.element === item);
  const word = wordAt(line, event);
  player.seek(word ? word.start : line.start);
}

/** Where each word stands in the sentence: [{from, to, start, end}], found in order. */
function placesOf(line) {
  if (line.places) return line.places;
  const text = line.element.querySelector(".text").textContent;
  line.places = [];
  let from = 0;
  for (const [start, end, written] of line.words ?? []) {
    const word = written.trim();
    const at = text.indexOf(word, from);
    if (!word || at < 0) continue;
    line.places.push({ from: at, to: at + word.length, start, end });
    from = at + word.length;
  }
  return line.places;
}

function wordAt(line, event) {
  if (!line.words) return null;
  const spot = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  const range = spot ? null : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const offset = spot?.offset ?? range?.startOffset;
  return placesOf(line).find((place) => offset >= place.from && offset <= place.to) ?? null;
}

function markWord(line, ms) {
  if (!window.Highlight || !CSS.highlights) return;
  const place = line?.words ? placesOf(line).findLast((one) => one.start <= ms) : null;
  if (!place || ms > place.end + 400) {
    CSS.highlights.delete("spoken-word");
    return;
  }
  const text = line.element.querySelector(".text").firstChild;
  const range = new Range();
  range.setStart(text, place.from);
  range.setEnd(text, place.to);
  CSS.highlights.set("spoken-word", new Highlight(range));
}
