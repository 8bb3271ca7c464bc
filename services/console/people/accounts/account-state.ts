import type { Account, BoundCertificate } from "../../../../proto/gen/ecert/identity/v1/account_pb.ts";
import type { ShownState } from "../../shell/state-mark.tsx";

const DISABLED: ShownState = { text: ["已停用", "Disabled"], shape: "○", tone: "ended" };
const NO_CERTIFICATE: ShownState = { text: ["无登录证书", "No certificate"], shape: "◌", tone: "waiting" };
const ACTIVE: ShownState = { text: ["可以登录", "May sign in"], shape: "●", tone: "good" };

/** How an account stands. */
export function shownAccountState({ disabled, certificates }: Pick<Account, "disabled" | "certificates">): ShownState {
  if (disabled) return DISABLED;
  return certificates.length === 0 ? NO_CERTIFICATE : ACTIVE;
}

/** When the last of somebody's certificates ends (RFC 3339): none signs in after it. Absent where there is none. */
export function lastEnd(certificates: readonly BoundCertificate[]): string | undefined {
  return certificates
    .map(({ expires }) => expires)
    .sort()
    .at(-1);
}
