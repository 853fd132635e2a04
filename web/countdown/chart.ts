import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { priceText } from '../timer/words';

/** One stretch of time. */
export interface Column {
  readonly startSec: number;
  readonly buys: number;
  readonly sells: number;
  /** Null where nobody traded. */
  readonly price: number | null;
}

const NOTHING: uPlot.AlignedData = [[], [], [], []];

/** Buys and sales as columns that stand on each other, the price as a line over them. */
export class Chart {
  private readonly plot: uPlot;
  private readonly size: ResizeObserver;
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly theme: MutationObserver;
  private readonly repaint = (): void => this.plot.redraw(false);

  constructor(private readonly place: HTMLElement) {
    this.plot = new uPlot(optionsFor(place), NOTHING, place);
    this.size = new ResizeObserver(() => this.plot.setSize(sizeOf(place)));
    this.size.observe(place);
    this.dark.addEventListener('change', this.repaint);
    this.theme = new MutationObserver(this.repaint);
    this.theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  show(columns: readonly Column[]): void {
    this.plot.setData([
      columns.map(({ startSec }) => startSec),
      columns.map(({ buys, sells }) => buys + sells),
      columns.map(({ sells }) => sells),
      columns.map(({ price }) => price),
    ]);
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
  return {
    ...sizeOf(place),
    cursor: { show: false },
    legend: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      trades: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.6)] },
      price: { range: priceRange },
    },
    axes: axesIn(colour),
    series: seriesIn(colour),
  };
}

function axesIn(colour: (name: string) => string): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    stroke: () => colour('--soft'),
    font: '12px "Space Grotesk", system-ui, sans-serif',
    ticks: { show: false },
    grid: { show: false },
  };
  const prices = (_plot: uPlot, ticks: number[]): string[] => ticks.map((tick) => priceText(String(tick)));
  return [
    { ...axis, space: 70, values: hours },
    {
      ...axis,
      scale: 'trades',
      grid: { stroke: () => colour('--line'), width: 1 },
      size: 34,
      incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- its ambient enum cannot be read
    { ...axis, scale: 'price', side: 1, size: 76, values: prices },
  ];
}

function seriesIn(colour: (name: string) => string): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.7, 22], radius: 0.25 }) ?? (() => null);
  const points = { show: false };
  return [
    {},
    { scale: 'trades', paths: bars, fill: () => colour('--buy'), width: 0, points },
    { scale: 'trades', paths: bars, fill: () => colour('--sell'), width: 0, points },
    { scale: 'price', stroke: () => colour('--accent'), width: 2, spanGaps: true, points },
  ];
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}

/** Room above and below, also where there is one price only. */
function priceRange(_plot: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const room = (max - min) * 0.25 || max * 0.1 || 1;
  return [Math.max(0, min - room), max + room];
}

function hours(_plot: uPlot, ticks: number[]): string[] {
  const two = (number: number): string => String(number).padStart(2, '0');
  return ticks.map((tick) => {
    const date = new Date(tick * 1000);
    return `${two(date.getHours())}:${two(date.getMinutes())}`;
  });
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
