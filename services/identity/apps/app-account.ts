import type { App } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AppDocument } from "./app-record.ts";
import type { AppRoom } from "./app-room.ts";
import { quotaOf } from "./quota.ts";

/** Refuses an app that gets no token whatever it proves. */
export async function requireServed({ departments }: AppRoom, app: App): Promise<void> {
  if (app.disabled) {
    throw new Refusal("CREDENTIAL_REFUSED", "the app is disabled; ask the node's operator", {
      localizedDetail: "应用已被停用，请联系节点运维",
    });
  }
  if (await departments.speaksFor(app)) return;
  const message = "the app names a department of another node; ask the node's operator";
  throw new Refusal("CREDENTIAL_REFUSED", message, { localizedDetail: "应用所属部门属于另一节点，请联系节点运维" });
}

/** What a token of an app says. */
export function claimsOf(app: App) {
  const { callsPerMinute } = quotaOf(app);
  return { app: app.key, department: app.departmentCode, scopes: app.scopes, callsPerMinute };
}

/**
 * From when a token is that is given for an account read at a time: after a revocation, which lies ahead by what clocks may differ, from that,
 * and so none of those revoked.
 */
export function issueTime({ refusedBefore }: AppDocument, at: Date): Date {
  const before = instantOf(refusedBefore ?? "1970-01-01T00:00:00Z");
  return before > at.getTime() ? new Date(before) : at;
}
