import type { Device } from "../../agent/device/device.ts";
import { createFaceCheck } from "../../agent/face-check.ts";
import { openMemory } from "../../agent/memory.ts";
import { createOfficerLists } from "../../agent/officer-lists.ts";
import { loadPolicy } from "../../agent/policy.ts";
import { createRateLimit } from "../../agent/rate-limit.ts";
import { createJobSigner, type JobSigner, type SignerParts } from "../../agent/sign-job.ts";
import { createRenderPool } from "../../services/document/render-pool.ts";
import { UNWATCHED } from "../../services/host/clock-watch.ts";
import { openJournal } from "../../services/journal/journal.ts";
import { type AgentHouse, NODE } from "./agent-house.ts";

/** The signer of an agent as the daemon makes it, with its journal, in this process. */
export interface TestSigner {
  sign: JobSigner;
  parts: SignerParts;
  close(): Promise<void>;
}

/** Starts the signer of an agent with the policy as it stands on disk, over a journal in `directory`. */
export async function startSigner(
  house: AgentHouse,
  { device, directory, ...changes }: { device: Pick<Device, "sign">; directory: string } & Partial<SignerParts>,
): Promise<TestSigner> {
  const now = changes.now ?? (() => new Date());
  const pool = createRenderPool({ threads: 0 });
  const faces = createFaceCheck(pool);
  const journal = await openJournal({ directory, name: "agent", now });
  const log = { error: () => undefined, warn: () => undefined };
  const memory = await openMemory({ ...house.keys, journalDirectory: directory, journal, faces, log }).catch(
    async (error: unknown) => {
      await journal.close();
      throw error;
    },
  );
  memory.hold(house.assets);
  const { catalog, nodeKeys, serials } = memory;
  const policy = loadPolicy(house.policyFile);
  const told = { error: log.error, warn: log.warn, info: () => undefined };
  const officers = createOfficerLists({ ...policy, node: NODE, index: memory.index, journal, now, log: told });
  await officers.look();
  const parts: SignerParts = {
    node: NODE,
    policy,
    ...{
      officers,
      device,
      journal,
      faces,
      catalog,
      nodeKeys,
      serials,
      rate: createRateLimit(() => now().getTime()),
      clockSkewSeconds: 30,
      clock: UNWATCHED,
      now,
      log,
    },
    onOutcome: () => undefined,
    ...changes,
  };
  return {
    sign: createJobSigner(parts),
    parts,
    async close() {
      await journal.close();
      memory.close();
      await pool.close();
    },
  };
}
