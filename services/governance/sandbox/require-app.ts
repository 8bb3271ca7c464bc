import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import type { Sandbox } from "./open-sandbox.ts";
import type { SandboxAppDocument } from "./sandbox-records.ts";

/**
 * What is known of the app that a call asks about, once all that it has sent is written. Refuses with `UNIMPLEMENTED` in production, and
 * with `APP_UNKNOWN` for an app that has sent nothing, or is another department's: nobody is told which.
 */
export async function requireSandboxApp(
  context: GovernanceContext,
  asked: string,
  call: CallContext,
): Promise<{ app: SandboxAppDocument; sandbox: Sandbox }> {
  const { sandbox, runtime } = context;
  if (!sandbox) {
    throw new Refusal("UNIMPLEMENTED", `node ${runtime.config.node.code} is no sandbox: ask the sandbox itself`, {
      localizedDetail: "本节点不是沙箱，请向沙箱查询",
    });
  }
  const { caller } = call;
  const key = asked === "" && caller.kind === "app" ? caller.app : asked;
  if (key === "") {
    const remedy = "name the AppKey that the system has in the sandbox";
    throw refuseField("INVALID_FIELD", "app_key", "is missing", remedy, "缺少AppKey，请填写系统在沙箱中的AppKey");
  }
  await sandbox.recorder.settled();
  const app = caller.kind === "app" && caller.app !== key ? undefined : await sandbox.records.apps.get(key);
  if (app && (await mayLook(context, app, call))) return { app, sandbox };
  const remedy = "send a call with its token first, or check the AppKey";
  throw refuseField(
    "APP_UNKNOWN",
    "app_key",
    `no call of ${key} has come`,
    remedy,
    "沙箱未收到该应用的调用，请先调用，或核对AppKey",
  );
}

/** Whose department serves which division the registry knows; only a management body's reach goes by it. */
async function mayLook({ registry }: GovernanceContext, { department }: SandboxAppDocument, call: CallContext) {
  const { reach } = call;
  if (reach.kind !== "division") return isWithinReach(reach, { department, division: "" });
  const found = await registry.getDepartment({ code: department }, onBehalf(call));
  return isWithinReach(reach, { department, division: found.department?.division ?? "" });
}
