import { readFileSync } from "node:fs";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { contextFor, orderFrom, originKey } from "../../ops/trial/connect.ts";
import { type Order, signedOrder } from "../../services/client/order.ts";
import { APPS } from "./registered.ts";
import type { Scene } from "./scene.ts";

let serials = 0;

/** What an order is made with beside its changes. */
export interface OrderOptions {
  /** Name of the item; default 营业执照. */
  of?: string;
  app?: string;
  now?: Date;
  replaces?: string;
}

/** A request to make a certificate, signed as it is sent. It is good but for the changes. */
export function order(scene: Scene, change: Partial<Order> = {}, options: OrderOptions = {}): JsonObject {
  const { of = "营业执照", app = APPS.approval, now = new Date(), replaces } = options;
  const { keyId, privateKeyFile } = originKey(scene.trial.directory, app);
  const key = { keyId, privateKeyPem: readFileSync(privateKeyFile, "utf8") };
  const whole = { ...orderFrom(scene.item(of), `bad-${++serials}`), ...change };
  const request = asJson(signedOrder(whole, app, key, now, replaces));
  return replaces === undefined ? request : { replaces, ...request };
}

/** A request with one member changed after it was signed; `undefined` leaves the member out. */
export function altered(request: JsonObject, path: string, value: JsonValue | undefined): JsonObject {
  const copy = structuredClone(request);
  const names = path.split(".");
  const last = names.pop() as string;
  let place: Record<string, JsonValue> = copy;
  for (const name of names) place = place[name] as Record<string, JsonValue>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

/** A request to make a usage code; good but for the changes. */
export function context(scene: Scene, change: object = {}): JsonObject {
  const whole = { ...contextFor(scene.item("营业执照"), "bad-case", new Date()), ...change };
  return { requestId: `bad-${++serials}`, context: asJson(whole) };
}

/** Octets are Base64 in JSON. */
function asJson(value: object): JsonObject {
  return JSON.parse(
    JSON.stringify(value, (_name, member) => {
      if (member?.type === "Buffer") return Buffer.from(member.data).toString("base64");
      return member instanceof Uint8Array ? Buffer.from(member).toString("base64") : member;
    }),
  );
}
