import type { Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";

type PresentationReason = Extract<Reason, `PRESENTATION_${string}`>;

const AGAIN = "ask the holder to show the certificate again";
const AGAIN_ZH = "请持证主体重新亮证";

/** The refusal of a code that this node has not given out, or not to the caller. */
export function unknownPresentation(field = "presentation"): Refusal {
  return refused("PRESENTATION_UNKNOWN", "no such presentation", "该节点没有这个亮证码", { field });
}

/** The refusal of one whose 60 seconds are over. */
export function expiredPresentation(expiresAt: string): Refusal {
  const metadata = { expires_at: expiresAt };
  return refused("PRESENTATION_EXPIRED", `it ended at ${expiresAt}`, `亮证码已于${expiresAt}过期`, { metadata });
}

/** The refusal of one that its holder has taken back. */
export function withdrawnPresentation(at: string): Refusal {
  const metadata = { withdrawn_at: at };
  return refused("PRESENTATION_WITHDRAWN", `the holder withdrew it at ${at}`, `持证主体已于${at}撤回`, { metadata });
}

/** The refusal of one that another request has redeemed. */
export function spentPresentation(at: string, field = "presentation"): Refusal {
  const metadata = { redeemed_at: at };
  return refused("PRESENTATION_SPENT", `it was redeemed at ${at}`, `亮证码已于${at}被使用`, { field, metadata });
}

function refused(
  reason: PresentationReason,
  description: string,
  told: string,
  { field = "presentation", metadata = {} }: { field?: string; metadata?: Record<string, string> },
): Refusal {
  const fields = [
    { field, description, remedy: REMEDY[field] ?? AGAIN, localized: `${told}，${LOCALIZED[field] ?? AGAIN_ZH}` },
  ];
  return new Refusal(reason, `${field}: ${description}`, { fields, metadata });
}

/** What the holder can do, who names a presentation by its id. */
const REMEDY: Record<string, string> = {
  presentation_id: "take the id that CreatePresentation gave at this node; ListUses tells who has redeemed one",
};
const LOCALIZED: Record<string, string> = {
  presentation_id: "请填写本节点CreatePresentation给出的标识；由谁使用见ListUses",
};
