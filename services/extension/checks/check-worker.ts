import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import { serveJobs } from "../../base/serve-jobs.ts";
import type { Check, CheckedOrder, OrderFault } from "./contract.ts";

/* Entry of a thread that runs one check of an extension. */

const { check } = (await import(pathToFileURL(workerData as string).href)) as { check?: Check };
if (typeof check !== "function") throw new TypeError(`${workerData} exports no function check`);

serveJobs<CheckedOrder, readonly OrderFault[]>(async (order) => {
  const faults: unknown = await check(order);
  if (!Array.isArray(faults)) throw new TypeError("check gives no list");
  return faults.map(({ pointer, description, remedy, localized }) => ({
    ...{ pointer: String(pointer ?? ""), description: String(description ?? "") },
    ...{ remedy: String(remedy ?? ""), localized: String(localized ?? "") },
  }));
});
