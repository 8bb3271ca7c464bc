import type { DataMessage } from "../../services/domain/message.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { JobConfirmation } from "../question.ts";

/** An order that would be signed if an officer confirmed it: judged in everything else, its face drawn here. */
export interface WaitingOrder {
  /** SHA-256 (hex) of the canonical bytes of the data message: a word for it is for these bytes and no others. */
  readonly id: string;
  readonly message: DataMessage;
  /** The number does not follow from the order, so that it was given by whoever made it. */
  readonly numberGiven: boolean;
  /** The face as it was drawn here, without a signature. */
  readonly pdf: Uint8Array;
  /** Which core has sent it. */
  readonly core: string;
  readonly since: Date;
}

/** Orders that wait for an officer's word on this host's page, and the words that were given: some minutes, in memory alone. */
export interface WaitingOrders {
  /** Keeps an order, or keeps it longer. Throws `OVERLOADED` where there are too many: none makes way, so that no core drives others' orders out. */
  keep(order: WaitingOrder): void;
  /** What waits of an app, oldest first. */
  of(app: string): readonly WaitingOrder[];
  /** Keeps the word for an order; it is judged again when the order comes. Nothing happens where it waits no more. */
  confirm(id: string, word: JobConfirmation): void;
  /** The word for a message, by the digest of its bytes. */
  wordFor(id: string): JobConfirmation | undefined;
}

/** Milliseconds that an order is kept from when it came last, orders at most, and bytes of their faces in all. */
export const KEPT_MS = 900_000;
export const MAX_WAITING = 500;
export const MAX_BYTES = 128 << 20;

interface Kept {
  order: WaitingOrder;
  until: number;
  word?: JobConfirmation;
}

/** Makes the memory; `monotonic`: milliseconds of a clock that nobody sets. */
export function createWaitingOrders(monotonic: () => number): WaitingOrders {
  const kept = new Map<string, Kept>();
  const forgetOld = () => {
    for (const [id, { until }] of kept) if (until <= monotonic()) kept.delete(id);
  };
  return {
    keep(order) {
      forgetOld();
      const known = kept.get(order.id);
      const bytes = [...kept.values()].reduce((sum, one) => sum + one.order.pdf.length, 0);
      if (!known && (kept.size >= MAX_WAITING || bytes + order.pdf.length > MAX_BYTES)) throw tooMany();
      kept.set(order.id, { ...(known ?? { order }), until: monotonic() + KEPT_MS });
    },
    of(app) {
      forgetOld();
      const own = [...kept.values()].filter(({ order, word }) => !word && order.message.metadata.app === app);
      return own.map(({ order }) => order);
    },
    confirm(id, word) {
      const one = kept.get(id);
      if (one) one.word = word;
    },
    wordFor(id) {
      forgetOld();
      return kept.get(id)?.word;
    },
  };
}

function tooMany(): Refusal {
  const text = "too many orders wait for officers on the page of this host";
  return new Refusal("OVERLOADED", `${text}: have those that wait confirmed, or try again in some minutes`, {
    retryAfterMs: 60_000,
    localizedDetail: "签名代理主机的确认页面上等待确认的申请过多，请先确认已有申请，或数分钟后再试",
  });
}
