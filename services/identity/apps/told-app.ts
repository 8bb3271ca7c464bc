import { type App, AppSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { AppDocument } from "./app-record.ts";
import { toldSecrets } from "./app-secrets.ts";

/** An app as operators are told of it: its record, and until when its secrets are good. */
export function toldApp(document: AppDocument): App {
  return { ...storedValue(AppSchema, document.value), secrets: toldSecrets(document) };
}
