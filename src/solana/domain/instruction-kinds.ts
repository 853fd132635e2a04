import { createHash } from 'node:crypto';
import type { ProgramClass } from './programs.form';

/** What an instruction is meant to do. All but `swap` veto an exchange. */
export type Purpose =
  | 'swap'
  | 'liquidity'
  | 'order'
  | 'migration'
  | 'claim'
  | 'lending'
  | 'staking'
  | 'vault'
  | 'nft'
  | 'bridge'
  | 'airdrop'
  | 'perps';

type NameTable = readonly (readonly [purpose: Purpose, words: string])[];
type Kinds = ReadonlyMap<string, Purpose>;

/** Instructions of Anchor programs by purpose; the discriminator is a hash of the name. Source: the programs' IDLs. */
const NAMES: NameTable = [
  [
    'swap',
    `swap swap_v2 swap2 swap_exact_in swap_exact_out swap_exact_out2 swap_with_price_impact
    swap_with_price_impact2 swap_base_input swap_base_output swap_base_in swap_base_out swap_router_base_in two_hop_swap
    two_hop_swap_v2 buy sell buy_v2 sell_v2 buy_exact_in buy_exact_out sell_exact_in sell_exact_out
    buy_exact_sol_in buy_exact_quote_in buy_exact_quote_in_v2 buy_token sell_token exchange fill fill_order
    pre_flash_fill_order flash_fill_order take_order flash_take_order_start flash_take_order_end initiate_flash_fill fulfill_flash_fill initiate_dlmm_fill
    fulfill_dlmm_fill`,
  ],
  [
    'liquidity',
    `add_liquidity add_liquidity2 add_liquidity_by_weight add_liquidity_by_weight2 add_liquidity_by_strategy
    add_liquidity_by_strategy2 add_liquidity_by_strategy_one_side add_liquidity_one_side
    add_liquidity_one_side_precise add_liquidity_one_side_precise2 remove_liquidity remove_liquidity2
    remove_liquidity_by_range remove_liquidity_by_range2 remove_all_liquidity remove_liquidity_single_side
    remove_liquidity_one_side rebalance_liquidity add_balance_liquidity add_imbalance_liquidity
    remove_balance_liquidity bootstrap_liquidity increase_liquidity increase_liquidity_v2
    increase_liquidity_by_token_amounts_v2 decrease_liquidity decrease_liquidity_v2 reposition_liquidity_v2
    open_position open_position_v2 open_position_with_metadata open_position_with_token22_nft
    open_position_with_token_extensions create_position close_position close_position2 close_position_if_empty
    close_position_with_token_extensions initialize_position initialize_position2 initialize_position_pda
    initialize_pool initialize_pool_v2 initialize_pool_with_dynamic_config initialize_customizable_pool
    initialize_permissionless_pool initialize_permissionless_pool_with_fee_tier
    initialize_permissionless_constant_product_pool_with_config
    initialize_permissionless_constant_product_pool_with_config2
    initialize_customizable_permissionless_constant_product_pool initialize_customizable_permissionless_lb_pair
    initialize_customizable_permissionless_lb_pair2 initialize_lb_pair initialize_lb_pair2 create_pool
    create_customizable_pool initialize_with_permission deposit_all_token_types withdraw_all_token_types
    create_tokens_in_curve zap_in zap_out`,
  ],
  [
    'claim',
    `claim claim_fee claim_fee2 claim_fees claim_reward claim_reward2 claim_rewards claim_position_fee
    claim_partner_fee claim_protocol_fee claim_creator_trading_fee claim_trading_fee creator_withdraw_surplus
    partner_withdraw_surplus collect_fees collect_fees_v2 collect_reward collect_reward_v2 collect_protocol_fee
    collect_protocol_fees collect_protocol_fees_v2 collect_fund_fee collect_remaining_rewards
    collect_creator_fee collect_coin_creator_fee distribute_creator_fees new_claim claim_locked harvest
    harvest_reward withdraw_fees withdraw_pnl withdraw_protocol_fees`,
  ],
  [
    'order',
    `initialize_order create_order close_order_and_claim_tip cancel_order cancel_dlmm_order cancel_expired_order open_dca open_dca_v2 close_dca
    place_order place_limit_order cancel_all_orders`,
  ],
  [
    'migration',
    `migrate migrate_to_amm migrate_to_cpswap migrate_to_cpmm migrate_meteora_damm migration_damm_v2
    migration_meteora_damm_create_metadata migrate_funds migrate_token`,
  ],
  ['lending', 'borrow repay lend liquidate'],
  ['staking', 'stake unstake stake_tokens unstake_tokens liquid_unstake deposit_stake_account order_unstake'],
  ['vault', 'deposit_tokens withdraw_tokens redeem'],
];

/** Instructions whose meaning depends on what the program is for. */
const NAMES_BY_CLASS: readonly (readonly [programClass: ProgramClass, names: NameTable])[] = [
  [
    'amm',
    [['liquidity', 'deposit withdraw initialize deposit_single_token_type withdraw_one_token harvest']],
  ],
  ['launchpad', [['migration', 'withdraw']]],
  ['orders', [['order', 'deposit withdraw']]],
];

/** Names that tell the purpose of a program nobody has listed. */
const TELLING_NAMES: NameTable = [['vault', 'deposit withdraw']];

const RAYDIUM_V4: NameTable = [
  ['swap', '09 0b 10 11'],
  ['liquidity', '00 01 03 04 07'],
];
const TOKEN_SWAP: NameTable = [
  ['swap', '01'],
  ['liquidity', '00 02 03 04 05'],
];
const SABER: NameTable = [
  ['swap', '01'],
  ['liquidity', '00 02 03 04'],
];
const PHOENIX: NameTable = [
  ['swap', '00 01'],
  ['order', '04 05 06 07 08 09 0a 0b 0c 0d 10 11'],
];
const MANIFEST: NameTable = [
  ['swap', '04 0d'],
  ['order', '02 03 09 0a 0b'],
];
const SANCTUM_INFINITY: NameTable = [
  ['swap', '01 02'],
  ['liquidity', '03 04'],
];

/**
 * First byte of the instructions of programs without Anchor. Sources: raydium-io/raydium-amm instruction.rs,
 * solana-program-library token-swap instruction.rs and its forks, saber-hq/stable-swap, igneous-labs/S,
 * Ellipsis-Labs/phoenix-v1 and CKS-Systems/manifest instruction.rs (orders that can cross are left to the balances).
 */
const FIRST_BYTES: readonly (readonly [programId: string, bytes: NameTable])[] = [
  ['675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8', RAYDIUM_V4],
  ['5quBtoiQqxF9Jv6KYKctB59NT3gtJD2Y65kdnB1Uev3h', [['swap', '09 0b']]],
  ['9W959DqEETiGZocYWCQPaJ6sBmUzgfxXfqGeTEdp3aQP', TOKEN_SWAP],
  ['DjVE6JNiYqPL2QXyCUUh8rNjHrbz9hXHNYt99MQ59qw1', TOKEN_SWAP],
  ['SwaPpA9LAaLfeLi3a68M4DjnLqgtticKg6CnyNwgAC8', TOKEN_SWAP],
  ['SSwpMgqNDsyV7mAgN9ady4bDVu5ySjmmXejXvy2vLt1', TOKEN_SWAP],
  ['Dooar9JkhdZ7J3LHN3A7YCuoGRUggXhQaG4kijfLGU2j', TOKEN_SWAP],
  ['SSwapUtytfBdBn1b9NUGG6foMVPtcWgpRU32HToDUZr', TOKEN_SWAP],
  ['FLUXubRmkEi2q6K3Y9kBPg9248ggaZVsoSFhtJHSrm1X', TOKEN_SWAP],
  ['PSwapMdSai8tjrEXcxFeQth87xC4rRsa4VA5mhGhXkP', TOKEN_SWAP],
  ['CTMAxxk34HjKWxQ3QLZK1HpaLXmBveao3ESePXbiyfzh', TOKEN_SWAP],
  ['SSwpkEEcbUqx4vtoEByFjSkhKdCT862DNVb52nZg1UZ', SABER],
  ['5ocnV1qiCgaQR8Jb8xWnVbApfaygJ8tNoZfgPwsgx9kx', SANCTUM_INFINITY],
  ['PhoeNiXZ8ByJGLkxNfZRnkUfjvmuYqLR89jjFHGqdXY', PHOENIX],
  ['MNFSTqtC93rEfYHB6hF82sKdZpUDFWkViLByLd1k1Ms', MANIFEST],
  ['stkitrT1Uoy18Dk1fTrgPw8W6MVzoCfYoAFT4MLsmhq', [['staking', '00']]],
];

function discriminator(name: string): string {
  return tagOf(createHash('sha256').update(`global:${name}`).digest(), 8);
}

function kindsOf(table: NameTable, key: (word: string) => string): Kinds {
  return new Map(
    table.flatMap(([purpose, words]) => words.split(/\s+/).map((word) => [key(word), purpose] as const)),
  );
}

const BY_NAME = kindsOf(NAMES, discriminator);
const BY_TELLING_NAME = kindsOf(TELLING_NAMES, discriminator);
const BY_CLASS: ReadonlyMap<string, Kinds> = new Map(
  NAMES_BY_CLASS.map(([programClass, table]) => [programClass, kindsOf(table, discriminator)]),
);
const BY_FIRST_BYTE: ReadonlyMap<string, Kinds> = new Map(
  FIRST_BYTES.map(([programId, table]) => [
    programId,
    kindsOf(table, (word) => String.fromCharCode(Number.parseInt(word, 16))),
  ]),
);

/** The first bytes as a text of as many characters, which is a fast key. */
function tagOf(data: Uint8Array, size: number): string {
  let text = '';
  for (const byte of data.subarray(0, size)) text += String.fromCharCode(byte);
  return text;
}

/** Purpose of an instruction of a program of the table; null where neither name nor byte tells. */
export function listedPurpose(
  programId: string,
  programClass: ProgramClass,
  data: Uint8Array,
): Purpose | null {
  const bytes = BY_FIRST_BYTE.get(programId);
  if (bytes !== undefined) return bytes.get(tagOf(data, 1)) ?? null;
  if (data.length < 8) return null;
  const tag = tagOf(data, 8);
  return BY_CLASS.get(programClass)?.get(tag) ?? BY_NAME.get(tag) ?? null;
}

/** Purpose that the instruction name of an unlisted Anchor program tells; null for swaps, which balances show. */
export function toldPurpose(data: Uint8Array): Purpose | null {
  if (data.length < 8) return null;
  const tag = tagOf(data, 8);
  const purpose = BY_TELLING_NAME.get(tag) ?? BY_NAME.get(tag) ?? null;
  return purpose === 'swap' ? null : purpose;
}
