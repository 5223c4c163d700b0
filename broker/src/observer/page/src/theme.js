// Light, dark, or as the system says; remembered.

const key = 'zanni-theme';
const themes = ['system', 'light', 'dark'];

export const current_theme = () => (themes.includes(localStorage.getItem(key)) ? localStorage.getItem(key) : 'system');

export function apply_theme(theme) {
  localStorage.setItem(key, theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export const next_theme = (theme) => themes[(themes.indexOf(theme) + 1) % themes.length];

/** A colour of the style sheet, for what draws on a canvas. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
