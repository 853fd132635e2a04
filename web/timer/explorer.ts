const EXPLORER = 'https://explorer.solana.com';

/** Where a transaction can be looked at. */
export function transactionLink(signature: string): string {
  return `${EXPLORER}/tx/${signature}`;
}

/** Where a wallet or a token can be looked at. */
export function addressLink(address: string): string {
  return `${EXPLORER}/address/${address}`;
}
