import { CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { STATES } from "../certificates/state.ts";
import type { ShownState } from "../shell/state-mark.tsx";

/** How a state in one word, as lives tell it, is shown: as on the pages of certificates. */
export function lifeState(word: string): ShownState {
  const state = CertificateState[word.toUpperCase() as keyof typeof CertificateState];
  return STATES[state] ?? { text: [word, word], shape: "?", tone: "ended" };
}
