// All tasks, as the server last told. Listeners hear of changes, never of how they came.
import { STATES } from "./words.js";

export const tasks = new Map();
/** When a task was first heard of: a snapshot comes in the order of turns. */
const ranks = new Map();
const listeners = { tasks: new Set(), frames: new Set(), ended: new Set(), whole: new Set() };
let counts = emptyCounts();
let arriving = null;
let last = 0;

function emptyCounts() {
  return Object.fromEntries(STATES.map((state) => [state, 0]));
}

export const count = (state) => (state ? counts[state] : tasks.size);
export const rank = (id) => ranks.get(id) ?? 0;

/** `tasks` hears the ids that changed, `frames` a task's id with frames or null for all of them,
 * `ended` a task that just ended, `whole` when a snapshot is complete. */
export function on(what, listener) {
  listeners[what].add(listener);
  return () => listeners[what].delete(listener);
}

function tell(what, ...told) {
  for (const listener of [...listeners[what]]) listener(...told);
}

export function take(message) {
  if (message.type === "snapshot") takeSnapshot(message);
  else if (message.type === "changes") takeChanges(message);
}

function takeSnapshot(message) {
  if (message.begins || !arriving) arriving = new Set();
  for (const task of message.tasks) {
    arriving.add(task.id);
    put(task, true);
  }
  const ids = message.tasks.map((task) => task.id);
  if (!message.more) {
    for (const id of [...tasks.keys()]) if (!arriving.has(id)) ids.push(drop(id));
    arriving = null;
  }
  tell("tasks", ids);
  if (!message.more) tell("whole");
}

function takeChanges(message) {
  for (const task of message.tasks) {
    arriving?.add(task.id);
    const before = tasks.get(task.id);
    put(task, false);
    if (before && before.status !== task.status) tell("ended", task);
  }
  message.removed.forEach(drop);
  tell("tasks", [...message.tasks.map((task) => task.id), ...message.removed]);
  for (const id of message.refilled) tell("frames", id, null);
  for (const [id, frames] of byTask(message.frames)) tell("frames", id, frames);
}

/** A task that was just made, before the event says so; of others the events know better. */
export function know(task) {
  if (tasks.has(task.id)) return;
  put(task, false);
  tell("tasks", [task.id]);
}

/** A connection ended in the middle of a snapshot. */
export function forgetArriving() {
  arriving = null;
}

function put(task, isInTurn) {
  const before = tasks.get(task.id);
  if (before) counts[before.status] -= 1;
  counts[task.status] += 1;
  tasks.set(task.id, task);
  if (isInTurn || !before) ranks.set(task.id, (last += 1));
}

function drop(id) {
  const task = tasks.get(id);
  if (task) counts[task.status] -= 1;
  tasks.delete(id);
  ranks.delete(id);
  return id;
}

function byTask(frames) {
  const found = new Map();
  for (const frame of frames) {
    if (!found.has(frame.task_id)) found.set(frame.task_id, []);
    found.get(frame.task_id).push(frame);
  }
  return found;
}
