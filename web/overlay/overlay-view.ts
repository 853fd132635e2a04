import type { TimerConnection } from '../../client/src/timer-client';
import { clockText } from '../../client/src/timer-state';
import type { TimerState, TimerView } from '../../client/src/timer-state';
import { connectionWords, wordsFor } from '../timer/words';
import type { Look } from './look';

const SVG = 'http://www.w3.org/2000/svg';
const URGENT_MS = 30_000;

/** What an overlay shows at one instant. */
export interface Shown {
  readonly state: TimerState | null;
  readonly view: TimerView | null;
  readonly connection: TimerConnection;
}

/**
 * The overlay's elements, made once: from then on texts and numbers change and nothing is added, so that it can run
 * for days.
 */
export class OverlayView {
  private readonly digits = document.createElement('span');
  private readonly words = document.createElement('p');
  private readonly told = new Map<string, string>();

  constructor(
    private readonly place: HTMLElement,
    look: Look,
  ) {
    place.className = `${look.style} ${look.align}`;
    const set = (name: string, value: string | null): void => {
      if (value !== null) place.style.setProperty(name, value);
    };
    set('--color', look.color);
    set('--accent', look.accent);
    set('--background', look.background);
    set('--size', look.size === null ? null : `${look.size}px`);
    this.digits.className = 'digits';
    this.digits.setAttribute('role', 'timer');
    this.words.className = 'words';
    this.words.setAttribute('role', 'status');
    const box = document.createElement('div');
    box.className = 'box';
    if (look.style === 'ring') box.append(ring());
    box.append(this.digits);
    if (look.style === 'bar') box.append(bar());
    if (look.hasWords) box.append(this.words);
    const name = document.createElement('h1');
    name.className = 'unseen';
    name.textContent = 'Darwin Timer';
    place.replaceChildren(name, box);
  }

  show({ state, view, connection }: Shown): void {
    const text = view === null ? '--:--' : clockText(view.remainingMs);
    this.once('text', text, () => (this.digits.textContent = text));
    const share = state === null || view === null ? 0 : Math.min(1, view.remainingMs / state.durationMs);
    const rounded = share.toFixed(4);
    this.once('share', rounded, () => this.place.style.setProperty('--share', rounded));
    this.once('long', String(text.length > 5), (isLong) => (this.place.dataset['long'] = isLong));
    const mood = moodOf(view);
    this.once('mood', mood, () => (this.place.dataset['status'] = mood));
    const words = wordsOf({ state, view, connection });
    this.once('words', words, () => (this.words.textContent = words));
  }

  /** Touches the document only where something is another than before. */
  private once(name: string, value: string, write: (value: string) => void): void {
    if (this.told.get(name) === value) return;
    this.told.set(name, value);
    write(value);
  }
}

function moodOf(view: TimerView | null): string {
  if (view === null) return 'loading';
  return view.status === 'RUNNING' && view.remainingMs <= URGENT_MS ? 'urgent' : view.status.toLowerCase();
}

/** Only what a viewer would wonder about; a running countdown needs no words. */
function wordsOf({ state, view, connection }: Shown): string {
  const trouble = connectionWords(connection);
  if (trouble !== null && (connection.problem !== null || view === null)) return trouble.title;
  if (state === null || view === null || view.status === 'RUNNING') return '';
  return wordsFor(state, view.status).title;
}

function bar(): HTMLElement {
  const track = document.createElement('div');
  track.className = 'track';
  const fill = document.createElement('div');
  fill.className = 'fill';
  track.append(fill);
  return track;
}

function ring(): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 100 100');
  svg.setAttribute('aria-hidden', 'true');
  for (const name of ['track', 'fill']) {
    const circle = document.createElementNS(SVG, 'circle');
    circle.setAttribute('class', name);
    circle.setAttribute('cx', '50');
    circle.setAttribute('cy', '50');
    circle.setAttribute('r', '45');
    circle.setAttribute('pathLength', '1');
    svg.append(circle);
  }
  return svg;
}
