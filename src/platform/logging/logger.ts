import { types } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { DestinationStream, LevelWithSilent, Logger } from 'pino';
import { signals } from '../../metrics/domain/signals';
import { redactFields, redactText } from './redact';

export { redactUrl } from './redact';

/** Facts of a log line; names are those of STYLE: `room`, `signature`, `slot`, `durationMs`, `err`, … */
export type LogFields = Readonly<Record<string, unknown>>;

/** What rooms log with. The message is constant, lower case and past tense; data goes into the fields. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  /** A state changed. */
  info(fields: LogFields, message: string): void;
  /** Degraded, but coping. */
  warn(fields: LogFields, message: string): void;
  /** Someone must act. */
  error(fields: LogFields, message: string): void;
  /** The same log with fields that every line gets, e.g. `{ room: 'timer' }`. */
  child(fields: LogFields): Log;
}

/** How the log of the process is set up. */
export interface LogOptions {
  readonly level: LevelWithSilent;
  /** Name of this process; on every line. */
  readonly instance: string;
  /** Where lines go; standard output when left out. */
  readonly destination?: DestinationStream;
}

/**
 * The log of the process: one JSON object a line, with `level` as a word and `time` as ISO 8601. Values under names of
 * secrets, and credentials and query values in URLs anywhere in a line, are not written.
 */
export function createLog(options: LogOptions): Log {
  const lines = pino(
    {
      level: options.level,
      base: { instance: options.instance },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactFields },
      hooks: { streamWrite: redactText },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  return openLog(lines);
}

/**
 * Gives what is told to Nest's `Logger` to our log, with its context as `room`. Rooms tell `{ message, ...fields }`,
 * which become a line's message and data; Nest's own start-up lines are texts, and debug.
 */
export class NestLogger implements LoggerService {
  /** @param out - where the lines go */
  constructor(private readonly out: Log) {}

  /** Info for what rooms tell; debug for Nest's start-up and routing lines. */
  log(message: unknown, ...rest: unknown[]): void {
    if (isTold(message)) this.out.info(fieldsOf(message, rest), message.message);
    else this.out.debug(fieldsOf(message, rest), textOf(message));
  }

  /** Debug. */
  debug(message: unknown, ...rest: unknown[]): void {
    this.out.debug(fieldsOf(message, rest), textOf(message));
  }

  /** Debug. */
  verbose(message: unknown, ...rest: unknown[]): void {
    this.out.debug(fieldsOf(message, rest), textOf(message));
  }

  /** Warn. */
  warn(message: unknown, ...rest: unknown[]): void {
    this.out.warn(fieldsOf(message, rest), textOf(message));
  }

  /** Error, with the stack when Nest hands one over. */
  error(message: unknown, ...rest: unknown[]): void {
    const room = rest.findLast((item) => typeof item === 'string');
    signals.surprised.tell({ room: typeof room === 'string' ? room : 'none' });
    this.out.error(fieldsOf(message, rest), textOf(message));
  }

  /** Error: Nest ends the process by itself. */
  fatal(message: unknown, ...rest: unknown[]): void {
    this.out.error(fieldsOf(message, rest), textOf(message));
  }
}

function openLog(lines: Logger): Log {
  return {
    debug: (fields, message) => lines.debug(fields, message),
    info: (fields, message) => lines.info(fields, message),
    warn: (fields, message) => lines.warn(fields, message),
    error: (fields, message) => lines.error(fields, message),
    // pino writes the fields of a child as they are, past its own formatters
    child: (fields) => openLog(lines.child(redactFields(fields))),
  };
}

function fieldsOf(message: unknown, rest: readonly unknown[]): LogFields {
  const texts = rest.filter((item) => typeof item === 'string');
  const room = texts.at(-1);
  const stack = texts.length > 1 ? texts[0] : undefined;
  const err = types.isNativeError(message) ? message : rest.find((item) => types.isNativeError(item));
  return {
    ...(isTold(message) ? dataOf(message) : {}),
    ...(room === undefined ? {} : { room }),
    ...(stack === undefined ? {} : { stack }),
    ...(err === undefined ? {} : { err }),
  };
}

/** What a room tells: a constant message with its data. */
interface Told {
  readonly message: string;
}

function isTold(message: unknown): message is Told {
  if (typeof message !== 'object' || message === null || types.isNativeError(message)) return false;
  return 'message' in message && typeof message.message === 'string';
}

function dataOf(told: Told): LogFields {
  return Object.fromEntries(Object.entries(told).filter(([name]) => name !== 'message'));
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (isTold(message)) return message.message;
  return types.isNativeError(message) ? message.message : JSON.stringify(message);
}
