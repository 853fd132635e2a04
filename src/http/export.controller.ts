import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Controller, Get, Logger, Query, Req, Res } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import { HistoryService } from '../history/history.service';
import type { LogLine, StoredTrade } from '../history/history.service';
import { Drain } from '../platform/drain/drain.service';
import { PublicError } from '../platform/public-error';
import { readTradeQuery } from './read-trade-query';
import { CSV, LOG, NDJSON } from './trade.formats';
import type { LineFormat } from './trade.formats';

type Parameters = Record<string, unknown>;

/** What is sent, and from where. */
interface Export<Item> {
  readonly timerId: string;
  readonly format: LineFormat<Item>;
  readonly read: (signal: AbortSignal) => AsyncGenerator<readonly Item[]>;
}

/** Trades as files of any length, as fast as they are taken and no faster. */
@Controller('api/history')
export class ExportController implements OnModuleDestroy {
  private readonly logger = new Logger('http');
  private readonly running = new Set<AbortController>();

  constructor(
    private readonly history: HistoryService,
    drain: Drain,
  ) {
    drain.add('exports', async () => {
      await Promise.all([...this.running].map(({ signal }) => aborted(signal)));
    });
  }

  /** Breaks off the exports that a drain did not see the end of, so that the server can close. */
  onModuleDestroy(): void {
    for (const one of this.running) one.abort();
  }

  @Get('trades.csv')
  async csv(@Query() query: Parameters, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.sendTrades(CSV, query, request, response);
  }

  @Get('trades.ndjson')
  async ndjson(
    @Query() query: Parameters,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await this.sendTrades(NDJSON, query, request, response);
  }

  /** All that decided a timer's rounds, for `npm run audit -- --file`. */
  @Get('audit.ndjson')
  async log(@Query() query: Parameters, @Req() request: Request, @Res() response: Response): Promise<void> {
    const { timerId } = readTradeQuery(query, ['timerId']);
    const read = (signal: AbortSignal): AsyncGenerator<readonly LogLine[]> =>
      this.history.exportLog(timerId, signal);
    await this.send({ timerId, format: LOG, read }, request, response);
  }

  private async sendTrades(
    format: LineFormat<StoredTrade>,
    query: Parameters,
    request: Request,
    response: Response,
  ): Promise<void> {
    const { timerId, filter } = readTradeQuery(query);
    const read = (signal: AbortSignal): AsyncGenerator<readonly StoredTrade[]> =>
      this.history.exportTrades(timerId, filter, signal);
    await this.send({ timerId, format, read }, request, response);
  }

  /** The first rows are read before the answer begins, so that what is refused is still told as an error. */
  private async send<Item>(asked: Export<Item>, request: Request, response: Response): Promise<void> {
    const { timerId, format, read } = asked;
    const stop = new AbortController();
    this.running.add(stop);
    response.once('close', () => stop.abort());
    try {
      const items = read(stop.signal);
      const first = await items.next();
      if (first.done === true && !(await this.history.knows(timerId)))
        throw new PublicError('NOT_FOUND', `there is no timer "${timerId}"`);
      response.attachment(request.path.split('/').at(-1));
      response.setHeader('content-type', format.contentType);
      response.setHeader('cache-control', 'no-store');
      response.vary('accept-encoding');
      if (request.method === 'HEAD') {
        await items.return(undefined);
        response.end();
        return;
      }
      await write(response, textOf(format, first, items), request.acceptsEncodings('gzip') === 'gzip');
    } catch (err) {
      if (!stop.signal.aborted && !response.headersSent) throw err;
      // half an export must not look like a whole one
      response.destroy();
      if (!stop.signal.aborted) this.logger.warn({ message: 'export broken off', timerId, err });
    } finally {
      stop.abort();
      this.running.delete(stop);
    }
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function* textOf<Item>(
  format: LineFormat<Item>,
  first: IteratorResult<readonly Item[]>,
  rest: AsyncIterable<readonly Item[]>,
): AsyncGenerator<string> {
  const chunk = (items: readonly Item[]): string => items.map((item) => format.line(item)).join('');
  yield format.head + (first.done === true ? '' : chunk(first.value));
  for await (const items of rest) yield chunk(items);
}

async function write(
  response: ServerResponse,
  text: AsyncGenerator<string>,
  isZipped: boolean,
): Promise<void> {
  const source = Readable.from(text, { objectMode: true, highWaterMark: 1 });
  if (!isZipped) {
    await pipeline(source, response);
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  await pipeline(source, createGzip({ level: 4 }), response);
}
