// The player's own buttons and keys, beside the browser's controls.

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

/**
 * @param {HTMLMediaElement} media
 * @returns {{media: HTMLMediaElement, seek: (ms: number, play?: boolean) => void, following: () => boolean,
 *   stopFollowing: () => void, stop: () => void}}
 */
export function setUpPlayer(media) {
  const section = media.closest(".player");
  const button = (name) => section.querySelector(`[data-do="${name}"]`);
  const remembered = (key, otherwise) => localStorage.getItem(`player.${key}`) ?? otherwise;
  const remember = (key, value) => localStorage.setItem(`player.${key}`, value);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const toggle = () => (media.paused ? media.play().catch(() => {}) : media.pause());
  const skip = (seconds) => {
    media.currentTime = Math.max(0, Math.min(media.duration || Infinity, media.currentTime + seconds));
  };
  const setSpeed = (speed) => {
    media.playbackRate = speed;
    button("speed").value = String(speed);
    remember("speed", speed);
  };
  const say = (text) => {
    document.querySelector("#announce").textContent = text;
  };
  const changeSpeed = (step) => {
    const at = SPEEDS.indexOf(media.playbackRate);
    setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, (at < 0 ? 1 : at) + step))]);
    say(`Prędkość ${media.playbackRate.toLocaleString("pl")}`);
  };
  const setPressed = (name, on) => button(name)?.setAttribute("aria-pressed", String(on));
  const setFollowing = (on) => {
    setPressed("follow", on);
    remember("follow", on);
  };
  const setCaptions = (on) => {
    for (const track of media.textTracks) track.mode = on ? "showing" : "disabled";
    setPressed("captions", on);
    remember("captions", on);
  };
  const captionsOn = () => button("captions")?.getAttribute("aria-pressed") === "true";
  const following = () => button("follow").getAttribute("aria-pressed") === "true";

  const showState = () => {
    button("play").textContent = media.paused ? "Odtwórz" : "Zatrzymaj";
  };
  media.addEventListener("play", showState);
  media.addEventListener("pause", showState);
  button("play").addEventListener("click", toggle);
  button("back").addEventListener("click", () => skip(-10));
  button("forward").addEventListener("click", () => skip(10));
  button("speed").addEventListener("change", (event) => setSpeed(Number(event.target.value)));
  button("captions")?.addEventListener("click", () => setCaptions(!captionsOn()));
  button("follow").addEventListener("click", () => setFollowing(!following()));
  setSpeed(SPEEDS.includes(Number(remembered("speed", 1))) ? Number(remembered("speed", 1)) : 1);
  // Moving text can be stopped at any time; whoever asked the system for less motion starts without it.
  setFollowing(remembered("follow", String(!calm)) === "true");
  if (remembered("captions", "false") === "true") setCaptions(true);

  // A container that browsers know may hold a codec they do not: then the extracted sound is played.
  const sources = [...media.querySelectorAll("source")];
  sources.at(-1)?.addEventListener("error", () => {
    section.querySelector("#media-error").hidden = false;
  });
  media.addEventListener("error", () => {
    const current = sources.findIndex((source) => media.currentSrc.endsWith(source.getAttribute("src")));
    const next = sources[current + 1];
    if (current >= 0 && next) {
      const at = media.currentTime;
      media.src = next.src;
      media.currentTime = at;
    } else section.querySelector("#media-error").hidden = false;
  });

  const louder = (step) => {
    media.volume = Math.max(0, Math.min(1, media.volume + step));
    say(`Głośność ${Math.round(100 * media.volume)} %`);
  };
  const over = new AbortController();
  setUpKeys(media, section, over.signal, { toggle, louder, skip, changeSpeed, captions: () => setCaptions(!captionsOn()) });

  const seek = (ms, play = true) => {
    const go = () => {
      media.currentTime = ms / 1000;
      if (play) media.play().catch(() => {}); // the browser may want a click first: the position is kept
    };
    if (media.readyState >= 1) go();
    else {
      media.addEventListener("loadedmetadata", go, { once: true });
      media.load();
    }
  };
  const stop = () => {
    media.pause();
    over.abort();
  };
  return { media, seek, following, stopFollowing: () => setFollowing(false), stop };
}

function setUpKeys(media, section, signal, can) {
  const box = document.querySelector("#keys-on");
  box.checked = localStorage.getItem("player.keys") !== "false";
  box.addEventListener("change", () => localStorage.setItem("player.keys", String(box.checked)));
  const keys = {
    " ": can.toggle, k: can.toggle, ArrowLeft: () => can.skip(-5), ArrowRight: () => can.skip(5),
    j: () => can.skip(-10), l: () => can.skip(10), ArrowUp: () => can.louder(0.1), ArrowDown: () => can.louder(-0.1),
    "<": () => can.changeSpeed(-1), ">": () => can.changeSpeed(1), c: can.captions,
    t: () => document.querySelector("#transcript-title").focus(),
    "?": () => {
      const help = box.closest("details");
      help.open = true;
      help.querySelector("summary").focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    if (!box.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    const pressesSomething = target.closest("button, a, summary, audio, video");
    if (pressesSomething && event.key === " ") return;
    // Arrows scroll the page; they belong to the player only when the focus is in it.
    if (event.key.startsWith("Arrow") && (!section.contains(target) || target === media)) return;
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }, { signal });
}
