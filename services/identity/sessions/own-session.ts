import { sessionEnded } from "../../call/chain/sessions.ts";
import type { Actor } from "../../domain/actor.ts";

/** The session in which a member of staff calls. */
export function ownSessionOf(caller: Actor): string {
  if (caller.kind === "staff" && caller.session !== undefined) return caller.session;
  throw sessionEnded();
}
