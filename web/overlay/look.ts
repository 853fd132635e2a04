/** How an overlay looks, as its address says. */
export interface Look {
  readonly style: (typeof STYLES)[number];
  /** Height of the digits in CSS pixels; null: as large as fits. */
  readonly size: number | null;
  /** CSS colours: `#rrggbb` or `#rrggbbaa`; null: that of the style. */
  readonly color: string | null;
  readonly accent: string | null;
  readonly background: string | null;
  /** Whether the state is written below, such as "checking the chain". */
  readonly hasWords: boolean;
  readonly align: (typeof ALIGNMENTS)[number];
}

/** What an overlay can be. */
export const STYLES = ['digits', 'bar', 'ring'] as const;
const ALIGNMENTS = ['center', 'left', 'right'] as const;
const SMALLEST = 8;
const LARGEST = 1_000;

/**
 * Reads `?style=ring&size=120&color=ffffff&accent=2fe0b2&background=00000080&words=0&align=left`. What is absent or
 * makes no sense has its default: an overlay in a running show must not become an error message.
 */
export function lookOf(query: string): Look {
  const given = new URLSearchParams(query);
  const size = Number(given.get('size') ?? NaN);
  return {
    style: oneOf(STYLES, given.get('style')),
    size: size >= SMALLEST && size <= LARGEST ? size : null,
    color: colourOf(given.get('color')),
    accent: colourOf(given.get('accent')),
    background: colourOf(given.get('background')),
    hasWords: given.get('words') !== '0',
    align: oneOf(ALIGNMENTS, given.get('align')),
  };
}

function oneOf<Name extends string>(names: readonly [Name, ...Name[]], given: string | null): Name {
  return names.find((name) => name === given) ?? names[0];
}

function colourOf(given: string | null): string | null {
  const digits = given?.replace(/^#/, '') ?? '';
  return /^(?:[\da-f]{3}|[\da-f]{4}|[\da-f]{6}|[\da-f]{8})$/i.test(digits) ? `#${digits}` : null;
}
