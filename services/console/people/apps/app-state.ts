import type { App, AppSecret } from "../../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { instantOf } from "../../../domain/instant.ts";
import type { ShownState } from "../../shell/state-mark.tsx";

const DISABLED: ShownState = { text: ["已停用", "Disabled"], shape: "○", tone: "ended" };
const ENABLED: ShownState = { text: ["可以调用", "May call"], shape: "●", tone: "good" };

/** How an app stands. */
export function shownAppState({ disabled }: Pick<App, "disabled">): ShownState {
  return disabled ? DISABLED : ENABLED;
}

/** The secrets that an app still has: in the place of those that were revoked the node tells one that has ended and nobody knows. */
export function goodSecrets({ secrets }: Pick<App, "secrets">, now: Date): AppSecret[] {
  return secrets.filter(({ ends }) => ends === "" || instantOf(ends) > now.getTime());
}
