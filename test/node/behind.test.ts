import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { catalogService } from "../../services/catalog/main.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { identityService } from "../../services/identity/main.ts";
import { issueService } from "../../services/issue/main.ts";
import type { RunningService, ServiceModule } from "../../services/node/runtime.ts";
import type { NodeStanding } from "../../services/node/standing.ts";
import { NO_FORMER_APPS } from "../fixtures/core.ts";
import { openTestRuntime, type TestRuntime, testCall } from "../fixtures/runtime.ts";

const BEHIND: NodeStanding = {
  current: () => "behind",
  first: async () => {},
  require: async () => {
    throw new Refusal("NODE_BEHIND", "this node was started from an older copy");
  },
};

/** Not a read, and yet it gives out nothing new. */
const GIVES_NOTHING = new Set(["ecert.catalog.v1.CatalogService/PreviewFace"]);

const writesOf = (services: readonly (typeof CatalogService | typeof IssueService)[]) =>
  services
    .flatMap(({ methods }) => [...methods])
    // The elements of a batch are calls of these, each through the whole chain.
    .filter(({ methodKind }) => methodKind === "unary")
    .filter(({ idempotency }) => idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS)
    .map((method) => [`${method.parent.typeName}/${method.name}`, method] as const)
    .filter(([name]) => !GIVES_NOTHING.has(name));

const CASES = [
  { module: catalogService, services: [CatalogService, RegistryService, IssuerService] },
  { module: identityService, services: [AppService] },
  { module: issueService, services: [IssueService] },
] as unknown as { module: ServiceModule; services: (typeof CatalogService)[] }[];

describe.each(CASES)("while the node is an older copy, the $module.name service", ({ module, services }) => {
  let house: TestRuntime;
  let running: RunningService;
  let removed = () => {};
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), "ecert-behind-"));
    removed = () => rmSync(directory, { recursive: true });
    const anchor = join(directory, "ca.pem");
    writeFileSync(anchor, createAuthority(join(directory, "authority")).certificates.root);
    const config = { signers: { anchorFiles: [anchor] } };
    const clients = NO_FORMER_APPS;
    house = await openTestRuntime({ service: module.name, role: "province", code: "440000", config, clients });
    running = await module.start({ ...house.runtime, standing: BEHIND });
  });
  afterAll(async () => {
    await running.stop();
    await house.close();
    removed();
  });

  test.each(writesOf(services))("serves no %s", async (_name, { parent, localName, input }) => {
    const mounted = running.services.find(({ descriptor }) => descriptor.typeName === parent.typeName);
    const handler = mounted?.handlers[localName] as (message: unknown, call: unknown) => Promise<unknown>;
    await expect(handler(create(input), testCall())).rejects.toMatchObject({ reason: "NODE_BEHIND" });
  });
});
