import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** Tokens of one app that are refused by their ids until they end. `_id` is the AppKey. */
export interface RefusedTokensDocument extends Stored {
  /** `until`: RFC 3339, UTC. */
  tokens: readonly { id: string; until: string }[];
  /** When the last of them ends: what is over is not found. */
  until: string;
}

export const REFUSED_TOKENS: CollectionSpec = {
  name: "identity_refused_tokens",
  indexes: [{ name: "until", fields: ["until"] }],
};

/** Throws for a stored document that cannot be read. */
export function checkRefusedTokens({ tokens, until }: RefusedTokensDocument): void {
  const right = ({ id, until: end }: { id: string; until: string }) =>
    typeof id === "string" && Number.isFinite(instantOf(end));
  if (Array.isArray(tokens) && tokens.every(right) && typeof until === "string") return;
  throw new Refusal("RECORD_UNREADABLE", "the refused tokens of an app lack members or have wrong ones");
}
