import { foreignPageToken } from "../domain/refusal.ts";

/** Where a list over several collections goes on: which of them, and the cursor within it. */
export type CollectionPlace = readonly [place: number, after: string];

/** The token of a place. */
export function placeToken(place: CollectionPlace): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** The place of a token; without one the beginning. Throws `INVALID_FIELD` for one that the list has not given. */
export function placeIn(token: string, collections: number): CollectionPlace {
  if (token === "") return [0, ""];
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    // Told below.
  }
  const [place, after] = Array.isArray(parts) && parts.length === 2 ? parts : [];
  if (Number.isSafeInteger(place) && place >= 0 && place < collections && typeof after === "string")
    return [place, after];
  throw foreignPageToken();
}
