// Asking without a reload, and reading answers aloud. The page works without this file.

import { attachSpeech } from "./speech.js";

const form = document.querySelector("[data-ask]");
const log = document.querySelector("[data-ask-log]");
const status = document.querySelector("[data-ask-status]");

for (const answer of document.querySelectorAll("[data-answer]")) attachSpeech(answer);

let asking = null;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (asking) return;
  const question = form.elements.question;
  const button = form.querySelector("button[type=submit]");
  asking = new AbortController();
  button.disabled = true;
  status.textContent = "Piszę odpowiedź… (Esc przerywa)";
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Fragment": "1" },
      signal: asking.signal,
    });
    if (response.redirected || !response.headers.get("Content-Type")?.startsWith("text/html")) {
      throw new Error("unexpected answer");
    }
    if (response.status >= 500 && response.status !== 503) throw new Error(`status ${response.status}`);
    show(await response.text());
    if (response.ok) question.value = "";
    status.textContent = "";
    question.focus();
  } catch (error) {
    status.textContent =
      error.name === "AbortError" ? "Przerwano." : "Nie udało się zadać pytania. Sprawdź połączenie i spróbuj ponownie.";
  } finally {
    asking = null;
    button.disabled = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") asking?.abort();
});

form.elements.question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

/** Add the answer whole, so that screen readers announce it once. */
function show(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const article = holder.content.firstElementChild;
  log.prepend(article);
  if (article.matches("[data-answer]")) attachSpeech(article);
}
