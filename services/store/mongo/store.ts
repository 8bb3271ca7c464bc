import { storeAway } from "../failure.ts";
import type { Store } from "../port.ts";
import type { MongoOptions } from "./connection.ts";

/** x */
export async function openMongoStore(_config: MongoOptions): Promise<Store> {
  throw storeAway("MongoDB follows");
}
