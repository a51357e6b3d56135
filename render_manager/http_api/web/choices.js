// What the user chose, remembered by the browser: language and theme.
const kept = {
  get(name) {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(name, value);
    } catch {
      // nothing is kept in a private window
    }
  },
};

export const language = kept.get("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");

/** Every word is drawn anew; what is selected stands in the address. */
export function chooseLanguage(name) {
  kept.set("language", name);
  location.reload();
}

export function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function switchTheme() {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  kept.set("theme", theme);
}
