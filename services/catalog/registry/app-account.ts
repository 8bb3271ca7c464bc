import type { App } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { quotaOf } from "../apps/quota.ts";
import type { CatalogContext } from "../context.ts";
import type { RegistryDocument } from "../stored/records.ts";
import { speaksFor } from "./departments.ts";

/** Refuses an app that gets no token whatever it proves. */
export async function requireServed(context: CatalogContext, app: App): Promise<void> {
  if (app.disabled) {
    throw new Refusal("CREDENTIAL_REFUSED", "the app is disabled; ask the node's operator", {
      localizedDetail: "应用已被停用，请联系节点运维",
    });
  }
  if (await speaksFor(context, app)) return;
  const message = "the app names a department of another node; ask the node's operator";
  throw new Refusal("CREDENTIAL_REFUSED", message, { localizedDetail: "应用所属部门属于另一节点，请联系节点运维" });
}

/** Refuses (`PERMISSION_DENIED`) what is asked as an app that was disabled: its tokens end by themselves, but staff who work as a console have none. */
export function requireInUse({ key, disabled }: Pick<App, "key" | "disabled">): void {
  if (!disabled) return;
  throw new Refusal("PERMISSION_DENIED", `app ${key} is disabled; ask the node's operator`, {
    metadata: { app_key: key },
    localizedDetail: `应用${key}已被停用，请联系节点运维`,
  });
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
export function issueTime({ refusedBefore }: RegistryDocument, at: Date): Date {
  const before = instantOf(refusedBefore ?? "1970-01-01T00:00:00Z");
  return before > at.getTime() ? new Date(before) : at;
}
