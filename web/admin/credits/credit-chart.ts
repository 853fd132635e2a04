import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { briefly } from '../parts/numbers';
import type { Span } from './spans';

/** Credits over time, as columns. */
export class CreditChart {
  private readonly plot: uPlot;
  private readonly size: ResizeObserver;
  private readonly theme: MutationObserver;
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly repaint = (): void => this.plot.redraw(false);

  constructor(place: HTMLElement) {
    this.plot = new uPlot(optionsFor(place), [[], []], place);
    this.size = new ResizeObserver(() => this.plot.setSize(sizeOf(place)));
    this.size.observe(place);
    this.dark.addEventListener('change', this.repaint);
    this.theme = new MutationObserver(this.repaint);
    this.theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  show(spans: readonly Span[]): void {
    this.plot.setData([spans.map(({ start }) => start / 1000), spans.map(({ credits }) => credits)]);
  }

  remove(): void {
    this.size.disconnect();
    this.theme.disconnect();
    this.dark.removeEventListener('change', this.repaint);
    this.plot.destroy();
  }
}

function optionsFor(place: HTMLElement): uPlot.Options {
  const colour = (name: string): string => colourOf(place, name);
  const axis: uPlot.Axis = {
    stroke: () => colour('--soft'),
    font: '12px "Space Grotesk", system-ui, sans-serif',
    ticks: { show: false },
    grid: { show: false },
  };
  return {
    ...sizeOf(place),
    cursor: { show: false },
    legend: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(10, max * 1.1)] } },
    axes: [
      { ...axis, space: 80, values: (_plot, ticks) => ticks.map(timeText) },
      {
        ...axis,
        size: 54,
        grid: { stroke: () => colour('--line'), width: 1 },
        values: (_plot, ticks) => ticks.map(briefly),
      },
    ],
    series: [
      {},
      {
        paths: uPlot.paths.bars?.({ size: [0.75, 28], radius: 0.25 }) ?? (() => null),
        fill: () => colour('--accent'),
        width: 0,
        points: { show: false },
      },
    ],
  };
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A day at its beginning, else the time of the day. */
function timeText(sec: number): string {
  const date = new Date(sec * 1000);
  return (date.getHours() === 0 && date.getMinutes() === 0 ? DAY : TIME).format(date);
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}

/** A colour of the page as a canvas takes it. */
function colourOf(place: HTMLElement, name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
