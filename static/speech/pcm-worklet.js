// Collects a tenth of a second of sound and hands it over as 16-bit samples.

const SAMPLES = 2400;

class Pcm extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(SAMPLES);
    this.filled = 0;
  }

  process([input]) {
    for (const sample of input[0] ?? []) {
      this.block[this.filled++] = Math.max(-1, Math.min(1, sample)) * 32767;
      if (this.filled === SAMPLES) {
        const full = this.block;
        this.block = new Int16Array(SAMPLES);
        this.filled = 0;
        this.port.postMessage(full.buffer, [full.buffer]);
      }
    }
    return true;
  }
}

registerProcessor("pcm", Pcm);
