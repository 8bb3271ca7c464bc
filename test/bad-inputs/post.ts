import type { JsonObject } from "@bufbuild/protobuf";
import { exchange, type Proof } from "./send.ts";

/** A good call in JSON. Throws where it is refused. */
export async function post(address: string, path: string, body: object, proof: Proof): Promise<JsonObject> {
  const { http, text } = await exchange(address, path, { body: JSON.stringify(body) }, proof);
  if (http !== 200) throw new Error(`${path}: ${text}`);
  return JSON.parse(text);
}
