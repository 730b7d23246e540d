// Puts the page together: token, stream, address, and the view on the screen.

import {Api} from './core/api.js';
import {Connection} from './core/connection.js';
import {Live} from './core/live.js';
import {applyTheme, chosenTheme} from './core/theme.js';
import {takeToken} from './core/token.js';
import {Shell} from './parts/shell.js';
import {html, render} from './vendor/preact.js';

applyTheme(chosenTheme());
const api = new Api(takeToken());
const live = new Live();
const connection = new Connection(api, (event, data) => live.apply(event, data), (status) => live.setStatus(status));
connection.run();
render(html`<${Shell} api=${api} live=${live} connection=${connection} />`, document.getElementById('page'));
