// Asking without a reload, sentence by sentence, and reading answers aloud. The page works without this file.

import { askLive, NoLine } from "./live.js";
import { attachSpeech } from "./speech.js";

const form = document.querySelector("[data-ask]");
const log = document.querySelector("[data-ask-log]");
const status = document.querySelector("[data-ask-status]");
const stopButton = document.querySelector("[data-ask-stop]");

for (const answer of document.querySelectorAll("[data-answer]")) attach(answer);

let asking = null; // what stops the answer under way
const typesOnScreen = matchMedia("(pointer: coarse)").matches; // focus would bring the keyboard over the answer

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (asking) return;
  const question = form.elements.question;
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  stopButton.hidden = false;
  status.textContent = "Szukam… (Esc przerywa)";
  try {
    try {
      await askAloud();
    } catch (error) {
      if (!(error instanceof NoLine)) throw error;
      await askAtOnce();
    }
    if (!typesOnScreen) question.focus();
  } catch (error) {
    status.textContent =
      error.name === "AbortError" ? "Przerwano." : "Nie udało się zadać pytania. Sprawdź połączenie i spróbuj ponownie.";
  } finally {
    asking = null;
    button.disabled = false;
    stopButton.hidden = true;
  }
});

stopButton.addEventListener("click", () => asking?.());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") asking?.();
});

form.elements.question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

for (const button of document.querySelectorAll("[data-suggestion]")) {
  button.addEventListener("click", () => {
    form.elements.question.value = button.textContent;
    form.requestSubmit();
  });
}

/** Over the websocket: sentences are shown as they come, the whole answer takes their place at the end. */
async function askAloud() {
  const { question, conversation, recording } = form.elements;
  const wish = { question: question.value, conversation: conversation.value, recording: recording?.value ?? "" };
  const live = liveArticle(question.value);
  const run = askLive(form.dataset.socket, wish, (event) => {
    if (event.type === "begun") enter(live.article);
    if (event.type === "stage" || event.type === "evidence") status.textContent = `${event.label} (Esc przerywa)`;
    if (event.type === "sentence") live.add(event);
    if (event.conversation) conversation.value = event.conversation;
  });
  asking = () => run.stop();
  let last;
  try {
    last = await run.done;
  } catch (error) {
    live.article.remove();
    throw error;
  }
  if (last.type === "error" || !last.turn) {
    live.article.remove();
    status.textContent = last.message ?? "Nie udało się odpowiedzieć.";
    return;
  }
  const response = await fetch(`${form.action}${last.turn}/`, { headers: { "X-Fragment": "1" } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  live.article.remove();
  show(await response.text());
  question.value = "";
  status.textContent = last.type === "stopped" ? "Przerwano." : "";
}

/** Without a websocket: one request, the whole answer at once. */
async function askAtOnce() {
  const aborting = new AbortController();
  asking = () => aborting.abort();
  const response = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Fragment": "1" },
    signal: aborting.signal,
  });
  if (response.redirected || !response.headers.get("Content-Type")?.startsWith("text/html")) {
    throw new Error("unexpected answer");
  }
  if (response.status >= 500 && response.status !== 503) throw new Error(`status ${response.status}`);
  show(await response.text());
  if (response.ok) form.elements.question.value = "";
  status.textContent = "";
}

/** What is shown while the answer is written; everything in it is plain text. */
function liveArticle(question) {
  const article = document.createElement("article");
  article.className = "card answer answer-live";
  const heading = document.createElement("h2");
  heading.textContent = question;
  const list = document.createElement("ol");
  article.append(heading, list);
  return {
    article,
    add(event) {
      const item = document.createElement("li");
      const source = document.createElement("a");
      item.append(`${event.text} `);
      source.href = event.citation.url;
      source.textContent = `„${event.citation.quote}”`;
      item.append(source);
      list.append(item);
    },
  };
}

/** On top of the log, in sight also on a small screen; whoever has asked needs no suggestions any more. */
function enter(article) {
  log.prepend(article);
  const suggestions = document.querySelector(".ask-suggestions");
  if (suggestions) suggestions.hidden = true;
  if (typesOnScreen) article.scrollIntoView({ block: "start" });
}

/** Add the answer whole, so that screen readers announce it once. */
function show(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const article = holder.content.firstElementChild;
  enter(article);
  if (article.matches("[data-answer]")) attach(article);
}

function attach(article) {
  attachSpeech(article);
  const copy = article.querySelector("[data-copy]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const said = article.querySelector("[data-copied]");
      try {
        await navigator.clipboard.writeText(article.querySelector("[data-copy-text]").value);
        said.textContent = "Skopiowano.";
      } catch {
        said.textContent = "Nie udało się skopiować.";
      }
    });
  }
  const rating = article.querySelector("[data-rating]");
  rating?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = rating.querySelector("[data-rated]");
    try {
      const response = await fetch(rating.action, {
        method: "POST",
        body: new FormData(rating),
        headers: { "X-Fragment": "1" },
      });
      said.textContent = response.ok ? "Dziękujemy." : "Nie udało się zapisać oceny.";
    } catch {
      said.textContent = "Nie udało się zapisać oceny.";
    }
  });
}
