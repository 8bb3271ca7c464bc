import { afterAll, beforeAll, expect, test } from "vitest";
import { ExtensionService } from "../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { type House, type Instance, openHouse } from "./house.ts";

/* What extensions of a node have to say of an order (4.1.3); the checks themselves are tried in test/extension. */

let house: House;
let instance: Instance;
let asked: { itemCode: string; orderJson: string }[] = [];
let fault: Refusal | undefined;

beforeAll(async () => {
  house = await openHouse({
    config: { extensions: [{ extensionDirectory: "/not/read/here", receivers: {} }] },
    clients: {
      [ExtensionService.typeName]: {
        async checkOrder(request: { itemCode: string; orderJson: string }) {
          asked.push(request);
          if (fault) throw fault;
          const { data } = JSON.parse(request.orderJson);
          if (data.capital >= 100) return { faults: [] };
          const told = { description: "must be 100 or more", remedy: "correct it", localized: "应不少于100" };
          return { faults: [{ extension: "linghai-business", pointer: "/capital", ...told }] };
        },
      },
    },
  });
  instance = await house.start();
});
afterAll(() => house.close());

test("4.1.3 an order that breaks a rule of the city's own is refused at its place, and leaves nothing behind", async () => {
  const order = house.order({ data: { address: "广州市天河区体育西路1号", capital: 5 } });
  const refused = await instance.issue.makeCertificate(order).catch((error: unknown) => error);
  expect(refused).toMatchObject({
    reason: "DATA_INVALID",
    fields: [{ field: "/data/capital", localized: "应不少于100" }],
  });
  const good = house.order({ data: { address: "广州市天河区体育西路1号", capital: 100 } });
  expect(await instance.issue.makeCertificate(good)).toMatchObject({
    certificate: { businessSerial: good.order?.businessSerial },
  });
});

test("what a check sees is the order as the department signed it, without the contents of attachments", async () => {
  asked = [];
  const order = house.order();
  await instance.issue.makeCertificate(order);
  await instance.issue.makeCertificate(order);
  // The same order again is the same certificate: it was checked.
  expect(asked).toHaveLength(1);
  const seen = JSON.parse(asked[0]?.orderJson ?? "");
  expect(seen).toMatchObject({ businessSerial: order.order?.businessSerial, data: { capital: 500 }, attachments: [] });
  expect(seen.issuer).toMatchObject({ code: order.order?.issuerCode });
});

test("where a check gives no answer nothing is made unchecked, and the order goes through once it does", async () => {
  const order = house.order();
  fault = new Refusal("EXTENSION_FAULT", "check capital.ts of extension linghai-business gave no answer");
  await expect(instance.issue.makeCertificate(order)).rejects.toMatchObject({ reason: "EXTENSION_FAULT" });
  fault = undefined;
  expect((await instance.issue.makeCertificate(order)).certificate).toBeDefined();
});
