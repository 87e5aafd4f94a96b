// Pages with texts that can be read aloud. The pages work without this file.

import { attachSpeech } from "./speech.js";

for (const holder of document.querySelectorAll("[data-speech-url]")) attachSpeech(holder);
