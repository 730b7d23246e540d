// Light or dark: as the system has it, until somebody chooses.

const name = 'synergy-theme';
export const themes = ['system', 'light', 'dark'];

export function chosenTheme(storage = window.localStorage) {
  const kept = storage.getItem(name);
  return themes.includes(kept) ? kept : themes[0];
}

export function applyTheme(theme, root = document.documentElement) {
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
}

export function chooseTheme(theme, storage = window.localStorage) {
  storage.setItem(name, theme);
  applyTheme(theme);
}

/** Whether things should stand still. */
export function prefersStillness() {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
