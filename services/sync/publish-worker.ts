import type { Body, FormerSuperior, IssuingRight } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { encodeRiceSet, type RiceSet } from "../domain/rice-set.ts";
import { serveJobs } from "../threads/serve-jobs.ts";
import { registerText } from "../trust/issuer-register.ts";
import { bodiesOf } from "./register-bodies.ts";

/* Entry of the thread that puts together what a province publishes: of ten million certificates it takes its time. */

/** Numbers of a status bundle to code; or what the province has confirmed, to make a register of, in pages of JSON. */
export type PublishJob =
  | { numbers: BigUint64Array }
  | { publisher: string; builtAt: string; bodies: string[]; rights: string[] };

export type PublishAnswer = { set: RiceSet } | { text: Uint8Array; bodies: number };

/** The members of bodies and rights that a register is made of. */
export interface RegisterBody extends Pick<Body, "code" | "superiorCode" | "node"> {
  /** Oldest first. */
  former?: Pick<FormerSuperior, "superiorCode" | "until">[];
}
export type RegisterRight = Pick<
  IssuingRight,
  "departmentCode" | "itemCode" | "typeCode" | "node" | "since" | "until" | "forUnits"
>;

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
