// One question over the websocket: sentences appear as they are verified. A broken line is taken up again.

const TRIES = 5;
const WAIT_MS = 800;

/**
 * Ask and call `heard` with every event. Returns {done, stop}; `done` resolves with the last event and rejects with
 * NoLine when no socket could be opened at all.
 */
export class NoLine extends Error {}

export function askLive(path, question, heard) {
  const address = `${location.origin.replace(/^http/, "ws")}${path}`;
  let socket = null;
  let turn = null;
  let next = 0;
  let tries = 0;
  let stopping = false;

  const done = new Promise((resolve, reject) => {
    function open() {
      let spoke = false;
      socket = new WebSocket(address);
      socket.addEventListener("open", () => {
        socket.send(JSON.stringify(turn ? { type: "resume", turn, after: next } : { type: "ask", ...question }));
        if (stopping && turn) socket.send(JSON.stringify({ type: "stop" }));
      });
      socket.addEventListener("message", (message) => {
        const event = JSON.parse(message.data);
        spoke = true;
        tries = 0;
        if (event.turn) turn = event.turn;
        if (Number.isInteger(event.number)) next = event.number + 1;
        heard(event);
        if (["finished", "stopped", "error"].includes(event.type)) {
          resolve({ ...event, turn });
          socket.close();
        } else if (event.type === "begun" && stopping) {
          socket.send(JSON.stringify({ type: "stop" }));
        }
      });
      socket.addEventListener("close", (closed) => {
        if (!turn && !spoke) reject(new NoLine(`closed with ${closed.code}`));
        else if (++tries > TRIES) reject(new Error("the line stays broken"));
        else setTimeout(open, WAIT_MS * tries);
      });
    }
    open();
  });
  return {
    done,
    stop() {
      stopping = true;
      if (socket?.readyState === WebSocket.OPEN && turn) socket.send(JSON.stringify({ type: "stop" }));
    },
  };
}
