// One recording: player and transcript that follow each other, and live progress while it is made.

import { correcting, setUpCorrections } from "./correct.js";
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
  setUpCorrections(root, transcript, refresh);
}

connect();

watchProgress(root, refresh);

/** Take the fresh parts of the page, and leave a player that is in use and a sentence that is being corrected alone. */
async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const playing = player !== null && !player.media.paused;
  for (const part of root.querySelectorAll("[data-part]")) {
    if (part.dataset.part === "player" && playing) continue;
    if (part.dataset.part === "transcript" && correcting(part)) continue;
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (fresh) part.replaceWith(document.importNode(fresh, true));
  }
  root.dataset.state = page.querySelector("#recording").dataset.state;
  connect();
}
