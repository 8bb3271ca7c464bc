import type { AppActor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CallContext } from "./service.ts";

/** The app that calls, for methods whose permission admits apps only. Throws `PERMISSION_DENIED` where somebody else does. */
export function appOf({ caller, method }: CallContext): AppActor {
  if (caller.kind === "app") return caller;
  throw new Refusal("PERMISSION_DENIED", `${method} is for apps`);
}
