/*
 * What a module of an extension works with, version 1 (`ecert.extension.v1`). It exports `check(order)`, or one that gives a promise. It runs in a thread of its own
 * with 64 MB of memory, sees nothing but the order, and is stopped when its time is over.
 */

/** An order that is about to be made. */
export interface CheckedOrder {
  itemCode: string;
  issuer: { code: string; division: string };
  /** AppKey of who orders. */
  app: string;
  businessSerial: string;
  issueDate: string;
  validFrom?: string;
  validTo?: string;
  /** Certificate that is replaced. */
  replaces?: string;
  holders: readonly { name: string; codeType: string; code: string }[];
  data: Readonly<Record<string, unknown>>;
  attachments: readonly { name: string; mediaType: string; bytes: number }[];
}

/** Something that is wrong with it. */
export interface OrderFault {
  /** Place in `data`, a JSON pointer: `/scope`. Empty: the data as a whole. */
  pointer: string;
  description: string;
  remedy: string;
  /** Both in Chinese. */
  localized: string;
}

/** What a module exports as `check`. An empty list: nothing is wrong. */
export type Check = (order: CheckedOrder) => readonly OrderFault[] | Promise<readonly OrderFault[]>;
