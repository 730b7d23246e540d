// The sound that is asked about: what the microphone heard, or a file.

import {useEffect, useRef, useState} from '../vendor/preact.js';
import {readSound} from './file.js';
import {Heard} from './heard.js';
import {openMicrophone} from './microphone.js';
import {microphoneError} from './trouble.js';

/** The microphone while it is open: `{start, end}`. `start(onHeard, onError)` opens it, `onHeard(heard)` is called after each block.
 * `end()` lets it go, gives what was heard or null, and is called by itself when the view is left. */
function useMicrophone() {
  const running = useRef(null);
  const end = () => {
    const before = running.current;
    running.current = null;
    before?.microphone.close();
    return before?.heard ?? null;
  };
  const start = (onHeard, onError) => {
    end();
    const microphone = openMicrophone((samples) => {
      running.current.heard.add(samples);
      onHeard(running.current.heard);
    }, onError);
    running.current = {microphone, heard: new Heard(microphone.rate)};
  };
  useEffect(() => () => { end(); }, []);
  return {start, end, isOn: () => running.current !== null};
}

/** `{phase, sound, level, bars, error, listen, stop, cancel, choose}`: `phase` is `ready`, `opening` or `listening`; `sound` is
 * `{samples, rate, bars, file?}` or null; `level` and `bars` are of what is being heard. `onSound(sound)` gets what the microphone
 * heard. */
export function useSound(onSound) {
  const [found, setFound] = useState({phase: 'ready', sound: null});
  const microphone = useMicrophone();
  const told = useRef(onSound);
  told.current = onSound;
  const ready = (more) => setFound({phase: 'ready', sound: null, ...more});
  const stop = () => {
    const sound = microphone.end()?.sound() ?? null;
    ready({sound});
    if (sound) told.current(sound);
  };
  const fail = (error) => {
    microphone.end();
    ready({error});
  };
  const hear = (heard) => heard.isOver ? stop() : setFound({phase: 'listening', sound: null, level: heard.level, bars: heard.bars});
  const listen = () => {
    setFound({phase: 'opening', sound: null});
    try {
      microphone.start(hear, fail);
    } catch (error) {
      fail(microphoneError(error));
    }
  };
  const cancel = () => {
    microphone.end();
    ready();
  };
  const choose = async (file, rate) => {
    microphone.end();
    const read = await readSound(file, rate).then((sound) => ({sound}), (error) => ({error}));
    if (!microphone.isOn()) ready(read);
  };
  return {...found, listen, stop, cancel, choose};
}
