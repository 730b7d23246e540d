// From what people fill in to an AppRequest, and what they may choose from. Pure.

export const emptyForm = {app: '', model: '', sensor: '', sensorOn: '', output: '', outputOn: '', rate: '', weight: '',
  runs: '', devices: '', repeat: false, each: false};

function named(value) {
  return value.trim();
}

/** The request, without whatever was left empty. */
export function requestOf(form) {
  const request = {app: named(form.app), model: named(form.model), sensing: {needs: form.sensor}, interaction: {needs: form.output}};
  if (form.sensorOn) request.sensing.on = form.sensorOn;
  if (form.outputOn) request.interaction.on = form.outputOn;
  if (Number(form.rate) > 0) request.rate = Number(form.rate);
  if (Number(form.weight) > 0) request.weight = Number(form.weight);
  if (Number(form.runs) > 0) request.runs = Number(form.runs);
  if (Number(form.devices) > 1) request.at_least_devices = Number(form.devices);
  if (form.repeat) request.repeat = true;
  if (form.each) request.trigger = 'frame';
  return request;
}

/** The form filled in as an app was asked for before. */
export function formOf(request) {
  return {...emptyForm, app: request.app, model: request.model, sensor: request.sensing.needs, sensorOn: request.sensing.on ?? '',
    output: request.interaction.needs, outputOn: request.interaction.on ?? '', rate: request.rate ? String(request.rate) : '',
    weight: request.weight && request.weight !== 1 ? String(request.weight) : '', runs: request.runs ? String(request.runs) : '',
    devices: request.at_least_devices > 1 ? String(request.at_least_devices) : '', repeat: request.repeat ?? false,
    each: request.trigger === 'frame'};
}

/** What is missing, in words, or an empty text. */
export function missingIn(form) {
  const missing = [[form.app, 'a name'], [form.model, 'a model'], [form.sensor, 'what it senses with'],
    [form.output, 'where its answer goes']].filter(([value]) => !named(value)).map(([, name]) => name);
  return missing.length > 0 ? `Still to fill in: ${missing.join(', ')}.` : '';
}

/** `{sensors, outputs, models, devicesOf(capability)}` of a body and the apps that were asked for before. */
export function choices(body, apps) {
  const devices = body?.devices ?? [];
  const sensorsOf = (device) => (device.sensors ?? []).map((sensor) => sensor.capability);
  const unique = (all) => [...new Set(all)].sort();
  return {
    sensors: unique(devices.flatMap(sensorsOf)),
    outputs: unique(devices.flatMap((device) => device.actuators ?? [])),
    models: unique(apps.map((app) => app.request.model)),
    devicesOf: (capability) => devices
        .filter((device) => sensorsOf(device).includes(capability) || (device.actuators ?? []).includes(capability))
        .map((device) => device.id),
  };
}
