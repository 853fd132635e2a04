import { createTimerClient } from './timer-client';
import type { TimerClient } from './timer-client';
import { clockText } from './timer-state';

const LOOK_EVERY_MS = 100;
const STYLE = `:host{display:inline-block;font-variant-numeric:tabular-nums}:host([hidden]){display:none}`;

/**
 * `<darwin-timer url="https://timer.example" timer-id="global"></darwin-timer>`: the time left as text.
 *
 * Its attributes `status` and `connection` say how it stands, for styles; the text is the part `digits`. It sends the
 * events `timer-change` and `timer-trade` with the state or the trade as `detail`.
 */
export class DarwinTimerElement extends HTMLElement {
  static readonly observedAttributes = ['url', 'timer-id'];
  private following: TimerClient | null = null;
  private ticker: ReturnType<typeof setInterval> | undefined;
  private readonly digits: HTMLElement;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    this.digits = document.createElement('span');
    this.digits.setAttribute('part', 'digits');
    this.digits.setAttribute('role', 'timer');
    this.digits.textContent = '--:--';
    root.append(this.digits);
  }

  /** The client behind it; null while the element is in no document. */
  get client(): TimerClient | null {
    return this.following;
  }

  connectedCallback(): void {
    this.follow();
  }

  disconnectedCallback(): void {
    this.leave();
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before !== after && this.isConnected && this.following !== null) this.follow();
  }

  private follow(): void {
    this.leave();
    const client = createTimerClient({
      url: new URL(this.getAttribute('url') ?? '/', document.baseURI).href,
      timerId: this.getAttribute('timer-id') ?? 'global',
    });
    this.following = client;
    client.onChange((detail) => {
      this.dispatchEvent(new CustomEvent('timer-change', { detail }));
      this.show();
    });
    client.onTrade((detail) => this.dispatchEvent(new CustomEvent('timer-trade', { detail })));
    client.onConnection(() => this.show());
    this.ticker = setInterval(() => this.show(), LOOK_EVERY_MS);
    this.show();
  }

  private leave(): void {
    clearInterval(this.ticker);
    this.following?.close();
    this.following = null;
  }

  private show(): void {
    const view = this.following?.view() ?? null;
    const text = view === null ? '--:--' : clockText(view.remainingMs);
    if (this.digits.textContent !== text) this.digits.textContent = text;
    reflect(this, 'status', view?.status.toLowerCase() ?? null);
    reflect(this, 'connection', this.following?.connection.status ?? null);
  }
}

function reflect(element: HTMLElement, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Makes the element known; safe to repeat. */
export function defineDarwinTimer(): void {
  if (customElements.get('darwin-timer') === undefined)
    customElements.define('darwin-timer', DarwinTimerElement);
}

defineDarwinTimer();
