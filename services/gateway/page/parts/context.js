// What every view can ask for: the mesh as it is now, the gateway, the address.

import {createContext, useCallback, useContext, useEffect, useRef, useState} from '../vendor/preact.js';

export const MeshContext = createContext(null);

/** `{state, status, now, api, live, connection, settings, set, go}`; the view is shown anew whenever something changes.
 * `set(changes)` changes settings of this view in the address, `go(view, settings)` goes to another. */
export function useMesh() {
  return useContext(MeshContext);
}

/** What `load()` gives, again whenever one of `inputs` changes, `reload()` is called, the gateway came back, or a recording jumped:
 * `{data, error, loading, reload}`. Data stays while newer ones are loaded; an answer that comes too late is dropped. */
export function useLoaded(load, inputs) {
  const {status, state} = useMesh();
  const isLive = status.phase === 'live';
  const [found, setFound] = useState({loading: true});
  const turn = useRef(0);
  const reload = useCallback(async () => {
    const mine = ++turn.current;
    setFound((before) => ({...before, loading: true}));
    let next;
    try {
      next = {data: await load()};
    } catch (error) {
      next = {error};
    }
    if (turn.current === mine) setFound((before) => ({data: before.data, ...next, loading: false}));
  }, [...inputs, state.jumps]);
  useEffect(() => {
    if (isLive) reload();
  }, [reload, isLive]);
  useEffect(() => () => { ++turn.current; }, []);
  return {...found, reload};
}

/** For a button that asks for a change: `{busy, error, done, run}`. `run(work)` runs one at a time. */
export function useAction() {
  const [found, setFound] = useState({});
  const run = useCallback(async (work) => {
    setFound({busy: true});
    try {
      setFound({done: await work() ?? true});
    } catch (error) {
      setFound({error});
    }
  }, []);
  return {...found, run};
}
