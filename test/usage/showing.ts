import { randomUUID } from "node:crypto";
import type { HolderActor } from "../../services/domain/actor.ts";
import type { Refusal } from "../../services/domain/refusal.ts";
import { identifierOf } from "../fixtures/signed-record.ts";
import { caller, context, HOLDER, PROVIDER, type UsageScene } from "./scene.ts";

/** The holder who shows certificates, signed in at {@link PROVIDER}, and another one. */
export const me: HolderActor = { kind: "holder", ...HOLDER, provider: PROVIDER };
export const other: HolderActor = { ...me, name: "李试验", code: "440106199003071231", codeType: "111" };

/** The certificate that is shown, for `scene.record("own-1")`. */
export const identifier = identifierOf("own-1");

/** Shows the certificate in a scene. */
export function show(scene: UsageScene, fields: string[] = ["name"], tellsHolder = false) {
  return scene.holder(me).createPresentation({ identifier, fields, tellsHolder });
}

/** Redeems a presentation in a scene, in the context of these tests but for what is changed in it. */
export function redeem(
  scene: UsageScene,
  presentation: string,
  { as = caller, requestId = randomUUID() as string, ...change } = {},
) {
  return scene.usage(as).redeemPresentation({ requestId, presentation, context: { ...context, ...change } });
}

/** Reason of a refusal, or `good`. */
export function reasonOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "good",
    (error: Refusal) => error.reason,
  );
}

/** Lines of a scene's evidence of one kind. */
export function linesOf({ environment }: UsageScene, kind: string) {
  return environment.evidence.filter((line) => line.kind === kind);
}
