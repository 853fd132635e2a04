import { createServer } from 'node:net';
import { AppError } from '../platform/app-error';
import { codeOf } from '../platform/embedded/processes';

/** The port cannot be used; `context.hint` says what to do. */
export class PortError extends AppError<'APP_PORT_INVALID'> {}

/**
 * Looks before anything else is started whether the port can be had, since a busy one is a common mistake.
 *
 * @throws PortError APP_PORT_INVALID
 */
export async function assertPortFree(port: number): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (err) => {
      const why = codeOf(err) === 'EACCES' ? 'may not be used by this user' : 'is used by another program';
      const hint = `Port ${port} ${why}. Set PORT to another one, for example PORT=${port + 1}.`;
      reject(new PortError('APP_PORT_INVALID', { hint }));
    });
    probe.listen(port, () => probe.close(() => resolve()));
  });
}
