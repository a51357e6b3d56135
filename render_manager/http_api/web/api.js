// Requests to this server, and no other. The cookie of the pairing goes with each.

/** What the server says in a sentence; `field` is what was wrong in a form. */
export class Fault extends Error {
  constructor(status, detail, field) {
    super(detail);
    this.status = status;
    this.field = field;
  }
}

const outside = new Set();

/** Be told when the server does not know this browser. */
export function onLockedOut(tell) {
  outside.add(tell);
}

export async function ask(method, path, body) {
  const options = { method, cache: "no-store", headers: {} };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  return read(await fetch(path, options));
}

export async function pair(token) {
  const headers = { Authorization: `Bearer ${token}` };
  const reply = await fetch("/pair", { method: "POST", headers, cache: "no-store" });
  if (!reply.ok) throw new Fault(reply.status, "");
}

async function read(reply) {
  if (reply.status === 204) return null;
  const said = await reply.json().catch(() => ({}));
  if (reply.ok) return said;
  throw fault(reply.status, said);
}

function fault(status, said) {
  if (status === 401) for (const tell of outside) tell();
  return new Fault(status, said.detail ?? `HTTP ${status}`, said.field);
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);

/** Send a file; `tell` gets the share that is there. `signal` stops it. */
export function upload(file, tell, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/files/upload?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && tell(event.loaded / event.total);
    request.onload = () =>
      request.status === 201 ? resolve(request.response) : reject(fault(request.status, request.response ?? {}));
    request.onerror = () => reject(new Fault(0, ""));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
