// Correcting a transcript in place: text, speaker, splitting, joining, taking back. The server decides; whoever is late
// is told, and nothing of theirs is lost from the page.

import { nameTurns } from "./transcript.js";

/** Whether a sentence in this part of the page is open for correction. */
export const correcting = (part) => part.querySelector(".line-editor") !== null;

export function setUpCorrections(root, transcript, refresh) {
  const tools = document.querySelector("#correct-tools");
  const { list } = transcript;
  if (!tools || !list) return;
  const mode = tools.querySelector("#correct-mode");
  const status = tools.querySelector("#correct-status");
  const alert = tools.querySelector("#correct-error");
  const on = () => mode.getAttribute("aria-pressed") === "true";

  const say = (text) => {
    alert.hidden = true;
    status.textContent = text;
  };
  const complain = (text) => {
    alert.textContent = text;
    alert.hidden = false;
    alert.scrollIntoView({ block: "nearest" });
  };

  /** The server's answer; null after an error, which is shown. */
  async function ask(method, path, body) {
    try {
      const answer = await fetch(`${root.dataset.api}${path}`, {
        method,
        headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const told = await answer.json();
      if (answer.ok) return told;
      complain(told.errors?.map((error) => error.detail).join(" ") || "Nie zapisano.");
    } catch {
      complain("Nie ma połączenia z serwerem. Poprawka czeka w oknie; zapisz ją jeszcze raz.");
    }
    return null;
  }

  mode.addEventListener("click", () => {
    mode.setAttribute("aria-pressed", String(!on()));
    if (on()) addButtons(list.children);
    else for (const button of list.querySelectorAll("button.edit")) button.remove();
    say(on() ? "Przy każdym zdaniu jest teraz przycisk Popraw." : "Zakończono poprawianie.");
  });
  new MutationObserver((changes) => {
    if (on()) for (const change of changes) addButtons(change.addedNodes);
  }).observe(list, { childList: true });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button.edit");
    if (button) open(button.closest("li"));
  });

  function open(item) {
    const text = item.querySelector(".text").textContent;
    const editor = editorOf(item, text, nextLine(item) !== null);
    const button = item.querySelector("button.edit");
    item.querySelector(".text").hidden = true;
    button.hidden = true;
    item.append(editor);
    fillNames(list);
    const area = editor.querySelector("textarea");
    area.focus();

    const close = () => {
      editor.remove();
      if (!item.isConnected) return;
      item.querySelector(".text").hidden = false;
      button.hidden = false;
      button.focus();
    };
    const busy = (now) => editor.querySelectorAll("button").forEach((one) => (one.disabled = now));
    const act = async (work) => {
      busy(true);
      await work();
      busy(false);
    };
    editor.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) act(save);
      else return;
      event.preventDefault();
    });
    editor.addEventListener("submit", (event) => {
      event.preventDefault();
      act(save);
    });
    editor.querySelector("[data-do=cancel]").addEventListener("click", close);
    editor.querySelector("[data-do=split]").addEventListener("click", () => act(split));
    editor.querySelector("[data-do=merge]")?.addEventListener("click", () => act(merge));

    async function save() {
      let current = item;
      const speaker = editor.querySelector("[name=speaker]").value.trim();
      const everywhere = editor.querySelector("[name=everywhere]")?.checked ?? false;
      if (area.value.trim() !== text) {
        const told = await ask("PATCH", `segments/${item.dataset.id}/`, { version: Number(item.dataset.version), text: area.value });
        if (!told) return;
        [current] = transcript.replace([item], told.segments);
      }
      if (speaker !== current.dataset.speaker) {
        const wish = { version: Number(current.dataset.version), speaker, everywhere };
        const told = await ask("PATCH", `segments/${current.dataset.id}/`, wish);
        if (told) rename(told.segments);
        else if (current === item) return;
      }
      close();
      finished("Zapisano.", current);
    }

    async function split() {
      if (area.value.trim() !== text) return complain("Zapisz najpierw zmieniony tekst, potem podziel zdanie.");
      const before = area.value.slice(0, area.selectionStart);
      const words = before.trim() ? before.trim().split(/\s+/).length : 0;
      const inWord = /\S$/.test(before) && /^\S/.test(area.value.slice(area.selectionStart));
      const wish = { version: Number(item.dataset.version), at_word: inWord ? words - 1 : words };
      const told = await ask("POST", `segments/${item.dataset.id}/split/`, wish);
      if (told) finished("Podzielono zdanie.", transcript.replace([item], told.segments)[1]);
    }

    async function merge() {
      if (area.value.trim() !== text) return complain("Zapisz najpierw zmieniony tekst, potem połącz zdania.");
      const next = nextLine(item);
      const told = await ask("POST", `segments/${item.dataset.id}/merge/`, { version: Number(item.dataset.version) });
      if (told) finished("Połączono zdania.", transcript.replace([item, next], told.segments)[0]);
    }
  }

  function rename(segments) {
    const byId = new Map([...list.children].map((item) => [item.dataset.id, item]));
    for (const segment of segments) {
      const item = byId.get(String(segment.id));
      if (item) Object.assign(item.dataset, { speaker: segment.speaker, version: segment.version });
    }
    nameTurns(list);
  }

  function finished(text, item) {
    addButtons([item]);
    item.querySelector("button.edit")?.focus();
    say(text);
    for (const panel of [history, removed, names]) if (panel.open) panel.load();
  }

  // --- panels: history, what was removed, names ---------------------------------------------------------------------

  /** The page anew, with the panel that was worked in still open and the keyboard where it was. */
  const after = async (told, text, panelId) => {
    if (!told) return;
    const wasOn = on();
    await refresh();
    if (wasOn) document.querySelector("#correct-mode").click();
    const panel = document.querySelector(`#${panelId}`);
    panel.open = true; // which loads it
    panel.querySelector("summary").focus({ preventScroll: true });
    setTimeout(() => { // a live region speaks of what changes in it, not of what it came with
      document.querySelector("#correct-status").textContent = text;
    }, 150);
  };

  const history = panelOf(tools.querySelector("#corrections"), async (panel, more) => {
    const oldest = more ? panel.list.lastElementChild?.dataset.sequence : "";
    const told = await ask("GET", `corrections/?limit=30${oldest ? `&before=${oldest}` : ""}`);
    if (!told) return;
    panel.put(told.corrections.map((one) => {
      const item = element("li", "", element("p", "small muted", [
        one.kind_label, one.made_by || "program", new Date(one.made_at).toLocaleString("pl-PL"),
        ...(one.segments > 1 ? [`zdań: ${one.segments}`] : []), ...(one.undone ? ["cofnięto"] : []),
      ].join(" · ")));
      item.dataset.sequence = one.sequence;
      item.append(link(one.start_ms), element("p", "", element("del", "", one.before), " ", element("ins", "", one.after)));
      if (!one.undone) {
        item.append(buttonOf("Cofnij", `poprawkę numer ${one.sequence}`, async () =>
          after(await ask("POST", `corrections/${one.sequence}/undo/`), "Cofnięto poprawkę.", "corrections")));
      }
      return item;
    }), more);
    panel.more.hidden = told.corrections.length < 30;
  });

  const removed = panelOf(tools.querySelector("#removed"), async (panel) => {
    const told = await ask("GET", "removed/");
    if (!told) return;
    panel.put(told.removed.map((one) => {
      const item = element("li", "", link(one.start_ms), element("p", "", one.text), element("p", "small muted", one.reason_label));
      if (one.restored) item.append(element("p", "small", "Przywrócono."));
      else {
        const { chunk, place, start_ms } = one;
        item.append(buttonOf("Przywróć", one.text, async () =>
          after(await ask("POST", "removed/", { chunk, place, start_ms }), "Przywrócono fragment.", "removed")));
      }
      return item;
    }));
  });

  const names = panelOf(tools.querySelector("#name-suggestions"), async (panel) => {
    const told = await ask("GET", "names/");
    if (!told) return;
    panel.none.textContent = told.people
      ? "Nie ma nic do sprawdzenia."
      : "Program nie zna jeszcze osób z tej rady. Gdy dodasz je w Administracji, pojawią się tu podobne słowa.";
    panel.put(told.suggestions.map((one) => {
      const item = element("li", "", link(one.start_ms),
        element("p", "", element("del", "", one.written), " → ", element("ins", "", one.proposed), ` (${one.person})`),
        element("p", "small muted", one.around));
      const { segment_id, version, word, written, proposed } = one;
      item.append(element("p", "actions",
        buttonOf("Zmień", `${written} na ${proposed}`, async () =>
          after(await ask("POST", "names/accept/", { segment_id, version, word, written, proposed }), "Zmieniono nazwisko.", "name-suggestions")),
        buttonOf("To nie to", written, async () => {
          if (await ask("POST", "names/dismiss/", { written, proposed })) panel.load();
        })));
      return item;
    }));
  });
}

function addButtons(items) {
  for (const item of items) {
    if (!item.dataset || item.querySelector("button.edit")) continue;
    const button = buttonOf("Popraw", `zdanie z ${item.querySelector(".time").textContent}`);
    button.className = "edit";
    item.append(button);
  }
}

const nextLine = (item) => item.nextElementSibling;

function fillNames(list) {
  const names = new Set([...list.children].map((item) => item.dataset.speaker).filter(Boolean));
  document.querySelector("#speaker-names").replaceChildren(...[...names].sort().map((name) => {
    const option = document.createElement("option");
    option.value = name;
    return option;
  }));
}

function editorOf(item, text, hasNext) {
  const form = element("form", "line-editor");
  const area = element("textarea");
  Object.assign(area, { name: "text", value: text, rows: 3, maxLength: 20000 });
  const speaker = element("input");
  Object.assign(speaker, { name: "speaker", value: item.dataset.speaker, maxLength: 200, autocomplete: "off" });
  speaker.setAttribute("list", "speaker-names");
  form.append(element("label", "", "Treść zdania", area), element("label", "", "Mówca ", speaker));
  if (item.dataset.speaker) {
    const box = element("input");
    Object.assign(box, { type: "checkbox", name: "everywhere" });
    form.append(element("label", "check", box, ` wszędzie, gdzie mówi: ${item.dataset.speaker}`));
  }
  const save = buttonOf("Zapisz");
  Object.assign(save, { type: "submit", className: "primary", title: "Ctrl+Enter" });
  const others = [["split", "Podziel w miejscu kursora"], ...(hasNext ? [["merge", "Połącz z następnym"]] : []), ["cancel", "Anuluj"]];
  form.append(element("p", "actions", save, ...others.map(([name, label]) => {
    const button = buttonOf(label);
    button.dataset.do = name;
    return button;
  })));
  return form;
}

/** A panel that loads when it is opened. */
function panelOf(details, load) {
  const panel = {
    list: details.querySelector("ol"),
    more: details.querySelector("[data-do=more]"),
    none: details.querySelector("[data-role=none]"),
    get open() { return details.open; },
    load: (more = false) => load(panel, more),
    put(items, more = false) {
      if (more) panel.list.append(...items);
      else panel.list.replaceChildren(...items);
      panel.none.hidden = panel.list.childElementCount > 0;
    },
  };
  details.addEventListener("toggle", () => details.open && panel.load());
  panel.more?.addEventListener("click", () => panel.load(true));
  return panel;
}

function element(tag, className = "", ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function buttonOf(label, about = "", action = null) {
  const button = element("button", "", label);
  button.type = "button";
  if (about) button.setAttribute("aria-label", `${label}: ${about}`);
  if (action) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      await action();
      button.disabled = false;
    });
  }
  return button;
}

function link(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (value) => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const made = element("a", "time", h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`);
  made.href = `#t=${ms}`;
  made.dataset.seek = ms;
  made.setAttribute("aria-label", `Przejdź do ${made.textContent}`);
  return made;
}
