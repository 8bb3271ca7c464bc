import { type AskedKey, askKey, type KeyAnswer } from "./ask-key.ts";

/** What `PrepareConfirmation` answers, as far as a page needs it. */
export interface PreparedOrders extends AskedKey {
  readonly signedAt: string;
  readonly orders: readonly { readonly sha256: string }[];
}

/** What a security key has confirmed, as calls take it. */
export interface Confirmed extends KeyAnswer {
  readonly signedAt: string;
  readonly orders: string[];
}

/** Has the officer's security key confirm what was prepared. `signal` gives it up. Rejects as {@link askKey} does. */
export async function confirmOrders(prepared: PreparedOrders, signal: AbortSignal): Promise<Confirmed> {
  const { signedAt, orders } = prepared;
  return { signedAt, orders: orders.map(({ sha256 }) => sha256), ...(await askKey(prepared, signal)) };
}
