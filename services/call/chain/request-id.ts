import type { Actor } from "../../domain/actor.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { callerName } from "./caller.ts";

/** What a request id is kept as: its digest, bound to the caller who chose it, so that callers cannot meet in one id. */
export function requestDigest(caller: Actor, requestId: string): string {
  return sha256Hex(JSON.stringify(["ecert.request.v1", callerName(caller), requestId]));
}

/** The refusal of an id that stands for another request already. */
export function requestIdReused(): Refusal {
  const description = "this id stands for another request already, with other content";
  return new Refusal("REQUEST_ID_REUSED", `request_id: ${description}`, {
    fields: [
      {
        field: "request_id",
        description,
        remedy: "choose a new id, for example a UUID, for each request, and repeat a request as it was",
        localized: "该标识已用于另一请求；每个请求请使用新的标识（例如UUID），重复请求时内容须完全一致",
      },
    ],
  });
}
