import { Socket } from 'node:net';

/** A socket that has broken already: a client that gets it waits, and connects again. */
export function goneSocket(): Socket {
  return new Socket().destroy();
}
