// Fills the lanes: with what the stream tells, and with what each executor remembers of the time before.

import {html, useEffect, useState} from '../vendor/preact.js';
import {Notice} from '../parts/ui.js';

const reachNs = 10e9;

/** Asks one device after the other, so that the stream and the mesh are not kept waiting; `isWanted()` ends it. */
async function loadHistory(mesh, devices, isWanted, onTable, onError) {
  const since = Math.max(0, Math.round(mesh.state.modelNowNs - reachNs));
  for (const device of devices) {
    if (!isWanted()) return;
    try {
      const table = await mesh.api.get('/api/tasks', {device, since_ns: since});
      if (isWanted()) onTable(table);
    } catch (error) {
      if (isWanted()) onError(device, error.message);
    }
  }
}

/** Loads while the component is shown; `onTable(table)` for each table, `onJump()`
 * where a recording may show another time. Gives the errors of devices that did not answer. */
export function useTasks(mesh, devices, onTable, onJump) {
  const [errors, setErrors] = useState({});
  const isTelling = mesh.status.phase === 'live' && mesh.status.withTasks;
  useEffect(() => {
    mesh.connection.wantTasks(true);
    return () => {
      mesh.connection.wantTasks(false);
      mesh.live.onTasks = null;
    };
  }, []);
  useEffect(() => { mesh.live.onTasks = onTable; });
  useEffect(() => {
    if (!isTelling) return undefined;
    let wanted = true;
    setErrors({});
    if (mesh.state.jumps > 0) onJump();
    loadHistory(mesh, devices, () => wanted, onTable, (device, message) => setErrors((before) => ({...before, [device]: message})));
    return () => { wanted = false; };
  }, [isTelling, devices.join(' '), mesh.state.jumps]);
  return errors;
}

export function LoadingErrors({errors}) {
  const names = Object.keys(errors);
  if (names.length === 0) return null;
  return html`<${Notice} kind="warning">Not all is shown: ${names.map((name) => `${name}: ${errors[name]}`).join('; ')}<//>`;
}
