// What can be done with a task, and in which state.
import { ask, post } from "./api.js";
import { know } from "./tasks.js";
import { t } from "./texts.js";
import { complain, toast } from "./toast.js";

const isActive = (task) => task.status === "running" || task.status === "pending";

export const VERBS = [
  { name: "pause", word: "Pause", icon: "pause", fits: isActive },
  { name: "resume", word: "Resume", icon: "resume", fits: (task) => task.status === "paused" },
  { name: "retry", word: "Retry", icon: "retry", fits: (task) => task.status === "failed" || task.status === "cancelled" },
  { name: "approve", word: "Approve first frames", icon: "completed", fits: (task) => task.approve_after > 0 },
  { name: "cancel", word: "Cancel", icon: "cancel", fits: (task) => isActive(task) || task.status === "paused" },
  { name: "duplicate", word: "Queue again", icon: "duplicate", fits: (task) => task.status === "completed" },
  { name: "movie", word: "Make a movie", icon: "movie", fits: (task) => !isActive(task) && task.completed_frames > 0 },
  { name: "remove", word: "Remove", icon: "remove", fits: (task) => !isActive(task) && !task.runs },
];

export async function act(verb, task) {
  try {
    if (verb === "remove") await remove(task);
    else {
      const answered = await post(`/api/tasks/${task.id}/${verb}`);
      know(answered);
      if (verb === "movie") toast(t("The movie is being made, beside the frames."));
      // another one was made: that is what the user wants to see
      if (answered.id !== task.id) location.hash = `#task/${answered.id}`;
    }
  } catch (error) {
    complain(error);
  }
}

export async function change(task, changes) {
  try {
    await ask("PATCH", `/api/tasks/${task.id}`, changes);
  } catch (error) {
    complain(error);
  }
}

async function remove(task) {
  await ask("DELETE", `/api/tasks/${task.id}`);
  toast(t("“{name}” was removed. Its pictures stay.", { name: task.name }), { action: [t("Undo"), () => post("/api/undo").catch(complain)] });
}
