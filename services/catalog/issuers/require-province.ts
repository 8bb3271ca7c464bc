import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";

/** Refuses (`PERMISSION_DENIED`) what the province alone says, at every other node. */
export function requireProvince({ runtime }: CatalogContext, what: string): void {
  if (isProvince(runtime.config.node)) return;
  throw new Refusal("PERMISSION_DENIED", `${what} is the province's to say; call the province`, {
    metadata: { node: runtime.config.node.code },
    localizedDetail: `${what}仅由省级决定，请调用省级节点`,
  });
}
