// Requests to the gateway. An answer that is not the one wanted becomes an ApiError whose message is for people.

export class ApiError extends Error {
  constructor(code, message, status = 0) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The error that a response tells of, in the gateway's words where it has any. */
export async function errorOf(response) {
  try {
    const {error} = await response.json();
    return new ApiError(error.code, error.message, response.status);
  } catch {
    return new ApiError('internal', `The gateway answered with status ${response.status}.`, response.status);
  }
}

export class Api {
  /** `fetch` is handed in so that tests need no network. */
  constructor(token, fetch = (...all) => window.fetch(...all)) {
    this.token = token;
    this.fetch = fetch;
  }

  headers() {
    return this.token ? {Authorization: `Bearer ${this.token}`} : {};
  }

  get(path, query = {}) {
    return this.#ask(path, query, {});
  }

  /** `body` is an object, which goes as JSON, or a Blob, which goes as it is. */
  post(path, body, query = {}) {
    if (!this.token) {
      return Promise.reject(new ApiError('unauthorised',
          'To change something, open the page by the whole address that "mesh up" printed: it ends with #token=...'));
    }
    const isBlob = body instanceof Blob;
    return this.#ask(path, query, {
      method: 'POST',
      body: isBlob ? body : JSON.stringify(body),
      headers: {'Content-Type': isBlob ? body.type : 'application/json'},
    });
  }

  async #ask(path, query, options) {
    const search = new URLSearchParams(query).toString();
    let response;
    try {
      response = await this.fetch(search ? `${path}?${search}` : path,
          {...options, headers: {...options.headers, ...this.headers()}});
    } catch {
      throw new ApiError('unavailable', 'The gateway does not answer. Is the mesh running? "deploy/mesh ps" tells.');
    }
    if (!response.ok) throw await errorOf(response);
    return response.json();
  }
}
