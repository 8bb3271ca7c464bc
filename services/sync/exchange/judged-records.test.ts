import { expect, onTestFinished, test } from "vitest";
import { CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { changed, daysAgo, makeCertificate } from "../../../test/sync/records.ts";
import type { Department } from "../../../test/trust/department.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { openArchive } from "../archive/archive.ts";
import { createIntake } from "../archive/intake.ts";
import type { Ask } from "../ask/ask.ts";
import { openForks } from "../forks/forks.ts";
import { createJudgedRecords } from "./judged-records.ts";

const CITY = "440100";

test("5.8.3: a city that answers with a forged revision 1 while its revision 2 arrives is not believed: what was judged is shown", async () => {
  const { runtime, close } = await openTestRuntime({ service: "sync", code: "440000" });
  onTestFinished(close);
  const archive = await openArchive(runtime);
  const signer = { signDigest: () => new Uint8Array([1]) } as unknown as Department;
  const { record } = makeCertificate(signer, { node: CITY, name: "g-1", issuedAt: daysAgo(2) });
  const second = changed(record, CertificateState.SUSPENDED, daysAgo(1));
  const forged = { ...record, name: "别的证照", holders: record.holders.map((one) => ({ ...one, code: "forged" })) };
  const hostile: Ask = {
    async one<T>() {
      await archive.keep(second, runtime.now(), async () => true);
      return { record: forged } as T;
    },
    all: async () => [],
  };
  // Without a judge the intake refuses whatever it would have to judge.
  const forks = await openForks(runtime, archive, []);
  const intake = createIntake(runtime, archive, undefined, forks);
  const records = createJudgedRecords({ archive, intake, ask: hostile, forks, now: runtime.now });
  const told = { ...forged, revision: 1n };
  const shown = await records.behind(CITY, told, undefined, {} as CallContext);
  expect(shown).toMatchObject({ name: second.name, revision: 2n, state: CertificateState.SUSPENDED });
  expect(shown?.holders).toMatchObject([{ code: record.holders[0]?.code }]);
});
