import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exchange, JUPITER, RAYDIUM, RAYDIUM_SWAP, TOKEN, USDC, ann, ben } from '../../test/support/cast';
import { anchor, Scene } from '../../test/support/scene';
import { toBase64, toEnhanced } from '../../test/support/transaction-forms';
import type { JsonTransaction } from '../../test/support/transaction-forms';
import { SolanaError } from './domain/solana.errors';
import { inspectCommand } from './inspect.command';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'inspect-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function trade(trader = ann): JsonTransaction {
  const scene = new Scene(trader);
  scene.call(RAYDIUM, RAYDIUM_SWAP, () => exchange(scene, trader, [USDC, 500n], [TOKEN, 70_000_000n]));
  return scene.toRpc();
}

function transfer(): JsonTransaction {
  return new Scene(ann).move(TOKEN, ann, ben, 7n).toRpc();
}

function stored(name: string, content: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function run(
  args: readonly string[],
  fetchTransaction: (signature: string) => Promise<unknown> = async () => null,
): Promise<{ code: number; lines: unknown[]; explained: string }> {
  const lines: unknown[] = [];
  let explained = '';
  const code = await inspectCommand(args, {
    fetchTransaction,
    write: (line) => lines.push(JSON.parse(line)),
    explain: (line) => (explained += line),
  });
  return { code, lines, explained };
}

describe('inspectCommand', () => {
  it('answers each file by one line, in order, whatever its form, and ends with 0 also for "none"', async () => {
    const files = [
      stored('a.json', trade()),
      stored('b.json', transfer()),
      stored('c.json', toBase64(trade())),
      stored('d.json', [toEnhanced(trade())]),
    ];
    const { code, lines } = await run(['--mint', TOKEN, ...files]);
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      {
        input: files[0],
        verdict: 'buy',
        trades: [
          { side: 'BUY', trader: ann, amount: '70', quoteAmount: '0.0005', price: '0.000007142857142857' },
        ],
      },
      { input: files[1], verdict: 'none', trades: [], facts: { rule: 'plain transfers' } },
      { input: files[2], verdict: 'buy' },
      { input: files[3], verdict: 'buy', facts: { form: 'enhanced' } },
    ]);
  });

  it('says what is missing and ends with 2 for an input that is no transaction, answering the others', async () => {
    const bare = { ...trade(), meta: undefined };
    const files = [
      stored('bare.json', bare),
      stored('text.json', 'no json'),
      stored('good.json', trade()),
      path.join(folder, 'nowhere.json'),
    ];
    const { code, lines } = await run(['--mint', TOKEN, ...files]);
    expect(code).toBe(2);
    expect(lines).toMatchObject([
      { input: files[0], error: 'SOLANA_TRANSACTION_MALFORMED', missing: ['meta'] },
      { input: files[1], missing: [`JSON in ${String(files[1])}`] },
      { input: files[2], verdict: 'buy' },
      { input: files[3], missing: [`JSON in ${String(files[3])}`] },
    ]);
  });

  it('takes the named transaction out of a body of several, and asks for its name', async () => {
    const body = stored('body.json', [{ no: 'transaction' }, trade(ben), trade(ann)]);
    const signature = trade(ann).transaction.signatures[0] ?? '';
    expect((await run(['--mint', TOKEN, '--signature', signature, body])).lines).toMatchObject([
      { trades: [{ trader: ann }] },
    ]);
    const unnamed = await run(['--mint', TOKEN, body]);
    expect(unnamed).toMatchObject({
      code: 2,
      lines: [{ missing: ['signature: the body holds several transactions'] }],
    });
    const wrong = await run(['--mint', TOKEN, '--signature', 'nobody', body]);
    expect(wrong).toMatchObject({ code: 2, lines: [{ missing: ['transaction nobody'] }] });
  });

  it('judges no other transaction than the named one', async () => {
    const file = stored('one.json', trade(ben));
    const signature = trade(ben).transaction.signatures[0] ?? '';
    expect((await run(['--mint', TOKEN, '--signature', signature, file])).code).toBe(0);
    const other = trade(ann).transaction.signatures[0] ?? '';
    expect(await run(['--mint', TOKEN, '--signature', other, file])).toMatchObject({
      code: 2,
      lines: [{ missing: [`transaction ${other}`] }],
    });
    const broken = stored('broken.json', {});
    expect((await run(['--mint', TOKEN, '--signature', other, broken])).lines).toMatchObject([
      { missing: ['transaction', 'meta'] },
    ]);
  });

  it('fetches what is a signature', async () => {
    const signature = trade().transaction.signatures[0] ?? '';
    const asked: string[] = [];
    const { code, lines } = await run(['--mint', TOKEN, signature], async (wanted) => {
      asked.push(wanted);
      return trade();
    });
    expect({ code, asked }).toEqual({ code: 0, asked: [signature] });
    expect(lines).toMatchObject([{ input: signature, verdict: 'buy' }]);
    expect(await run(['--mint', TOKEN, signature])).toMatchObject({
      code: 2,
      lines: [{ missing: ['transaction: not found'] }],
    });
  });

  it('ends with 1 where the chain cannot be asked', async () => {
    const signature = trade().transaction.signatures[0] ?? '';
    const failing = await run(['--mint', TOKEN, signature], async () => {
      throw new SolanaError('SOLANA_RPC_FAILED', { method: 'getTransaction' });
    });
    expect(failing).toMatchObject({ code: 1, lines: [{ input: signature, error: 'SOLANA_RPC_FAILED' }] });
  });

  it('answers a list of questions with files beside it', async () => {
    stored('one.json', trade());
    const list = stored(
      'list.jsonl',
      `${JSON.stringify({ mint: TOKEN, file: 'one.json' })}\n\n${JSON.stringify({ mint: USDC, file: 'one.json', signature: trade().transaction.signatures[0] })}\n` +
        `${JSON.stringify({ mint: JUPITER, file: 'one.json' })}\n`,
    );
    const { code, lines } = await run(['--list', list]);
    expect(code).toBe(0);
    expect(lines).toMatchObject([
      { input: 'one.json', verdict: 'buy' },
      { input: 'one.json', verdict: 'sell' },
      { input: 'one.json', verdict: 'none' },
    ]);
  });

  it.each([
    ['no mint', ['file.json'], 'usage'],
    ['a mint that is none', ['--mint', 'x', 'file.json'], 'usage'],
    ['no input', ['--mint', TOKEN], 'usage'],
    ['no list', ['--list'], 'usage'],
    ['a list that is not there', ['--list', '/nowhere/list.jsonl'], 'cannot be read'],
  ])('explains itself and ends with 1 for %s', async (_name, args, words) => {
    const { code, lines, explained } = await run(args);
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(explained).toContain(words);
  });

  it('names the line of a list that asks nothing', async () => {
    const list = stored('list.jsonl', '{"mint":"x"}');
    expect(await run(['--list', list])).toMatchObject({
      code: 1,
      explained: `${list}, line 1: mint, and file or signature`,
    });
    const mintless = stored('mintless.jsonl', '{"mint":"x","file":"y"}');
    expect(await run(['--list', mintless])).toMatchObject({
      code: 1,
      explained: `${mintless}, line 1: mint is no address`,
    });
    const broken = stored('broken.jsonl', '{');
    expect((await run(['--list', broken])).code).toBe(1);
  });

  it('names the program that routed', async () => {
    const scene = new Scene(ann);
    scene.call(JUPITER, anchor('route'), () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]));
    const { lines } = await run(['--mint', TOKEN, stored('route.json', scene.toRpc())]);
    expect(lines).toMatchObject([
      { trades: [{ program: 'Jupiter v6' }], facts: { calls: [{ purpose: 'swap' }] } },
    ]);
  });
});
