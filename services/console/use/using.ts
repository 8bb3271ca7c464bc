import type { KeptReceipt } from "./receipts.tsx";

/** What one certificate needs to be used: the code, and where receipts go. */
export interface Using {
  readonly usageCode: string;
  readonly identifier: string;
  /** Name of the certificate, for receipts. */
  readonly name: string;
  readonly keep: (receipt: KeptReceipt) => void;
}
