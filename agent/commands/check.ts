import { Refusal } from "../../services/domain/refusal.ts";
import { print } from "./arguments.ts";

/** How one check went. `remedy` tells what to do where it is not `ok`. */
export interface Check {
  name: string;
  outcome: "ok" | "warn" | "fail";
  detail: string;
  remedy?: string;
}

/** Collects checks and shows each as it is made. */
export interface CheckList {
  add(check: Check): void;
  /** Runs a check; what it throws is its failure. */
  attempt(name: string, remedy: string, check: () => Promise<Omit<Check, "name">>): Promise<void>;
  readonly checks: readonly Check[];
  /** No check failed. */
  passed(): boolean;
}

/** Makes a list; `silent` where the caller prints all of it as JSON. */
export function createCheckList(silent: boolean): CheckList {
  const checks: Check[] = [];
  const add = (check: Check) => {
    checks.push(check);
    if (silent) return;
    const remedy = check.remedy && check.outcome !== "ok" ? `\n       → ${check.remedy}` : "";
    print(`${check.outcome.padEnd(4)}  ${check.name}: ${check.detail}${remedy}`);
  };
  return {
    add,
    async attempt(name, remedy, check) {
      try {
        add({ name, ...(await check()) });
      } catch (error) {
        const detail = error instanceof Refusal || error instanceof Error ? error.message : String(error);
        add({ name, outcome: "fail", detail, remedy });
      }
    },
    checks,
    passed: () => checks.every(({ outcome }) => outcome !== "fail"),
  };
}
