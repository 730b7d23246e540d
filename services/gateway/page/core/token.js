// The token that requests need which change something. It comes in the address's fragment, which browsers send to nobody,
// and is kept for this tab only.

const name = 'synergy-token';

/** Takes the token out of the address bar, where there is one; gives the one that is known, or an empty text. */
export function takeToken(location = window.location, history = window.history, storage = window.sessionStorage) {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    storage.setItem(name, given);
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  return storage.getItem(name) ?? '';
}
