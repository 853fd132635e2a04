/** Where the rows come from, by the key that each row names. */
export const PROGRAM_SOURCES = {
  go: 'DefaultPerson/solana-dex-parser-go constants/programs.go (2026-09)',
  scout: 'iam-joey/scout src/data/programs.ts',
  explorer: 'solana-foundation/explorer app/utils/programs.ts',
  census: 'a read-only census of widely used mainnet programs (multisig-census.ts)',
  carbon: 'sevenlabs-hq/carbon decoders',
  owner: "the protocol's own list of its deployments (docs.debridge.com, mayan-finance)",
  payload: 'named by the protocol in recorded public transactions',
} as const;

/** What a program is for. `book` is an order book, `orders` a limit or periodic order service, `rfq` quotes on request. */
export type ProgramClass =
  | 'aggregator'
  | 'amm'
  | 'launchpad'
  | 'book'
  | 'orders'
  | 'rfq'
  | 'bot'
  | 'perps'
  | 'lending'
  | 'staking'
  | 'vault'
  | 'nft'
  | 'bridge'
  | 'airdrop';

/** Address, name, class and source of one program. */
export type ProgramRow = readonly [
  programId: string,
  name: string,
  programClass: ProgramClass,
  source: keyof typeof PROGRAM_SOURCES,
];
