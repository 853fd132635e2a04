/*
 * Many subscribers on raw sockets in one Node process: the WebSocket handshake, graphql-transport-ws or plain frames, and
 * for every frame its running number, its age and whether it is newer than the one before on that socket. All sockets
 * read into one buffer, so that a message costs the client little; it answers pings.
 */
import { connect } from 'node:net';

const HIGHEST_MS = 120_000;
const BIN_MS = 0.1;
const buffer = Buffer.alloc(1 << 20);

/** A client frame; a mask of zero leaves the text as it is. */
function clientFrame(opcode, text) {
  const payload = Buffer.from(text);
  const long = payload.length > 125;
  const header = Buffer.alloc(long ? 8 : 6);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (long ? 126 : payload.length);
  if (long) header.writeUInt16BE(payload.length, 2);
  return Buffer.concat([header, payload]);
}

/** Made once, so that joining costs the client little. */
const INIT = clientFrame(1, '{"type":"connection_init"}');
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ZERO_ID = '00000000-0000-4000-8000-000000000000';

const uuid = (number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

/** Ages of messages, in bins of 0.1 ms. */
export class Ages {
  bins = new Uint32Array(HIGHEST_MS / BIN_MS);
  count = 0;

  add(ms) {
    this.bins[Math.min(this.bins.length - 1, Math.max(0, Math.round(ms / BIN_MS)))] += 1;
    this.count += 1;
  }

  /** The age that a share of the messages does not exceed, ms. */
  quantile(share) {
    let left = Math.ceil(this.count * share);
    for (let bin = 0; bin < this.bins.length; bin += 1) {
      left -= this.bins[bin];
      if (left <= 0 && this.count > 0) return bin * BIN_MS;
    }
    return NaN;
  }
}

/** One socket and what it has seen. */
class Subscriber {
  last = 0;
  rest = null;
  isUpgraded = false;
  isJoined = false;
  isStalled = false;

  constructor(crowd, id) {
    this.crowd = crowd;
    this.id = id;
    this.joined = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.socket = connect({
      host: '127.0.0.1',
      port: crowd.port,
      onread: { buffer, callback: (length, bytes) => this.read(bytes, length) },
    });
    this.socket.once('connect', () => this.socket.write(this.handshake()));
    this.socket.once('error', (err) => this.lose(err));
    this.socket.once('close', () => this.lose(new Error('closed')));
  }

  handshake() {
    const protocol = this.crowd.isPlain ? '' : 'Sec-WebSocket-Protocol: graphql-transport-ws\r\n';
    return (
      `GET ${this.crowd.path} HTTP/1.1\r\nHost: 127.0.0.1:${this.crowd.port}\r\nUpgrade: websocket\r\n` +
      `Connection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n${protocol}\r\n`
    );
  }

  lose(err) {
    this.reject(err);
    this.crowd.lose(this);
  }

  join() {
    if (this.isJoined) return;
    this.isJoined = true;
    this.resolve();
  }

  read(bytes, length) {
    let data = bytes;
    let end = length;
    if (this.rest !== null) {
      data = Buffer.concat([this.rest, bytes.subarray(0, length)]);
      end = data.length;
      this.rest = null;
    }
    let at = this.isUpgraded ? 0 : this.upgrade(data, end);
    while (at < end) {
      const next = this.frame(data, at, end);
      if (next < 0) break;
      at = next;
    }
    if (at < end) this.rest = Buffer.from(data.subarray(at, end));
    return true;
  }

  /** Reads the answer to the handshake; how far that was. */
  upgrade(data, end) {
    const headEnd = data.subarray(0, end).indexOf('\r\n\r\n');
    if (headEnd < 0) return 0;
    const status = data.toString('latin1', 9, 12);
    if (status !== '101') throw new Error(`the server answered ${status}`);
    this.isUpgraded = true;
    if (this.crowd.isPlain) this.join();
    else this.socket.write(INIT);
    return headEnd + 4;
  }

  /** Reads one frame; where the next begins, -1 where this one is not whole. */
  frame(data, at, end) {
    if (end - at < 2) return -1;
    const short = data[at + 1];
    let start = at + 2;
    let size = short;
    if (short === 126) {
      if (end - at < 4) return -1;
      size = (data[at + 2] << 8) | data[at + 3];
      start = at + 4;
    }
    if (start + size > end) return -1;
    const opcode = data[at] & 15;
    if (opcode === 1) this.text(data, start, start + size);
    else if (opcode === 9) this.socket.write(clientFrame(10, data.subarray(start, start + size)));
    return start + size;
  }

  text(data, start, end) {
    const number = this.crowd.numberIn(data, start, end);
    if (number >= 0) {
      this.crowd.hear(this, number);
      if (this.crowd.joinsWithState) this.join();
      return;
    }
    const text = data.toString('utf8', start, end);
    if (text.includes('"type":"next"') && !text.includes('"errors"')) {
      // a state without a number, such as that of a timer without any trade yet
      if (this.crowd.joinsWithState) this.join();
    } else if (text.includes('"connection_ack"')) {
      this.socket.write(this.crowd.subscribeFrame(this.id), 'latin1');
      if (!this.crowd.joinsWithState) this.join();
    } else if (text.includes('"errors"') || text.includes('"error"')) this.reject(new Error(text));
  }
}

/** Subscribers of one operation on one server. */
export class Crowd {
  subscribers = [];
  ages = new Ages();
  delivered = 0;
  /** Numbers below one that the same subscriber had before; never right. */
  back = 0;
  lostSockets = 0;
  /** When the newest number was heard first, and last, by any subscriber. */
  firstHeardAt = 0;
  lastHeardAt = 0;
  newest = 0;
  current = 0;
  /** A number whose age says nothing. */
  unaged = -1;
  isClosing = false;
  offset = -1;
  frameAroundId = null;

  /**
   * @param options.marker - the text before the running number in a message, such as `"revision":`
   * @param options.query - null: a plain server that sends to everybody
   * @param options.sentAt - time at which each number was published, on the same clock as `now`
   */
  constructor({ port, path = '/graphql', query, marker, sentAt, now, joinsWithState, firstNumber }) {
    Object.assign(this, { port, path, query, sentAt, now, firstNumber });
    this.isPlain = query === null;
    this.joinsWithState = joinsWithState;
    this.marker = Buffer.from(marker);
  }

  /** The whole frame of a subscription, one character per byte; all of them differ in their ids alone. */
  subscribeFrame(id) {
    if (this.frameAroundId === null) {
      const message = { id: ZERO_ID, type: 'subscribe', payload: { query: this.query } };
      this.frameAroundId = clientFrame(1, JSON.stringify(message)).toString('latin1').split(ZERO_ID);
    }
    return this.frameAroundId.join(uuid(id));
  }

  /** Opens more subscribers, `inFlight` at once; how long that took, ms. */
  async grow(to, inFlight = 100) {
    const startedAt = this.now();
    const one = async () => {
      while (this.subscribers.length < to) {
        const subscriber = new Subscriber(this, this.subscribers.length);
        this.subscribers.push(subscriber);
        await subscriber.joined;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, one));
    return this.now() - startedAt;
  }

  /** The running number of a message; -1 where it has none. It mostly stands where it stood in the message before. */
  numberIn(data, start, end) {
    const size = this.marker.length;
    let at = start + this.offset;
    if (
      this.offset < 0 ||
      data[at - 1] !== 58 ||
      data[at - 2] !== 34 ||
      data[at - 3] !== this.marker[size - 3]
    ) {
      const found = data.subarray(start, end).indexOf(this.marker);
      if (found < 0) return -1;
      this.offset = found + size;
      at = start + this.offset;
    }
    let number = 0;
    for (; at < end; at += 1) {
      const digit = data[at] - 48;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    return number;
  }

  hear(subscriber, number) {
    if (number < subscriber.last) this.back += 1;
    // an equal one is a heartbeat, an older one than the first that was published the state before
    if (number <= subscriber.last || number < this.firstNumber) return;
    subscriber.last = number;
    const at = this.now();
    if (number !== this.unaged) this.ages.add(at - this.sentAt(number));
    this.delivered += 1;
    this.lastHeardAt = at;
    if (number >= this.newest) {
      if (number > this.newest) {
        this.current = 0;
        this.firstHeardAt = at;
      }
      this.newest = number;
      this.current += 1;
    }
  }

  lose(subscriber) {
    if (this.isClosing) return;
    if (subscriber.isJoined) this.lostSockets += 1;
  }

  /** Forgets what was counted so far. */
  reset() {
    this.ages = new Ages();
    this.delivered = 0;
    this.back = 0;
  }

  /** The first `count` read nothing more. */
  stall(count) {
    for (const subscriber of this.subscribers.slice(0, count)) {
      subscriber.isStalled = true;
      subscriber.socket.pause();
    }
  }

  /** Closes all sockets. */
  async close() {
    this.isClosing = true;
    await Promise.all(
      this.subscribers.map(
        ({ socket }) =>
          new Promise((resolve) => {
            if (socket.destroyed) resolve();
            socket.once('close', resolve).destroy();
          }),
      ),
    );
  }
}
