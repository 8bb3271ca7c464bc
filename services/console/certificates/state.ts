import { CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { ShownState } from "../shell/state-mark.tsx";

/** States of certificates, in the order of their life. */
export const STATES: Readonly<Record<number, ShownState>> = {
  [CertificateState.MAKING]: { text: ["制证中", "Being made"], shape: "◌", tone: "waiting" },
  [CertificateState.MADE]: { text: ["已制证未签发", "Made, not issued"], shape: "◔", tone: "waiting" },
  [CertificateState.ISSUED]: { text: ["已签发", "Issued"], shape: "●", tone: "good" },
  [CertificateState.SUSPENDED]: { text: ["已暂扣", "Suspended"], shape: "◐", tone: "waiting" },
  [CertificateState.REVOKED]: { text: ["已注销", "Revoked"], shape: "✕", tone: "bad" },
  [CertificateState.SUPERSEDED]: { text: ["已换发", "Replaced"], shape: "○", tone: "ended" },
  [CertificateState.DISCARDED]: { text: ["已废弃", "Discarded"], shape: "○", tone: "ended" },
};

/** How a state is shown; one that this page does not know bears its number. */
export function shownState(state: CertificateState): ShownState {
  return STATES[state] ?? { text: [`状态 ${state}`, `State ${state}`], shape: "?", tone: "ended" };
}
