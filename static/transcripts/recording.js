// One recording: player and transcript that follow each other, and live progress while it is made.

import { setUpPlayer } from "./player.js";
import { watchProgress } from "./progress.js";
import { setUpTranscript } from "./transcript.js";

const root = document.querySelector("#recording");
let player = null;
let transcript = null;

function connect() {
  const media = document.querySelector("#media");
  if (media !== (player?.media ?? null)) {
    player?.stop();
    player = media ? setUpPlayer(media) : null;
  }
  transcript?.stop();
  transcript = setUpTranscript(root, player);
}

connect();

watchProgress(root, async () => {
  // Something final happened: take the fresh parts of the page, and leave a player that is in use alone.
  const answer = await fetch(location.href);
  if (!answer.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const playing = player !== null && !player.media.paused;
  for (const part of root.querySelectorAll("[data-part]")) {
    if (part.dataset.part === "player" && playing) continue;
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh) part.replaceWith(document.importNode(fresh, true));
  }
  root.dataset.state = page.querySelector("#recording").dataset.state;
  connect();
});
