import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { IssuerService } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { openProvince } from "../../../test/fixtures/catalog.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { directClient, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { RunningService } from "../../node/runtime.ts";
import { catalogService } from "../main.ts";
import { EVER } from "./node-keys.ts";

describe.each(await bothEngines())("on $name", (engine) => {
  let province: TestRuntime;
  let running: RunningService;

  beforeEach(async () => {
    const opened = await openProvince(engine);
    ({ test: province, running } = opened);
    return opened.close;
  });

  const issuers = () => directClient(running, IssuerService);
  const terms = () => directClient(running, TermsService);

  describe("5.9.2: the province lists the keys of nodes", () => {
    const raw = () =>
      Buffer.from(generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? "", "base64url");

    test("its own and its peers' configured ones by itself, from the beginning on", async () => {
      const { keys } = await terms().listNodeKeys({});
      expect(keys.map(({ node, since, until }) => [node, since, until])).toEqual([
        ["440000", EVER, ""],
        ["440100", EVER, ""],
        ["440300", EVER, ""],
      ]);
      expect(Buffer.from(keys[0]?.publicKey ?? [])).toEqual(Buffer.from(province.runtime.nodeKey.publicKey));
    });

    test("a key that is configured later from then on, beside the one before, which stays for what it signed", async () => {
      await running.stop();
      const [configured] = [raw()];
      const runtime = {
        ...province.runtime,
        nodePublicKey: (node: string) => (node === "440100" ? configured : province.runtime.nodePublicKey(node)),
      };
      running = await catalogService.start(runtime);
      const keys = (await terms().listNodeKeys({})).keys.filter(({ node }) => node === "440100");
      expect(keys).toMatchObject([{ since: EVER }, { since: "2026-06-15T04:00:00.000Z", until: "" }]);
      expect(Buffer.from(keys[1]?.publicKey ?? [])).toEqual(configured);
    });

    test("a key that is put stands beside them, ends and is told lost; the same again changes nothing", async () => {
      const key = { node: "440100", publicKey: raw(), since: "2026-07-01T08:00:00+08:00" };
      for (let again = 0; again < 2; again++) await issuers().putNodeKey({ key });
      const until = "2026-08-01T00:00:00Z";
      const { keys } = await issuers().putNodeKey({ key: { ...key, until, compromised: true } });
      expect(keys).toMatchObject([
        { since: EVER },
        { since: "2026-07-01T00:00:00.000Z", until: "2026-08-01T00:00:00.000Z", compromised: true },
      ]);
      const back = issuers().putNodeKey({ key });
      await expect(back).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "key.compromised" }] });
      expect(
        province.evidence.filter(({ kind, body }) => kind === "node-key-put" && body.until === undefined),
      ).toHaveLength(4);
    });

    test("what is no key, no time or turned round is refused by field", async () => {
      const key = { node: "440100", publicKey: raw(), since: "2026-07-01T00:00:00Z" };
      const refused = (more: object) => issuers().putNodeKey({ key: { ...key, ...more } });
      await expect(refused({ publicKey: new Uint8Array(32) })).rejects.toMatchObject({
        fields: [{ field: "key.public_key" }],
      });
      await expect(refused({ since: "2026-02-30T00:00:00Z" })).rejects.toMatchObject({
        fields: [{ field: "key.since" }],
      });
      await expect(refused({ until: "2026-06-30T00:00:00Z" })).rejects.toMatchObject({ reason: "DATE_RANGE_INVALID" });
      expect((await terms().listNodeKeys({})).keys).toHaveLength(3);
    });
  });
});
