import { writeFileSync } from "node:fs";

/**
 * Vitest reporter that writes what `tests.mjs` judges: per file its tests by outcome, and what went wrong outside of
 * tests. Vitest's own JSON report leaves the latter out.
 */
// Vitest loads a reporter's default export; there is no other way.
// biome-ignore lint/style/noDefaultExport: required by the tool
export default class Report {
  onTestRunEnd(modules, errors) {
    const files = modules.map((module) => {
      const tests = [...module.children.allTests()].map((each) => ({
        name: each.fullName,
        state: each.result().state,
      }));
      const named = (state) => tests.filter((each) => each.state === state).map(({ name }) => name);
      const skipped = named("skipped").length;
      // A file whose process died under it has tests without an outcome; to Vitest it did not fail.
      const ok = module.ok() && tests.length > 0 && named("pending").length === 0;
      return { name: module.moduleId, ok, passed: named("passed").length, failed: named("failed"), skipped };
    });
    writeFileSync(process.env.ECERT_TEST_REPORT, JSON.stringify({ files, errors: errors.map(told) }));
  }
}

/** An error outside of tests; `died` where a worker's process ended under a file, which then has no outcome. */
function told({ message, stack, cause }) {
  const why = cause?.message ?? "";
  return { died: why.includes("Worker exited unexpectedly"), text: [message, why, stack].filter(Boolean).join("\n") };
}
