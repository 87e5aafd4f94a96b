// Reads one answer aloud, sentence by sentence: the sentence being read is marked, the next one is fetched meanwhile.

const SPEED_KEY = "read-aloud-speed";
const MARK = "speech-now";

/** Every answer has its own reader, only one of them sounds at a time. */
let active = null;

export function attachSpeech(answer) {
  const panel = answer.querySelector("[data-speech]");
  const url = answer.dataset.speechUrl;
  if (!panel || !url) return;
  panel.hidden = false;
  new Reader(panel, url);
}

class Reader {
  constructor(panel, url) {
    this.url = url;
    this.play = panel.querySelector("[data-speech-play]");
    this.stopButton = panel.querySelector("[data-speech-stop]");
    this.skip = panel.querySelector("[data-speech-skip]");
    this.speed = panel.querySelector("[data-speech-speed]");
    this.voice = panel.querySelector("[data-speech-voice]");
    this.list = panel.querySelector("[data-speech-sentences]");
    this.audio = new Audio();
    this.sentences = null;
    this.index = 0; // the place is remembered between pauses
    this.offline = false;
    this.run = 0; // counts starts; whatever belongs to an older one is ignored
    this.sounds = new Map();
    const kept = localStorage.getItem(SPEED_KEY);
    if (kept && [...this.speed.options].some((option) => option.value === kept)) this.speed.value = kept;
    this.play.addEventListener("click", () => (this.playing ? this.pause() : this.start()));
    this.stopButton.addEventListener("click", () => this.stop());
    this.skip.addEventListener("click", () => this.go(this.index + 1));
    this.speed.addEventListener("change", () => {
      localStorage.setItem(SPEED_KEY, this.speed.value);
      this.forgetSounds();
      if (this.playing) this.go(this.index);
    });
    this.audio.addEventListener("ended", () => this.go(this.index + 1));
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
    } catch {
      this.fail();
      return;
    }
    if (!this.playing) return;
    if (this.paused && this.audio.src) {
      this.paused = false;
      await this.audio.play();
    } else {
      await this.go(this.index);
    }
  }

  async load() {
    this.voice.textContent = "Przygotowuję głos…";
    const response = await fetch(this.url, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const speech = await response.json();
    this.sentences = speech.sentences;
    this.name(speech.voice.label);
    this.list.replaceChildren(
      ...speech.sentences.map((sentence) => {
        const item = document.createElement("li");
        item.textContent = sentence.text;
        return item;
      }),
    );
    this.list.hidden = false;
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
    this.mark();
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
  }

  /** The sound of a sentence, fetched once. A failed fetch is forgotten, so that it can be tried again. */
  sound(index) {
    if (!this.sounds.has(index)) {
      const fetched = this.fetch(index);
      fetched.catch(() => this.sounds.delete(index));
      this.sounds.set(index, fetched);
    }
    return this.sounds.get(index);
  }

  async fetch(index) {
    const query = new URLSearchParams({ speed: this.speed.value });
    if (this.offline) query.set("offline", "true");
    const response = await fetch(`${this.sentences[index].url}?${query}`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    if (response.headers.get("X-Voice")?.startsWith("espeak")) this.offline = true; // go on in one voice
    const label = decodeURIComponent(response.headers.get("X-Voice-Label") ?? "");
    return { src: URL.createObjectURL(await response.blob()), label };
  }

  pause() {
    this.paused = true;
    this.audio.pause();
    active = null;
    this.show();
  }

  stop() {
    this.run++;
    this.audio.pause();
    this.paused = false;
    this.index = 0;
    if (active === this) active = null;
    this.show();
    this.mark();
  }

  fail() {
    this.stop();
    this.voice.textContent = "Nie udało się przeczytać odpowiedzi na głos. Spróbuj ponownie za chwilę.";
  }

  forgetSounds() {
    for (const fetched of this.sounds.values()) fetched.then((sound) => URL.revokeObjectURL(sound.src), () => {});
    this.sounds.clear();
  }

  name(label) {
    this.voice.textContent = `Mowa syntetyczna, głos: ${label}`;
  }

  mark() {
    [...this.list.children].forEach((item, index) => {
      const now = this.playing && index === this.index;
      item.classList.toggle(MARK, now);
      if (now) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    });
  }

  show() {
    this.play.textContent = this.playing ? "Wstrzymaj" : this.paused ? "Czytaj dalej" : "Czytaj na głos";
    this.stopButton.disabled = !this.playing && !this.paused;
    this.skip.disabled = !this.playing;
  }
}
