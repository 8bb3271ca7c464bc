import { hasEnded } from "./matter.ts";
import type { Halt } from "./opening-controls.ts";
import { type FieldViolation, Refusal } from "./refusal.ts";

/** What a matter says of using certificates (事项用证, 6.4.6.1), as far as it decides whether an app may. */
export interface UsageOpening {
  /** Code of the matter. */
  code: string;
  /** Apps that may use certificates for it. */
  appKeys: readonly string[];
  disabled: boolean;
  halt?: Halt | undefined;
  /** Items that it may use; none: use is not enabled. */
  items: readonly unknown[];
  /** First and last day of use, `yyyy-MM-dd`; empty: never, and no end yet. */
  enabledOn: string;
  closesOn: string;
  /** Day from which it is no matter any more, `yyyy-MM-dd`; empty: it has not ended. */
  endedOn: string;
}

/** Whether any app may use certificates for a matter on a day. */
export function isUsable(matter: UsageOpening, day: string): boolean {
  const [app] = matter.appKeys;
  return app !== undefined && objection(matter, app, day) === undefined;
}

/**
 * Decides whether an app may use certificates for a matter on a day. Throws `PERMISSION_DENIED` for an app that does not handle it, and
 * `MATTER_NOT_OPENED` where it is disabled, has ended, is suspended, withdrawn, not enabled, before its first day or after its last one.
 */
export function admitUse(matter: UsageOpening, app: string, day: string): void {
  const told = objection(matter, app, day);
  if (!told) return;
  const { reason, ...field } = told;
  throw new Refusal(reason, `${told.description}: ${told.remedy}`, {
    fields: [{ field: "context.matter_code", ...field }],
    metadata: { matter_code: matter.code, app_key: app, ...(matter.halt && { since: matter.halt.since }) },
  });
}

type Told = Pick<Required<FieldViolation>, "description" | "remedy" | "localized"> & {
  reason: "PERMISSION_DENIED" | "MATTER_NOT_OPENED";
};

function objection(matter: UsageOpening, app: string, day: string): Told | undefined {
  const { code, halt, enabledOn, closesOn } = matter;
  if (!matter.appKeys.includes(app)) {
    return {
      reason: "PERMISSION_DENIED",
      description: `app ${app} does not handle matter ${code}`,
      remedy: "name a matter that the app handles, or ask the node's operator to let it (PutMatter)",
      localized: `应用${app}不办理事项${code}，请填写该应用办理的事项，或请节点运维授权`,
    };
  }
  const closed = (description: string, remedy: string, localized: string): Told => ({
    reason: "MATTER_NOT_OPENED",
    description: `matter ${code} ${description}`,
    remedy,
    localized: `事项${code}${localized}`,
  });
  if (matter.disabled) {
    const remedy = "ask the node's operator to enable it again (PutMatter)";
    return closed("is disabled", remedy, "已被停用，请节点运维重新启用");
  }
  if (hasEnded(matter, day)) {
    const remedy = "name a matter of the department's list as it is now";
    return closed(`has ended on ${matter.endedOn}`, remedy, `已于${matter.endedOn}终止，请填写现行事项清单中的事项`);
  }
  if (halt?.kind === "suspended") {
    const description = `may not use certificates for now: suspended (${halt.cause})`;
    return closed(description, "wait until it is resumed", `的用证已暂停（${halt.cause}），请待恢复后办理`);
  }
  if (halt) {
    const description = `may not use certificates any more: withdrawn (${halt.cause})`;
    return closed(description, "ask for a new opening", `的用证已撤回（${halt.cause}），请重新申请开通`);
  }
  if (matter.items.length === 0 || enabledOn === "") {
    const remedy = "ask the node's operator to enable 事项用证 for it (PutMatter)";
    return closed("may not use certificates", remedy, "未启用用证，请节点运维为其开通事项用证");
  }
  if (enabledOn > day) {
    const description = `may not use certificates before ${enabledOn}`;
    return closed(description, "wait for that day", `自${enabledOn}起启用用证，请届时办理`);
  }
  if (closesOn !== "" && closesOn < day) {
    const description = `might use certificates until ${closesOn}`;
    return closed(description, "ask for a new opening", `的用证已于${closesOn}截止，请重新申请开通`);
  }
  return undefined;
}
