// The microphone, live: 24 kHz PCM through the realtime websocket, partial words as they come.

import { key, say } from "./api.js";

const RATE_HZ = 24000;
const LAST_WORDS_MS = 60000;

export function attachMicrophone(parts) {
  let line = null;
  parts.start.addEventListener("click", async () => {
    parts.start.disabled = true;
    say(parts.state, "Pytam o zgodę na mikrofon…");
    line = new Line(parts);
    try {
      await line.open();
      parts.stop.disabled = false;
      parts.stop.focus();
    } catch (error) {
      line.close();
      const refused = error.name === "NotAllowedError" || error.name === "NotFoundError";
      say(parts.state, refused ? "Brak zgody na mikrofon albo mikrofonu." : `Nie udało się: ${error.message}`, true);
    }
  });
  parts.stop.addEventListener("click", () => line?.finish());
}

class Line {
  constructor(parts) {
    this.parts = parts;
    this.items = new Map(); // item id -> the element with its words
    this.waiting = new Set(); // committed, not yet written down
    this.finishing = false;
    this.done = false;
    this.lastCommit = true; // until the commit that `finish` sends was answered
  }

  async open() {
    if (!navigator.mediaDevices) throw new Error("przeglądarka daje mikrofon tylko stronom przez https");
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true } });
    this.context = new AudioContext({ sampleRate: RATE_HZ });
    await this.context.audioWorklet.addModule(new URL("./pcm-worklet.js", import.meta.url));
    await this.connect();
    const source = this.context.createMediaStreamSource(this.stream);
    this.recorder = new AudioWorkletNode(this.context, "pcm", { numberOfOutputs: 0 });
    this.recorder.port.onmessage = ({ data }) => this.send(data);
    source.connect(this.recorder);
    say(this.parts.state, "Słucham.");
  }

  connect() {
    const query = new URLSearchParams({ intent: "transcription", model: this.parts.model(), language: "pl" });
    const protocols = ["realtime"];
    if (key.get()) protocols.push(`openai-insecure-api-key.${key.get()}`);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/v1/realtime?${query}`, protocols);
    this.socket.addEventListener("message", ({ data }) => this.heard(JSON.parse(data)));
    this.socket.addEventListener("close", () => this.ended());
    return new Promise((resolve, reject) => {
      this.socket.addEventListener("open", resolve, { once: true });
      this.socket.addEventListener("close", () => reject(new Error("serwer nie przyjął połączenia")), { once: true });
    });
  }

  send(pcm) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const bytes = new Uint8Array(pcm);
    let binary = "";
    for (const byte of bytes) binary += String.fromCharCode(byte);
    this.socket.send(JSON.stringify({ type: "input_audio_buffer.append", audio: btoa(binary) }));
  }

  heard(event) {
    const { type, item_id: id } = event;
    if (type === "input_audio_buffer.committed") {
      this.waiting.add(id);
      this.lastCommit = this.lastCommit && !this.finishing;
    }
    if (type.endsWith("input_audio_transcription.delta")) this.words(id).append(event.delta);
    if (type.endsWith("input_audio_transcription.completed")) {
      const words = this.words(id);
      words.textContent = event.transcript ? `${event.transcript}\n` : "";
      words.classList.remove("partial");
      this.written(id);
    }
    if (type.endsWith("input_audio_transcription.failed")) {
      say(this.parts.state, `Tego fragmentu nie rozpoznano: ${event.error?.message ?? ""}`, true);
      this.written(id);
    }
    if (type === "error" && this.finishing) {
      this.lastCommit = false; // there was nothing left to write down
      this.closeWhenWritten();
    } else if (type === "error") {
      say(this.parts.state, event.error?.message ?? "Błąd.", true);
    }
  }

  words(id) {
    if (!this.items.has(id)) {
      const words = Object.assign(document.createElement("span"), { className: "partial" });
      this.items.set(id, words);
      this.parts.text.append(words);
    }
    return this.items.get(id);
  }

  written(id) {
    this.waiting.delete(id);
    this.closeWhenWritten();
  }

  isWritten() {
    return this.finishing && !this.lastCommit && !this.waiting.size;
  }

  closeWhenWritten() {
    if (this.isWritten()) this.close();
  }

  /** Stop listening, wait for the last words. */
  finish() {
    this.silence();
    this.finishing = true;
    say(this.parts.state, "Zapisuję ostatnie słowa…");
    this.parts.text.focus(); // the button is about to be switched off
    this.parts.stop.disabled = true;
    this.socket.send(JSON.stringify({ type: "input_audio_buffer.commit" }));
    this.patience = setTimeout(() => this.close(), LAST_WORDS_MS);
  }

  silence() {
    this.recorder?.disconnect();
    this.stream?.getTracks().forEach((track) => track.stop());
    if (this.context?.state !== "closed") this.context?.close();
  }

  close() {
    this.silence();
    this.socket?.close();
    this.ended();
  }

  ended() {
    if (this.done) return;
    this.done = true;
    clearTimeout(this.patience);
    this.silence();
    this.parts.start.disabled = false;
    this.parts.stop.disabled = true;
    if (this.parts.state.classList.contains("failed")) return;
    if (this.isWritten()) say(this.parts.state, "Zakończono.");
    else say(this.parts.state, "Połączenie przerwało się: ostatnich słów może brakować.", true);
  }
}
