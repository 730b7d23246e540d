// Why no sound comes from the microphone, for people: what is wrong, and what to do. Pure.

/** What is missing before anybody is asked, or an empty text. `window` and `navigator` are handed in so that tests need none. */
export function obstacleIn(window, navigator) {
  const {hostname, port: given} = window.location;
  const port = given || 80;
  if (!window.isSecureContext) {
    return `Browsers give the microphone only to pages of this computer or by https, and this one came from ${hostname} by http. `
      + `Forward the port (ssh -L ${port}:${hostname}:${port} ${hostname}), then open the address that "mesh up" printed with `
      + `localhost:${port} in it; or put a proxy that speaks https before the gateway. A sound file works all the same.`;
  }
  if (!navigator.mediaDevices?.getUserMedia || !window.AudioWorkletNode) {
    return 'This browser has no way to listen to a microphone (it lacks getUserMedia or AudioWorklet). Use a newer one, or choose a '
      + 'sound file.';
  }
  return '';
}

const words = {
  NotAllowedError: 'The microphone was refused to this page. Allow it (the sign beside the address leads there, or the settings of '
    + 'your system), then listen again.',
  NotFoundError: 'There is no microphone. Connect one, then listen again; or choose a sound file.',
  NotReadableError: 'The microphone can not be opened: another program may be using it, or it was unplugged. Free it, then listen '
    + 'again.',
};
const sameAs = {
  SecurityError: 'NotAllowedError', PermissionDeniedError: 'NotAllowedError', DevicesNotFoundError: 'NotFoundError',
  OverconstrainedError: 'NotFoundError', TrackStartError: 'NotReadableError', AbortError: 'NotReadableError',
};

/** An error of the browser's, as one with words for people. Others are told as they are. */
export function microphoneError(error) {
  const known = words[sameAs[error.name] ?? error.name];
  return new Error(known ?? `The browser could not listen: ${error.message || error.name}. Reload the page, or choose a sound file.`);
}

export const workletError = 'The part of the page that listens could not be loaded. Reload the page; or choose a sound file.';
export const silentDevice = 'The microphone gives no sound at all. Another program may hold it; unplug it and plug it in again, or '
  + 'choose another one in the browser\'s settings.';
export const lostDevice = 'The microphone went away while it listened. Connect it, then listen again.';
