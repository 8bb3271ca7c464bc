import { foreignPageToken } from "../../domain/refusal.ts";

/** A page of a list that is made whole for each page. The token is the last key that was told, so that rows which come between move nothing. */
export function pageOf(keys: readonly string[], limit: number, token: string): { items: string[]; next: string } {
  const last = keyIn(token);
  const rest = last === undefined ? keys : keys.filter((key) => key > last);
  const items = rest.slice(0, limit);
  const end = items.at(-1);
  return { items, next: rest.length > limit && end !== undefined ? `k${Buffer.from(end).toString("base64url")}` : "" };
}

function keyIn(token: string): string | undefined {
  if (token === "") return undefined;
  const [, text] = /^k([A-Za-z0-9_-]*)$/.exec(token) ?? [];
  if (text === undefined) throw foreignPageToken();
  return Buffer.from(text, "base64url").toString();
}
