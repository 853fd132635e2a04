/** Which timer a path such as `/t/<id>` or `/embed/<id>` means; every other path means the default one. */
export function timerIdOf(path: string): string {
  return /^\/(?:t|embed)\/([a-z0-9][a-z0-9-]{0,62})\/?$/.exec(path)?.[1] ?? 'global';
}
