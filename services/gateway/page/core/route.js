// Which view is shown, and how, as the address says it: `?view=timeline&row=watch.cpu`. Whatever a view lets people
// choose stands there, so that a link shows the same and the back button works.

export const views = ['body', 'try', 'timeline', 'apps', 'plan', 'history', 'compare', 'events'];

/** `{view, settings}` of an address's query. An unknown view is the first one. */
export function parseRoute(search) {
  const settings = Object.fromEntries(new URLSearchParams(search));
  const view = views.includes(settings.view) ? settings.view : views[0];
  delete settings.view;
  return {view, settings};
}

/** The query of a route. Settings that are empty are left out. */
export function searchOf({view, settings}) {
  const query = new URLSearchParams({view});
  for (const name of Object.keys(settings).sort()) {
    const value = settings[name];
    if (value !== undefined && value !== null && value !== '') query.set(name, value);
  }
  return `?${query}`;
}
