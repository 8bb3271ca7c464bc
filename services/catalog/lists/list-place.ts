import { foreignPageToken } from "../../domain/refusal.ts";

/** The token of a place in a list: texts by which it is found again. */
export function tokenOf(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** The place that a token names, empty for the beginning. Refuses a token that this list has not given. */
export function placeOf(token: string, parts: number): string[] {
  if (token === "") return [];
  try {
    const place: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Array.isArray(place) && place.length === parts && place.every((one) => typeof one === "string")) return place;
  } catch {
    // Told below, like any other token that this list has not given.
  }
  throw foreignPageToken();
}
