const MAX_TEXTS = 1_000;
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** Texts that were seen lately, in bounded memory. */
export class RecentTexts {
  private readonly texts = new Set<string>();
  private characters = 0;

  has(text: string): boolean {
    return this.texts.has(text);
  }

  add(text: string): void {
    if (this.texts.has(text)) return;
    this.texts.add(text);
    this.characters += text.length;
    for (const oldest of this.texts) {
      if (this.texts.size <= MAX_TEXTS && this.characters <= MAX_CHARACTERS) break;
      this.texts.delete(oldest);
      this.characters -= oldest.length;
    }
  }
}
