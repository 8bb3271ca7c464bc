import { consoleApp, type Officer } from "../../domain/console-app.ts";
import { Refusal } from "../../domain/refusal.ts";
import { callerName } from "./caller.ts";
import type { CallContext } from "./service.ts";

/** The app as which somebody calls. */
export interface CallingApp {
  /** AppKey. */
  app: string;
  /** Unified social credit code of its department. */
  department: string;
  /** Who works on screen. Absent: a system calls, with a token of its own. */
  officer?: Officer;
}

/** The app that calls: its own, or for staff the console of their department. Throws `PERMISSION_DENIED` where somebody else does. */
export function appOf({ caller, method }: Pick<CallContext, "caller" | "method">): CallingApp {
  if (caller.kind === "app") return { app: caller.app, department: caller.department };
  if (caller.kind === "staff") {
    const { node, department, account, name } = caller;
    return { app: consoleApp(node, department), department, officer: { account, name } };
  }
  throw new Refusal("PERMISSION_DENIED", `${method} is for apps and staff`);
}

/** The member of staff who calls, as lines of evidence name one (5.9.5); nothing where a system does. */
export function actorIn({ caller }: Pick<CallContext, "caller">): { actor?: string } {
  return caller.kind === "staff" ? { actor: callerName(caller) } : {};
}
