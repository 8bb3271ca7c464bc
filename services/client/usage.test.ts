import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { UsableCertificateSchema } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import {
  type ListCertificatesRequest,
  ListCertificatesResponseSchema,
  type RedeemPresentationRequest,
  RedeemPresentationResponseSchema,
} from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Endpoint } from "./endpoint.ts";
import { createFailover } from "./failover.ts";
import type { CheckedOptions } from "./options.ts";
import { createUsageSession } from "./usage.ts";

const COUNT = 450;

function session() {
  const asked: number[] = [];
  const redeemed: RedeemPresentationRequest[] = [];
  const client = {
    createUsageContext: async () => ({ usageCode: "code", expiresAt: new Date(Date.now() + 900_000).toISOString() }),
    redeemPresentation: async (request: RedeemPresentationRequest) => {
      redeemed.push(request);
      if (redeemed.length === 1) throw new Refusal("STORE_AWAY", "its answer was lost");
      return create(RedeemPresentationResponseSchema, { data: { name: "n" } });
    },
    listCertificates: async ({ pageSize, pageToken }: Pick<ListCertificatesRequest, "pageSize" | "pageToken">) => {
      const from = Number(pageToken);
      asked.push(from);
      const certificates = Array.from({ length: Math.min(pageSize, COUNT - from) }, (_, n) =>
        create(UsableCertificateSchema, { identifier: `c-${from + n}` }),
      );
      const nextPageToken = from + pageSize < COUNT ? String(from + pageSize) : "";
      const unreachableNodes = from === 0 ? ["440100"] : ["440100", "440200"];
      return create(ListCertificatesResponseSchema, { certificates, unreachableNodes, nextPageToken });
    },
  };
  const endpoint = { client: () => client, impatient: () => client } as unknown as Endpoint;
  const failover = createFailover({
    hasStandBy: true,
    homeNode: "440300",
    failuresToSwitch: 1,
    probeIntervalMs: 1,
    probe: async () => {},
  });
  return {
    asked,
    redeemed,
    use: createUsageSession({}, { home: endpoint, standBy: endpoint }, failover, {
      timeoutMs: 10_000,
    } as CheckedOptions),
  };
}

test("a list is read to its end, page by page: none of many certificates is cut off, each missing node is told once", async () => {
  const { use, asked } = session();
  const { certificates, unreachableNodes } = await use.list();
  expect(certificates.map(({ identifier }) => identifier)).toEqual(Array.from({ length: COUNT }, (_, n) => `c-${n}`));
  expect(unreachableNodes).toEqual(["440100", "440200"]);
  expect(asked).toEqual([0, 200, 400]);
});

test("a presentation whose answer was lost at home is redeemed at the stand-by by the same request", async () => {
  const { use, redeemed } = session();
  const text = "ecert:present:440100:AAAAAAAAAAAAAAAAAAAAAA";
  expect((await use.redeem(text)).data).toEqual({ name: "n" });
  expect([use.place, redeemed.length, redeemed[0]?.presentation]).toEqual(["standBy", 2, text]);
  expect(redeemed[1]).toEqual(redeemed[0]);
});

test("who has found what they look for reads no further", async () => {
  const { use, asked } = session();
  for await (const { certificates } of use.pages())
    if (certificates.some(({ identifier }) => identifier === "c-7")) break;
  expect(asked).toEqual([0]);
});
