import { afterEach, beforeEach, expect, test } from "vitest";
import { type House, type Instance, openHouse } from "./house.ts";
import { issue, issued } from "./road.ts";

let house: House;
let city: Instance;
beforeEach(async () => {
  house = await openHouse();
  city = await house.start();
});
afterEach(() => house.close());

test("while agents are upgraded, each certificate is drawn in a version that the agents of its seal know", async () => {
  const before = await city.startAgent({ hello: { drawing: 0 } });
  await issued(city, house.order());
  expect(before.signed[0]).toMatchObject({ schema: "ecert.message.v1" });
  expect(before.signed[0]).not.toHaveProperty("drawing");
  await before.stop();

  const upgraded = await city.startAgent();
  await issued(city, house.order());
  expect(upgraded.signed[0]).toMatchObject({ schema: "ecert.message.v2", drawing: 2 });

  // Made while the new agent was there, and issued by the old one, which was put back: drawn anew, and the same certificate.
  const order = house.order();
  const made = await city.issue.makeCertificate(order);
  await upgraded.stop();
  const again = await city.startAgent({ hello: { drawing: 0 } });
  await issue(city, order);
  expect(again.signed[0]).toMatchObject({
    schema: "ecert.message.v1",
    metadata: { identifier: made.certificate?.identifier },
  });
});
