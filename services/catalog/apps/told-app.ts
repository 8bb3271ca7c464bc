import { type App, AppSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryDocument } from "../stored/records.ts";
import { storedValue } from "../stored/stored-value.ts";
import { toldSecrets } from "./app-secrets.ts";

/** An app as operators are told of it: its record, and until when its secrets are good. */
export function toldApp(document: RegistryDocument): App {
  return { ...storedValue(AppSchema, document.value), secrets: toldSecrets(document) };
}
