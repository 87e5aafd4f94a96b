// The list: sends a file with progress, and keeps states fresh while something is being made.

const form = document.querySelector("#add-form");
if (form) setUpUpload(form);
keepFresh();

function setUpUpload(form) {
  const drop = document.querySelector("#drop");
  const input = document.querySelector("#id_file");
  const panel = document.querySelector("#upload");
  const bar = document.querySelector("#upload-bar");
  const status = document.querySelector("#upload-status");
  const cancel = document.querySelector("#upload-cancel");

  input.addEventListener("change", () => input.files.length && send(input.files[0]));
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", (event) => {
    if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
  });
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });

  function send(file) {
    const data = new FormData();
    data.append("title", form.elements.title.value);
    if (form.elements.held_on.value) data.append("held_on", form.elements.held_on.value);
    data.append("file", file);

    const request = new XMLHttpRequest();
    let said = -1;
    request.open("POST", form.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", document.body.dataset.csrf);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      const percent = event.total ? Math.floor((100 * event.loaded) / event.total) : 0;
      bar.value = percent;
      if (percent === 100) status.textContent = "Wysłano. Zapisujemy plik na serwerze…";
      else if (percent >= said + 5) {
        said = percent;
        status.textContent = `Wysłano ${percent} % z ${size(file.size)}`;
      }
    });
    request.addEventListener("load", () => {
      if (request.status === 201) {
        const id = request.response.recording.id;
        location.assign(form.dataset.recordingUrl.replace("00000000-0000-0000-0000-000000000000", id));
      } else {
        const errors = request.response?.errors ?? [];
        stop(errors.map((error) => error.detail).join(" ") || "Nie udało się zapisać pliku. Spróbuj ponownie.");
      }
    });
    request.addEventListener("error", () => stop("Połączenie zostało przerwane. Sprawdź internet i wyślij plik ponownie."));
    request.addEventListener("abort", () => stop("Wysyłanie przerwano."));
    cancel.onclick = () => request.abort();

    document.querySelector("#upload-name").textContent = file.name;
    bar.hidden = cancel.hidden = false;
    bar.value = 0;
    status.textContent = `Wysyłamy ${size(file.size)}…`;
    status.classList.remove("error-text");
    panel.hidden = false;
    drop.hidden = true;
    cancel.focus();
    request.send(data);
  }

  function stop(message) {
    status.textContent = message;
    status.classList.add("error-text");
    bar.hidden = cancel.hidden = true;
    drop.hidden = false;
    input.value = "";
    input.focus();
  }
}

function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toLocaleString("pl", { maximumFractionDigits: 1 })} ${units[unit]}`;
}

async function keepFresh() {
  while (document.querySelector('#recordings-list [data-state="processing"]')) {
    await new Promise((resolve) => setTimeout(resolve, 5000));
    if (document.hidden) continue;
    const list = document.querySelector("#recordings-list");
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) continue;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("#recordings-list");
      if (fresh && !list.contains(document.activeElement)) list.replaceWith(fresh);
    } catch {
      continue; // offline: try again with the next round
    }
  }
}
