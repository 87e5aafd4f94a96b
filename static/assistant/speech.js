// Reads a text aloud, sentence by sentence: the sentence being read is marked, the next one is fetched meanwhile.

const SPEED_KEY = "read-aloud-speed";
const PLACE_KEY = "read-aloud-place:"; // and the text's address
const NOTICED_KEY = "read-aloud-noticed"; // for this visit: that the voice is synthetic was said
const MARK = "speech-now";

/** Every text has its own reader, only one of them sounds at a time. */
let active = null;

/** `holder` has the address of the text's sentences in `data-speech-url` and holds one panel. */
export function attachSpeech(holder) {
  const panel = holder.querySelector("[data-speech]");
  const url = holder.dataset.speechUrl;
  if (!panel || !url) return;
  panel.hidden = false;
  new Reader(panel, url);
}

class Reader {
  constructor(panel, url) {
    this.url = url;
    this.play = panel.querySelector("[data-speech-play]");
    this.back = panel.querySelector("[data-speech-back]");
    this.skip = panel.querySelector("[data-speech-skip]");
    this.again = panel.querySelector("[data-speech-stop]");
    this.speed = panel.querySelector("[data-speech-speed]");
    this.voice = panel.querySelector("[data-speech-voice]");
    this.list = panel.querySelector("[data-speech-sentences]");
    this.file = panel.querySelector("[data-speech-mp3]");
    this.lines = panel.dataset.speechLines ?? ""; // the text stands on the page already, under this selector
    this.audio = new Audio();
    this.sentences = null;
    this.notice = null;
    this.index = kept(PLACE_KEY + url);
    this.offline = false;
    this.run = 0; // counts starts; whatever belongs to an older one is ignored
    this.sounds = new Map();
    const speed = localStorage.getItem(SPEED_KEY);
    if (speed && [...this.speed.options].some((option) => option.value === speed)) this.speed.value = speed;
    this.play.addEventListener("click", () => (this.playing ? this.pause() : this.start()));
    this.back.addEventListener("click", () => this.go(Math.max(0, this.index - 1)));
    this.skip.addEventListener("click", () => this.go(this.index + 1));
    this.again.addEventListener("click", () => this.stop());
    this.speed.addEventListener("change", () => {
      localStorage.setItem(SPEED_KEY, this.speed.value);
      this.forgetSounds();
      this.showFile();
      if (this.playing) this.go(this.index);
      else if (this.paused) this.audio.removeAttribute("src"); // it goes on at the new speed
    });
    this.audio.addEventListener("ended", () => this.go(this.index + 1));
    this.show();
    this.showFile();
  }

  get playing() {
    return active === this;
  }

  async start() {
    if (active && active !== this) active.pause();
    active = this;
    this.show();
    try {
      if (!this.sentences) await this.load();
      if (this.playing && !sessionStorage.getItem(NOTICED_KEY)) await this.sayNotice();
    } catch {
      if (this.playing) this.fail();
      return;
    }
    if (!this.playing) return;
    if (this.paused && this.audio.hasAttribute("src")) {
      this.paused = false;
      this.mark();
      await this.audio.play();
    } else {
      await this.go(this.index < this.sentences.length ? this.index : 0);
    }
  }

  async load() {
    this.voice.textContent = "Przygotowuję głos…";
    const response = await fetch(this.url, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const speech = await response.json();
    this.sentences = speech.sentences;
    this.notice = speech.notice;
    this.name(speech.voice.label);
    if (this.lines) return;
    this.list.replaceChildren(
      ...speech.sentences.map((sentence) => {
        const item = document.createElement("li");
        item.textContent = sentence.text;
        return item;
      }),
    );
    this.list.hidden = false;
  }

  /** Said once a visit, by a player of its own: the place in the text is not touched. */
  async sayNotice() {
    const sound = await this.fetch(this.notice.url);
    this.name(sound.label);
    const player = new Audio(sound.src);
    const said = new Promise((resolve, reject) => {
      player.addEventListener("ended", resolve);
      player.addEventListener("error", () => reject(new Error("no sound")));
    });
    this.quiet = () => player.pause();
    await player.play();
    sessionStorage.setItem(NOTICED_KEY, "1");
    await said;
    this.quiet = null;
    URL.revokeObjectURL(sound.src);
  }

  async go(index) {
    if (!this.playing) return;
    const run = ++this.run;
    this.audio.pause();
    this.paused = false;
    if (index >= this.sentences.length) {
      this.stop();
      return;
    }
    this.index = index;
    keep(PLACE_KEY + this.url, index);
    this.mark();
    this.show();
    try {
      const sound = await this.sound(index);
      if (run !== this.run) return;
      this.name(sound.label);
      this.audio.src = sound.src;
      await this.audio.play();
    } catch (error) {
      if (run === this.run && error.name !== "AbortError") this.fail();
      return;
    }
    if (index + 1 < this.sentences.length) this.sound(index + 1).catch(() => {}); // asked again when its turn comes
    this.forgetSound(index - 3);
  }

  /** The sound of a sentence, fetched once. A failed fetch is forgotten, so that it can be tried again. */
  sound(index) {
    if (!this.sounds.has(index)) {
      const fetched = this.fetch(this.sentences[index].url);
      fetched.catch(() => this.sounds.delete(index));
      this.sounds.set(index, fetched);
    }
    return this.sounds.get(index);
  }

  async fetch(url) {
    const query = new URLSearchParams({ speed: this.speed.value });
    if (this.offline) query.set("offline", "true");
    const response = await fetch(`${url}?${query}`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    if (response.headers.get("X-Voice")?.startsWith("espeak")) this.offline = true; // go on in one voice
    const label = decodeURIComponent(response.headers.get("X-Voice-Label") ?? "");
    return { src: URL.createObjectURL(await response.blob()), label };
  }

  pause() {
    this.quiet?.();
    this.run++;
    this.paused = true;
    this.audio.pause();
    active = null;
    this.show();
  }

  /** Back to the beginning. */
  stop() {
    this.halt();
    this.index = 0;
    keep(PLACE_KEY + this.url, 0);
    this.show();
  }

  halt() {
    this.quiet?.();
    this.run++;
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.paused = false;
    if (active === this) active = null;
    this.mark();
    this.show();
  }

  fail() {
    this.halt(); // the place stays
    this.voice.textContent = "Nie udało się przeczytać tekstu na głos. Spróbuj ponownie za chwilę.";
  }

  forgetSounds() {
    for (const index of [...this.sounds.keys()]) this.forgetSound(index);
  }

  forgetSound(index) {
    this.sounds.get(index)?.then((sound) => URL.revokeObjectURL(sound.src), () => {});
    this.sounds.delete(index);
  }

  name(label) {
    this.voice.textContent = `Mowa syntetyczna, głos: ${label}`;
  }

  mark() {
    for (const item of this.marked ?? []) {
      item.classList.remove(MARK);
      item.removeAttribute("aria-current");
    }
    const item = this.playing ? this.item() : null;
    this.marked = item ? [item] : [];
    if (!item) return;
    item.classList.add(MARK);
    item.setAttribute("aria-current", "true");
    if (this.lines) item.scrollIntoView({ block: "nearest" });
  }

  item() {
    if (!this.lines) return this.list.children[this.index] ?? null;
    return document.querySelector(`${this.lines} [data-index="${this.sentences[this.index].index}"]`);
  }

  show() {
    const begun = this.paused || this.index > 0;
    this.play.textContent = this.playing ? "Wstrzymaj" : begun ? "Czytaj dalej" : "Czytaj na głos";
    this.again.disabled = !this.playing && !begun;
    this.skip.disabled = this.back.disabled = !this.playing;
  }

  showFile() {
    const address = new URL(this.file.getAttribute("href"), location.href);
    address.searchParams.set("speed", this.speed.value);
    this.file.href = address.href;
  }
}

function kept(key) {
  const place = Number(localStorage.getItem(key));
  return Number.isInteger(place) && place > 0 ? place : 0;
}

function keep(key, place) {
  if (place > 0) localStorage.setItem(key, String(place));
  else localStorage.removeItem(key);
}
