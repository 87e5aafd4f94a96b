// Live progress: a websocket that says which event it saw last, and polling while there is none.

const FINAL = new Set(["ready", "failed", "duplicate"]);
const STATES = {
  pending: "czeka na poprzedni etap", waiting: "w kolejce", running: "trwa", spread: "trwa", done: "gotowe", failed: "nieudane",
};
const POLL_MS = 4000;

/** Calls `finished` each time the recording reaches an end (also again, after a retry). */
export function watchProgress(root, finished) {
  if (root.dataset.state === "ready") return;
  let last = Number(root.dataset.lastEvent);
  let failures = 0;
  let polling = null;
  const announce = document.querySelector("#announce");

  function take(event) {
    if (event.sequence <= last) return;
    last = event.sequence;
    if (!event.stage || FINAL.has(event.state)) {
      if (FINAL.has(event.state)) {
        announce.textContent = event.state === "ready" ? "Transkrypcja jest gotowa." : "Opracowanie zatrzymało się.";
        finished();
      }
      return;
    }
    show(event, announce);
  }

  function listen() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}${root.dataset.socket}?after=${last}`);
    socket.addEventListener("open", () => {
      failures = 0;
      clearInterval(polling);
      polling = null;
    });
    socket.addEventListener("message", (message) => take(JSON.parse(message.data)));
    socket.addEventListener("close", (event) => {
      if (event.code === 4404) return clearInterval(polling); // deleted, or no longer ours to see
      failures += 1;
      polling ??= setInterval(poll, POLL_MS);
      setTimeout(listen, Math.min(30000, 500 * 2 ** failures));
    });
  }

  async function poll() {
    try {
      const answer = await fetch(`${root.dataset.api}events/?after=${last}`);
      if (answer.ok) for (const event of (await answer.json()).events) take(event);
    } catch {
      return; // offline: the next round or the socket tells
    }
  }

  listen();
}

function show(event, announce) {
  const row = document.querySelector(`[data-stage="${event.stage}"]`);
  if (!row) return;
  const before = row.className;
  row.className = `stage ${event.state}`;
  for (let other = row.previousElementSibling; other; other = other.previousElementSibling) {
    if (!other.classList.contains("done")) settle(other); // its own event came first; a spread stage has many
  }
  const next = row.nextElementSibling;
  if (event.state === "done" && next?.classList.contains("pending")) {
    next.className = "stage waiting"; // it says more itself as soon as a worker has taken it
    next.querySelector("[data-role=state]").textContent = STATES.waiting;
  }
  const bar = row.querySelector("progress");
  const known = event.state === "running" && event.total > 0;
  bar.hidden = !known;
  if (known) bar.value = (100 * event.done) / event.total;
  row.querySelector("[data-role=state]").textContent = known
    ? `${Math.floor((100 * event.done) / event.total)} %${remaining(event.eta_ms)}`
    : STATES[event.state] ?? event.state;
  if (before !== row.className && event.state === "running") {
    announce.textContent = `Trwa: ${row.querySelector(".stage-name").textContent}`;
  }
}

function settle(row) {
  row.className = "stage done";
  row.querySelector("progress").hidden = true;
  row.querySelector("[data-role=state]").textContent = STATES.done;
}

function remaining(ms) {
  if (ms === null || ms === undefined) return "";
  const minutes = Math.round(ms / 60000);
  return minutes < 1 ? ", jeszcze chwila" : `, jeszcze około ${minutes} min`;
}
