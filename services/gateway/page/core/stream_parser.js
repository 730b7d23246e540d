// Reads server-sent events out of text that arrives in pieces, cut anywhere.

export class StreamParser {
  #rest = '';
  #event = '';
  #id = '';
  #data = [];

  /** The events that end in this piece, `{event, id, data}`. Comments, and fields that are not known, say nothing. */
  push(text) {
    const events = [];
    let all = this.#rest + text;
    let held = '';
    if (all.endsWith('\r')) {  // a line feed may follow in the next piece
      held = '\r';
      all = all.slice(0, -1);
    }
    const lines = all.split(/\r\n|\n|\r/);
    this.#rest = lines.pop() + held;
    for (const line of lines) {
      if (line === '') this.#end(events);
      else this.#take(line);
    }
    return events;
  }

  /** A field; a comment is one without a name. */
  #take(line) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id') this.#id = value;
  }

  #end(events) {
    if (this.#data.length > 0) {
      events.push({event: this.#event || 'message', id: this.#id, data: this.#data.join('\n')});
    }
    this.#event = '';
    this.#data = [];
  }
}
