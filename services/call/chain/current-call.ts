import { AsyncLocalStorage } from "node:async_hooks";
import { callerName } from "./caller.ts";
import type { CallContext } from "./service.ts";

const calls = new AsyncLocalStorage<CallContext>();

/** Serves a call so that whatever its handler does can tell for whom; see {@link calledBy}. */
export function duringCall<T>(call: CallContext, serve: () => T): T {
  return calls.run(call, serve);
}

/**
 * For whom something is done, for records of it, and never for deciding: the number of the unary call that is being served, its caller in one word, and
 * of apps and staff the department. `undefined` in streams and in what a process does unasked. Names no person's code.
 */
export function calledBy(): { id: string; by: string; department?: string; division?: string } | undefined {
  const call = calls.getStore();
  if (!call) return undefined;
  const { caller, requestId: id } = call;
  const by = callerName(caller);
  if (caller.kind === "staff") return { id, by, department: caller.department, division: caller.division };
  return caller.kind === "app" ? { id, by, department: caller.department } : { id, by };
}
