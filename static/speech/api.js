// Calls of the speech server: the key of this tab, the CSRF token of a signed-in browser, errors as sentences.

const KEY = "speech-key";
const OF_CODES = {
  model_loaded: "Ten model jest już w pamięci.",
  model_in_use: "Ten model właśnie pracuje. Spróbuj za chwilę.",
  model_not_loaded: "Tego modelu już nie ma w pamięci.",
  out_of_memory: "Na ten model brakuje pamięci.",
};
const SENTENCES = {
  401: "Serwer nie przyjął klucza.",
  403: "Tego nie wolno zrobić z tego konta.",
  413: "Plik jest za duży.",
  415: "Tego pliku nie da się odczytać jako dźwięku.",
  429: "Za dużo zapytań. Odczekaj minutę.",
  503: "Serwer jest chwilowo zajęty lub czegoś mu brakuje.",
};

export class ApiFailure extends Error {
  constructor(status, { code, message = "" } = {}) {
    const sentence = OF_CODES[code] ?? SENTENCES[status];
    super(sentence ?? `Nie udało się (${status}).`);
    this.status = status;
    this.detail = sentence ? "" : message; // the server's own words are English
  }

  get sentence() {
    return this.detail ? `${this.message} (${this.detail})` : this.message;
  }
}

export const key = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

export async function call(path, options = {}) {
  const headers = { ...options.headers };
  if (key.get()) headers.Authorization = `Bearer ${key.get()}`;
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (token) headers["X-CSRFToken"] = token[1];
  const response = await fetch(path, { ...options, headers });
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new ApiFailure(response.status, body.error);
}

export async function callJson(path, options) {
  return (await call(path, options)).json();
}

/** The data objects of a server-sent event stream, one after another. */
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const data = block
          .split("\n")
          .filter((line) => line.startsWith("data:"))
          .map((line) => line.slice(5).trim())
          .join("\n");
        if (data && data !== "[DONE]") yield JSON.parse(data);
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // the stream may have ended by itself
  }
}

/** Says what happens in the room's own live line. */
export function say(line, text, failed = false) {
  line.textContent = text;
  line.classList.toggle("failed", failed);
}

export function sayFailure(line, error) {
  if (error.name === "AbortError") return say(line, "Przerwano.");
  say(line, error.sentence ?? `Nie udało się: ${error.message}`, true);
}
