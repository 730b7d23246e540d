// The computer's microphone, open for as long as somebody listens.

import {lostDevice, microphoneError, silentDevice, workletError} from './trouble.js';

const patienceMs = 3000;  // until the first sound; a fresh device may take a second

/** The sound as it is: a browser that suppresses noise cuts off the beginnings of words, and the model makes up for what is quiet. */
const wanted = {audio: {channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false}};

/** Opens it and calls `onSound(samples)` with mono blocks as they come, `onError(error)` at most once. Gives at once
 * `{rate, close()}`: samples a second, and what ends it, which may be called at any time, even while the browser still asks. */
export function openMicrophone(onSound, onError) {
  const context = new AudioContext();
  let stream = null;
  let watchdog = null;
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(watchdog);
    stream?.getTracks().forEach((track) => track.stop());
    context.close();
  };
  const fail = (error) => {
    if (!isOpen) return;
    close();
    onError(error);
  };
  const heard = (samples) => {
    clearTimeout(watchdog);
    if (isOpen) onSound(samples);
  };
  const connect = async () => {
    stream = await navigator.mediaDevices.getUserMedia(wanted);
    if (!isOpen) return stream.getTracks().forEach((track) => track.stop());
    stream.getTracks().forEach((track) => track.addEventListener('ended', () => fail(new Error(lostDevice))));
    await context.audioWorklet.addModule(new URL('collector.worklet.js', import.meta.url)).catch(() => fail(new Error(workletError)));
    await context.resume();
    if (!isOpen) return undefined;
    const collector = new AudioWorkletNode(context, 'collector', {channelCount: 1, channelCountMode: 'explicit'});
    collector.port.onmessage = ({data}) => heard(data);
    collector.onprocessorerror = () => fail(microphoneError(new Error('its audio thread ended')));
    context.createMediaStreamSource(stream).connect(collector).connect(context.destination);  // which stays silent
    watchdog = setTimeout(() => fail(new Error(silentDevice)), patienceMs);
    return undefined;
  };
  connect().catch((error) => fail(microphoneError(error)));
  return {rate: context.sampleRate, close};
}
