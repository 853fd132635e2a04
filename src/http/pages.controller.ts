import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { ENV } from '../config/config.module';
import type { Env } from '../config/env';
import { PublicError } from '../platform/public-error';
import { ENCODINGS, PageFiles } from './pages/page-files';
import type { Encoding } from './pages/page-files';
import { pageHeaders } from './pages/page-headers';

const TIMER_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const ANYBODY: readonly string[] = ['*'];
const NOBODY: readonly string[] = [];

/** The pages and their files; they ask nothing of any other host. */
@SkipThrottle()
@Controller()
export class PagesController {
  constructor(
    private readonly files: PageFiles,
    @Inject(ENV) private readonly env: Pick<Env, 'embedAncestors'>,
  ) {}

  @Get()
  home(@Req() request: Request, @Res() response: Response): void {
    this.sendPage('index.html', NOBODY, request, response);
  }

  @Get('t/:id')
  timer(@Param('id') id: string, @Req() request: Request, @Res() response: Response): void {
    assertTimerId(id);
    this.sendPage('index.html', NOBODY, request, response);
  }

  @Get('embed/:id')
  overlay(@Param('id') id: string, @Req() request: Request, @Res() response: Response): void {
    assertTimerId(id);
    const { embedAncestors } = this.env;
    this.sendPage('embed.html', embedAncestors.length === 0 ? ANYBODY : embedAncestors, request, response);
  }

  /** The panel finds its own views below its path. */
  @Get(['admin', 'admin/*view'])
  panel(@Req() request: Request, @Res() response: Response): void {
    this.sendPage('admin/index.html', NOBODY, request, response);
  }

  @Get('assets/:file')
  file(@Param('file') file: string, @Req() request: Request, @Res() response: Response): void {
    this.send(`assets/${file}`, request, response);
  }

  private sendPage(
    name: string,
    frameAncestors: readonly string[],
    request: Request,
    response: Response,
  ): void {
    response.set(pageHeaders(request.headers.host, frameAncestors));
    this.send(name, request, response);
  }

  private send(name: string, request: Request, response: Response): void {
    const file = this.files.get(name);
    if (file === null) throw new PublicError('NOT_FOUND', 'there is no such page or file');
    response.set({
      'content-type': file.type,
      'cache-control': file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      'x-content-type-options': 'nosniff',
      etag: file.etag,
      vary: 'accept-encoding',
    });
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const [encoding, content] = formFor(request, file.forms);
    if (encoding !== 'identity') response.set('content-encoding', encoding);
    response.end(content);
  }
}

function assertTimerId(id: string): void {
  if (!TIMER_ID.test(id)) throw new PublicError('NOT_FOUND', 'there is no such page');
}

function formFor(request: Request, forms: ReadonlyMap<Encoding, Buffer>): readonly [Encoding, Buffer] {
  const kept = ENCODINGS.filter((encoding) => forms.has(encoding));
  const accepted = request.acceptsEncodings(kept);
  const encoding = kept.find((name) => name === accepted) ?? 'identity';
  return [encoding, forms.get(encoding) ?? Buffer.alloc(0)];
}
