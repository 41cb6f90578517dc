// The two things a reader may choose: the language and the theme. Unchosen, the browser decides.

import { browser } from "./storage.js";

const LANGUAGE = "switchboard:language";
const THEME = "switchboard:theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");

export function currentLanguage() {
  const chosen = browser.read(LANGUAGE);
  if (chosen === "zh" || chosen === "en") return chosen;
  const first = (navigator.languages ?? [navigator.language]).find((tag) => /^(zh|en)\b/i.test(tag));
  return first?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function chooseLanguage(language) {
  browser.write(LANGUAGE, language);
}

export function currentTheme() {
  return document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
}

/** The other theme. Choosing what the system has anyway means following the system again. */
export function toggleTheme() {
  const wanted = currentTheme() === "dark" ? "light" : "dark";
  if (wanted === (dark.matches ? "dark" : "light")) {
    delete document.documentElement.dataset.theme;
    browser.remove(THEME);
  } else {
    document.documentElement.dataset.theme = wanted;
    browser.write(THEME, wanted);
  }
}

export function onSystemTheme(listener) {
  dark.addEventListener("change", listener);
}
