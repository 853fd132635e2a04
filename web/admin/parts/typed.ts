/** A number that was typed; null where nothing was. */
export function typedNumber(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

/** A sentence that was typed; null where nothing was. */
export function typedText(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
