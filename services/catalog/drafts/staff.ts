import type { Actor, StaffActor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";

/** The person who takes a step; nobody but staff has a part in a procedure. */
export function personOf(caller: Actor): StaffActor {
  if (caller.kind === "staff") return caller;
  const localizedDetail = "目录草案由工作人员登录后办理";
  throw new Refusal("PERMISSION_DENIED", "drafts are the work of people: sign in", { localizedDetail });
}
