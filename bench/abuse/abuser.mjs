/*
 * One kind of abuse in a process of its own, so that its work is not the users' waiting: `abuser.mjs <port> <kind>`. Says
 * "begun", goes on until its input ends, then tells the outcomes.
 */
import { abuses } from './abuses.mjs';

const [, , port, kind] = process.argv;
const stop = abuses[kind](Number(port));
process.stdout.write('begun\n');
process.stdin.resume();
process.stdin.once('end', async () => {
  process.stdout.write(`${JSON.stringify(await stop())}\n`);
  process.exit(0);
});
