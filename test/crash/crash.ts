import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pdfsig } from "../../ops/demo/outside.ts";
import type { TrialStore } from "../../ops/trial/core.ts";
import { archiveEqual, replicated } from "../../ops/trial/links.ts";
import { EDITION, LINGHAI } from "../../ops/trial/plan.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { SET_ASIDE } from "../../services/event/set-aside-row.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import {
  badSignatures,
  cmsDigest,
  readAgentJournals,
  readEvidence,
  repeated,
  storedCertificates,
  storeOf,
} from "./left.ts";
import { blowsOf, type CrashPlan, crash, type Load, startLoad } from "./run.ts";
import { RECOVERY_MS, type Struck } from "./strikes.ts";
import { crashTable } from "./table.ts";
import { doomed } from "./targets.ts";

/** Names of the issue service's states, as documents hold them. */
const STATES: Partial<Record<CertificateState, string>> = {
  [CertificateState.ISSUED]: "issued",
  [CertificateState.REVOKED]: "revoked",
  [CertificateState.SUSPENDED]: "suspended",
  [CertificateState.SUPERSEDED]: "superseded",
};

const rowsOf = (list: readonly { row: string }[]) => [...new Set(list.map(({ row }) => row))];

/** Kills what the plan names of the crash table under load, then looks at what is left, in this order. */
export function describeCrash(store: TrialStore, plan: CrashPlan): void {
  const { kills, seed } = plan;
  const blows = blowsOf(plan);
  describe(`the crash table on ${store.engine}: ${kills} kills, seed ${seed}`, () => {
    const directory = mkdtempSync(join(tmpdir(), "ecert-crash-"));
    const struck: Struck[] = [];
    let trial: Trial;
    let load: Load;
    let documents: CertificateDocument[];
    const acknowledged = () => load.issuers.flatMap((issuer) => [...issuer.acknowledged]);

    beforeAll(async () => {
      trial = await startTrial({ directory, layout: "one", store, program: doomed });
      load = startLoad(trial, seed);
    });
    afterAll(async () => {
      load?.close();
      await trial?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    test(
      "under load, work goes on after every kill",
      async () => {
        const before = performance.now();
        await crash(trial, load, plan, struck).finally(() => {
          const seconds = ((performance.now() - before) / 1000).toFixed(0);
          process.stdout.write(`${store.engine}, seed ${seed}, ${seconds} s\n${crashTable(struck)}\n`);
        });
        expect(struck.filter(({ recoveredMs }) => recoveredMs === undefined)).toEqual([]);
        expect(struck.length).toBeGreaterThanOrEqual(kills);
        if (kills >= blows.length) expect(rowsOf(blows).filter((row) => !rowsOf(struck).includes(row))).toEqual([]);
      },
      // Ends what hangs, and nothing that is slow.
      RECOVERY_MS + 30_000 * kills,
    );

    test("every unanswered call finishes when it is repeated, and no answer contradicts another", async () => {
      const left = await load.finish();
      const answered = new Map(acknowledged());
      expect(left.filter((serial) => !answered.has(serial))).toEqual([]);
      expect(load.issuers.flatMap(({ contradictions }) => contradictions)).toEqual([]);
      const { counts, wrong } = load.user;
      const met = JSON.stringify(Object.fromEntries(load.faults.met));
      process.stdout.write(
        `${answered.size} certificates acknowledged, ${left.length} of them by repetition at the end; ` +
          `${counts.right} verdicts from the issuer, ${counts.standBy} from the archive; refusals met: ${met}\n`,
      );
      expect(counts.right).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
      expect(load.faults.wrong).toEqual([]);
    }, 120_000);

    test("4.6.2 all events were confirmed, and all archives are equal without a repair", async () => {
      const { linghai, edition, pengwan } = trial.cores;
      for (const core of [linghai, edition, pengwan]) {
        await replicated(trial, core, 120_000);
        expect(await archiveEqual(trial, core)).toMatchObject({ equal: true, repaired: 0n });
        const operator = trial.operators.get(core.node.code);
        const { links } = (await operator?.client(LinkService, core.mesh.sync?.[0] ?? "").getLinks({})) ?? {};
        expect(links).toMatchObject([{ lastConfirmed: links?.[0]?.lastSent }]);
      }
    }, 300_000);

    test("every acknowledged certificate can be fetched, and pdfsig finds a sample of them valid", async () => {
      for (const { connector, acknowledged } of load.issuers) {
        let count = 0;
        for (const [serial, { answer }] of acknowledged) {
          const { content } = await connector.issuing.face(serial);
          expect(sha256Hex(content), serial).toBe(answer.pdfSha256);
          if (count++ % Math.ceil(acknowledged.size / 3) !== 0) continue;
          const file = join(directory, `${serial}.pdf`);
          writeFileSync(file, content);
          expect(pdfsig(file)).toMatchObject({ good: true });
        }
      }
    }, 120_000);

    test("no acknowledged certificate is lost or changed, and every serial has exactly one", async () => {
      load.close();
      await trial.stop();
      const nodes = [LINGHAI.code, EDITION.code];
      documents = (await Promise.all(nodes.map((node) => storedCertificates(trial, store, node)))).flat();
      const stored = new Map(documents.map((document) => [document._id, document]));
      for (const [serial, { answer, state }] of acknowledged()) {
        const found = stored.get(answer.identifier);
        expect([found?.businessSerial, found?.number, found?.state]).toEqual([serial, answer.number, STATES[state]]);
        expect(found?.signed?.messageCms).toBe(Buffer.from(answer.messageCms).toString("base64"));
      }
      expect(repeated(documents.map(({ app, businessSerial }) => `${app} ${businessSerial}`))).toEqual([]);
      expect(repeated(documents.map(({ itemCode, number, version }) => `${itemCode} ${number} ${version}`))).toEqual(
        [],
      );
      // Every call was repeated until it was answered: nothing may have stopped half-way.
      expect(documents.filter(({ state }) => state === "making" || state === "made")).toEqual([]);
      expect(documents.filter(({ superseding, pending }) => superseding ?? pending)).toEqual([]);
      expect(badSignatures(trial, documents)).toEqual([]);
    }, 300_000);

    test("5.9.5 every journal and evidence chain holds, and names every signature that was stored", async () => {
      const journals = await readAgentJournals(trial);
      const evidence = await readEvidence(trial);
      expect([...journals.broken, ...evidence.broken]).toEqual([]);
      expect(evidence.chains).toBeGreaterThanOrEqual(15);
      for (const document of documents) {
        const digest = cmsDigest(document);
        expect(journals.signed.get(digest)).toEqual({
          agent: document.signed?.agent,
          entry: document.signed?.journalEntry,
          message: sha256Hex(document.message),
        });
        expect(evidence.signed.has(digest)).toBe(true);
      }
    }, 120_000);

    test("nothing that came was set aside", async () => {
      for (const node of [trial.cores.province.node.code, LINGHAI.code]) {
        const sync = await storeOf(trial, store, node, "sync");
        const setAside = await sync.collection(SET_ASIDE);
        expect(await setAside.count("place", ["inbox"])).toBe(0);
        await sync.close();
      }
    });
  });
}
