// A recording that is shown in place of a mesh: which moment of it, and when that was. Pure.
//
// What the gateway tells of it (`recording` of the stream) is kept with the page's time at which it came: `toldAt`, ms.

/** The moment that is shown, ms since the recording began. */
export function positionMs(recording, wallMs) {
  const played = recording.playing ? (wallMs - recording.toldAt) * recording.speed : 0;
  return Math.min(recording.length_ns / 1e6, recording.at_ns / 1e6 + Math.max(0, played));
}

/** What time it is in what is shown, ms: that of the recording, or of the page where a mesh is shown. */
export function shownNow(recording, wallMs) {
  return recording ? recording.started_unix_ns / 1e6 + positionMs(recording, wallMs) : wallMs;
}

/** How fast time goes by there: 0 while it stands still. */
export function paceOf(recording) {
  if (!recording) return 1;
  return recording.playing ? recording.speed : 0;
}

/** `0:07`, `12:34`, `1:02:03`. */
export function clockText(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (value) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
