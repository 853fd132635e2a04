/**
 * A constructor of sockets whose late errors harm nobody: one that is given up before it is open tells an error after everybody
 * has stopped listening, and with `ws` that would end the process.
 */
export function quietSocket(webSocket: unknown): unknown {
  if (typeof webSocket !== 'function') return webSocket;
  return new Proxy(webSocket, {
    construct: (target, given: unknown[], asked) => {
      const socket: unknown = Reflect.construct(target, given, asked);
      if (typeof socket !== 'object' || socket === null) throw new TypeError('no constructor of sockets');
      if (isHearable(socket)) socket.addEventListener('error', () => undefined);
      return socket;
    },
  });
}

function isHearable(socket: object): socket is { addEventListener(name: string, hear: () => void): void } {
  return 'addEventListener' in socket && typeof socket.addEventListener === 'function';
}
