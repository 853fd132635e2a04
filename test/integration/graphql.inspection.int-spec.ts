import { demoTarget } from '../../src/solana/domain/chain-target';
import { ADMIN_SECRET, ApiRig } from '../support/api-rig';
import type { GraphqlAnswer } from '../support/api-rig';
import { RAYDIUM, RAYDIUM_SWAP, TOKEN, USDC, ann, exchange, pool } from '../support/cast';
import { Scene, accountOf } from '../support/scene';
import { ScriptedNode } from '../support/scripted-node';
import { testDatabase, testRedis } from '../support/servers';
import type { TestDatabase, TestRedis } from '../support/servers';

const scene = new Scene(ann);
scene.call(RAYDIUM, RAYDIUM_SWAP, () => exchange(scene, ann, [USDC, 500n], [TOKEN, 70_000_000n]));
const payload = scene.toRpc();
const [signature = ''] = payload.transaction.signatures;
const question = (fields: string, token = TOKEN): string =>
  `{ inspectTransaction(signature: "${signature}", tokenAddress: "${token}") { ${fields} } }`;

describe('inspectTransaction', () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let node: ScriptedNode;
  let rig: ApiRig;
  let environment: Record<string, string>;

  beforeAll(async () => {
    [redis, database, node] = await Promise.all([testRedis(), testDatabase(), ScriptedNode.start()]);
    environment = {
      REDIS_URL: redis.url,
      REDIS_KEY_PREFIX: redis.keyPrefix,
      DATABASE_URL: database.url,
    };
    const chain = demoTarget(`http://127.0.0.1:${String(node.port)}`, () => 'one transaction');
    rig = await ApiRig.start(environment, null, chain);
  });

  afterAll(async () => {
    await rig.close();
    await node[Symbol.asyncDispose]();
    await redis.close();
    await database.drop();
  });

  beforeEach(() => {
    node.script = [{ result: payload }];
    node.calls.length = 0;
  });

  const ask = (query: string, on = rig): Promise<GraphqlAnswer> =>
    on.graphql(query, { bearer: ADMIN_SECRET });

  it('tells an administrator the verdict, the trades and what led there, by one call to the chain', async () => {
    const { data, errors } = await ask(
      question(`verdict pools
        trades { index side trader amount quoteMint quoteAmount price program }
        facts { rule signature slot wallets { owner signer changes { mint change class } } calls { purpose programs } }`),
    );
    expect(errors).toEqual([]);
    expect(node.calls).toEqual(['getTransaction']);
    const changes = (usdc: string, token: string): unknown => [
      { mint: USDC, change: usdc, class: 'TOKEN' },
      { mint: TOKEN, change: token, class: 'TOKEN' },
    ];
    expect(data?.['inspectTransaction']).toEqual({
      verdict: 'BUY',
      pools: [accountOf(pool, TOKEN)],
      trades: [
        {
          index: 0,
          side: 'BUY',
          trader: ann,
          amount: '70',
          quoteMint: USDC,
          quoteAmount: '0.0005',
          price: '0.000007142857142857',
          program: 'Raydium AMM v4',
        },
      ],
      facts: {
        rule: 'signer gave and got',
        signature,
        slot: 1000,
        wallets: [
          { owner: ann, signer: true, changes: changes('-500', '70000000') },
          { owner: pool, signer: false, changes: changes('500', '-70000000') },
        ],
        calls: [{ purpose: 'swap', programs: ['Raydium AMM v4'] }],
      },
    });
  });

  it('answers NONE with the rule for a token that was not traded', async () => {
    const { data } = await ask(question('verdict trades { side } facts { rule }', RAYDIUM));
    expect(data?.['inspectTransaction']).toEqual({
      verdict: 'NONE',
      trades: [],
      facts: { rule: 'the token did not move' },
    });
  });

  it('is refused without the secret, before the chain is asked', async () => {
    const { errors } = await rig.graphql(question('verdict'));
    expect(errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect(node.calls).toEqual([]);
  });

  it.each([
    ['NOT_FOUND', 'is not on the chain', { result: null }],
    ['SERVICE_UNAVAILABLE', 'comes without balances', { result: { ...payload, meta: null } }],
    ['SERVICE_UNAVAILABLE', 'cannot be asked for', { status: 401 }],
  ])('answers %s where the transaction %s', async (code, _name, answer) => {
    node.script = [answer];
    const { errors } = await ask(question('verdict'));
    expect(errors[0]?.extensions['code']).toBe(code);
  });

  it('answers CONFLICT where no chain is read', async () => {
    await using other = await ApiRig.start(environment);
    const { errors } = await ask(question('verdict'), other);
    expect(errors[0]?.extensions['code']).toBe('CONFLICT');
  });

  it('names both arguments where they are no addresses', async () => {
    const { errors } = await ask('{ inspectTransaction(signature: "x", tokenAddress: "y") { verdict } }');
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT', 'BAD_USER_INPUT']);
    expect(node.calls).toEqual([]);
  });
});
