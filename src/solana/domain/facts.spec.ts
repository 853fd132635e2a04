import {
  JUPITER,
  NAMELESS,
  OTHER,
  RAYDIUM,
  RAYDIUM_SWAP,
  TOKEN,
  USDC,
  ann,
  exchange,
  judge,
  pool,
  someProgram,
} from '../../../test/support/cast';
import { SOL, Scene, WRAPPED_SOL, anchor, walletNamed } from '../../../test/support/scene';

describe('the facts of a detection', () => {
  it('tell the rule, the transaction, what moved, what it was, and what was called', () => {
    const scene = new Scene(ann).mint(OTHER, 0);
    scene.move(SOL, ann, walletNamed('tips'), 7n);
    scene.call(JUPITER, anchor('route'), () => {
      scene.inner(RAYDIUM, RAYDIUM_SWAP);
      exchange(scene, ann, [USDC, 500n], [TOKEN, 70n]).move(OTHER, pool, ann, 1n);
    });
    scene.call(someProgram, NAMELESS, () => null);
    const { facts } = judge(scene);
    expect(facts).toMatchObject({
      rule: 'signer gave and got',
      signature: scene.toRpc().transaction.signatures[0],
      slot: 1000,
      form: 'json',
      assets: { [USDC]: 'token', [TOKEN]: 'token', [OTHER]: 'piece', [WRAPPED_SOL]: 'sol' },
      calls: [
        { purpose: 'swap', programs: ['Jupiter v6', 'Raydium AMM v4'] },
        { purpose: null, programs: [] },
      ],
    });
    expect(facts.wallets).toEqual([
      {
        owner: ann,
        isSigner: true,
        changes: { [USDC]: '-500', [TOKEN]: '70', [OTHER]: '1', [WRAPPED_SOL]: '-7' },
      },
      { owner: pool, isSigner: false, changes: { [USDC]: '500', [TOKEN]: '-70', [OTHER]: '-1' } },
      { owner: walletNamed('tips'), isSigner: false, changes: { [WRAPPED_SOL]: '7' } },
    ]);
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  it('leave out who ended as it began, and what passed through', () => {
    const scene = new Scene(ann);
    scene.call(someProgram, NAMELESS, () => scene.move(TOKEN, ann, pool, 7n).move(TOKEN, pool, ann, 7n));
    expect(judge(scene).facts).toMatchObject({ rule: 'the token did not move', wallets: [], assets: {} });
  });
});
