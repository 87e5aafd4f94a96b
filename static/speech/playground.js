// The playground: asks for a key when one is needed, then opens the four rooms.

import { call, callJson, events, key, say, sayFailure } from "./api.js";
import { attachMicrophone } from "./microphone.js";

const byId = (id) => document.getElementById(id);

async function open() {
  try {
    await fillModels();
  } catch (error) {
    if (error.status !== 401 && error.status !== 403) throw error;
    const tried = Boolean(key.get());
    key.forget();
    byId("key-form").hidden = false;
    byId("key-error").textContent = tried || error.status === 403 ? error.message : "";
    if (tried) byId("key").focus();
    return;
  }
  byId("key-form").hidden = true;
  byId("rooms").hidden = false;
  await Promise.all([fillVoices(), showLoaded()]);
}

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  key.set(byId("key").value.trim());
  open();
});

const option = (value, label = value) => Object.assign(document.createElement("option"), { value, textContent: label });

async function fillModels() {
  const { data } = await callJson("/v1/models");
  for (const select of document.querySelectorAll("[data-models]")) {
    const tasks = select.dataset.models.split(" ");
    const models = data.filter((model) => tasks.includes(model.task));
    select.replaceChildren(...models.map((model) => option(model.id)));
  }
}

// --- a recording ---

let reading = null;

byId("file-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [text, state] = [byId("file-text"), byId("file-state")];
  const form = new FormData();
  form.append("model", byId("file-model").value);
  form.append("stream", "true");
  form.append("file", byId("file").files[0]);
  reading?.abort();
  reading = new AbortController();
  byId("file-stop").disabled = false;
  text.textContent = "";
  say(state, "Wysyłam i rozpoznaję…");
  try {
    const options = { method: "POST", body: form, signal: reading.signal };
    let ended = false;
    for await (const part of events(await call("/v1/audio/transcriptions", options))) {
      if (part.error) throw new Error(part.error.message);
      if (part.type === "transcript.text.delta") text.append(part.delta);
      if (part.type === "transcript.text.done") {
        text.textContent = part.text;
        ended = true;
      }
    }
    if (!ended) throw new Error("połączenie przerwało się w połowie");
    say(state, text.textContent ? "Gotowe." : "Gotowe: w nagraniu nikt nie mówi.");
  } catch (error) {
    sayFailure(state, error);
  } finally {
    if (document.activeElement === byId("file-stop")) byId("file").focus();
    byId("file-stop").disabled = true;
    showLoaded();
  }
});
byId("file-stop").addEventListener("click", () => reading?.abort());

// --- voices ---

async function fillVoices() {
  try {
    const { voices } = await callJson("/v1/audio/voices");
    const rows = voices.filter((voice) => !voice.language || voice.language.startsWith("pl"));
    byId("voice").replaceChildren(...rows.map((voice) => option(voice.id, voice.name ?? voice.id)));
  } catch (error) {
    sayFailure(byId("voice-state"), error);
  }
}

byId("voice-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [state, sound] = [byId("voice-state"), byId("voice-sound")];
  say(state, "Przygotowuję głos…");
  try {
    const body = JSON.stringify({
      model: "tts-1",
      input: byId("voice-input").value,
      voice: byId("voice").value,
      speed: Number(byId("voice-speed").value),
    });
    const response = await call("/v1/audio/speech", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    if (sound.src) URL.revokeObjectURL(sound.src);
    sound.src = URL.createObjectURL(await response.blob());
    sound.hidden = false;
    const spoken = response.headers.get("x-voice"); // another one when the chosen voice does not answer
    say(state, `Gotowe. Czyta głos syntetyczny ${spoken ?? byId("voice").value}.`);
    sound.play().catch(() => {}); // a browser may want a click of its own first
  } catch (error) {
    sayFailure(state, error);
  }
});

// --- models in memory ---

async function showLoaded() {
  const list = byId("models-loaded");
  try {
    const { details } = await callJson("/api/ps");
    list.replaceChildren(...details.map(loadedRow));
    if (!details.length) list.append(Object.assign(document.createElement("li"), { textContent: "Żaden." }));
  } catch (error) {
    sayFailure(byId("models-state"), error);
  }
}

function loadedRow(model) {
  const { id } = model;
  const row = document.createElement("li");
  const facts = Object.assign(document.createElement("small"), { className: "muted", textContent: factsOf(model) });
  const name = Object.assign(document.createElement("span"), { textContent: id });
  name.append(facts);
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Zwolnij" });
  button.setAttribute("aria-label", `Zwolnij ${id}`);
  button.addEventListener("click", () => change("DELETE", id, `Zwolniono ${id}.`));
  row.append(name, button);
  return row;
}

function factsOf({ memory_bytes: bytes, memory_is: how, device, precision, users, expires_in_s: expires }) {
  const size = bytes ? `${how === "estimated" ? "około " : ""}${Math.round(bytes / 2 ** 20)} MiB` : "";
  const stays = expires === null ? "zostaje w pamięci" : `zwolni się za ${Math.ceil(expires)} s`;
  return [size, device, precision, users ? `pracuje (${users})` : stays].filter(Boolean).join(", ");
}

async function change(method, id, done) {
  const state = byId("models-state");
  say(state, "Chwileczkę…");
  try {
    await call(`/api/ps/${encodeURIComponent(id)}`, { method });
    say(state, done);
  } catch (error) {
    sayFailure(state, error);
  }
  const row = byId("models-loaded").contains(document.activeElement);
  await showLoaded();
  if (row) byId("models-refresh").focus(); // the button that had the focus is gone
}

byId("models-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const id = byId("models-choice").value;
  if (id) change("POST", id, `Wczytano ${id}.`);
});
byId("models-refresh").addEventListener("click", showLoaded);

attachMicrophone({
  start: byId("microphone-start"),
  stop: byId("microphone-stop"),
  state: byId("microphone-state"),
  text: byId("microphone-text"),
  model: () => byId("file-model").value,
});
open();
