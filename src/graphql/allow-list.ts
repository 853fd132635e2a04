import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '../platform/app-error';
import { readManifest } from './read-manifest';

/** The file of OPERATION_ALLOW_LIST cannot be used. */
export class GraphqlError extends AppError<'GRAPHQL_ALLOW_LIST_INVALID'> {}

/** The documents that the public may run, by the SHA-256 of their text. */
export class AllowList {
  private constructor(private readonly texts: ReadonlyMap<string, string>) {}

  /** @throws GraphqlError GRAPHQL_ALLOW_LIST_INVALID where the file cannot be read, or is no list */
  static read(path: string): AllowList {
    try {
      const bodies = readManifest(readFileSync(path, 'utf8'));
      return new AllowList(new Map(bodies.map((body) => [hashOf(body), body])));
    } catch (cause) {
      const hint = `OPERATION_ALLOW_LIST names no usable list of operations: ${path}`;
      throw new GraphqlError('GRAPHQL_ALLOW_LIST_INVALID', { hint }, { cause });
    }
  }

  has(text: string): boolean {
    return this.texts.has(hashOf(text));
  }

  /** The document of a hash that a client sends in its place; null where there is none. */
  find(hash: string): string | null {
    return this.texts.get(hash.toLowerCase()) ?? null;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
