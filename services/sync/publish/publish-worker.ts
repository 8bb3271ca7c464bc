import { serveJobs } from "../../base/serve-jobs.ts";
import { encodeRiceSet, type RiceSet } from "../../domain/rice-set.ts";
import { registerText } from "../../trust/issuer-register.ts";
import { bodiesOf, type RegisterBody, type RegisterRight } from "./register-bodies.ts";

/* Entry of the thread that puts together what a province publishes: of ten million certificates it takes its time. */

/** Numbers of a status bundle to code; or what the province has confirmed, to make a register of, in pages of JSON. */
export type PublishJob =
  | { numbers: BigUint64Array }
  | { publisher: string; builtAt: string; bodies: string[]; rights: string[] };

export type PublishAnswer = { set: RiceSet } | { text: Uint8Array; bodies: number };

serveJobs<PublishJob, PublishAnswer>(
  (job) => {
    if ("numbers" in job) return { set: encodeRiceSet(job.numbers) };
    const { publisher, builtAt } = job;
    const confirmed = job.bodies.flatMap((page) => JSON.parse(page) as RegisterBody[]);
    const rights = job.rights.flatMap((page) => JSON.parse(page) as RegisterRight[]);
    const bodies = bodiesOf(confirmed, rights);
    return { text: registerText({ publisher, builtAt, bodies }), bodies: Object.keys(bodies).length };
  },
  (answer) => ["set" in answer ? answer.set.bytes.buffer : answer.text.buffer] as ArrayBuffer[],
);
