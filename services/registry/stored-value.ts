import { type DescMessage, fromJson, type MessageShape, type JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { JsonObject } from "../domain/canonical.ts";

/**
 * The members that its contract names of a stored record of the registry: the one way in which all read it behind the guard of the
 * collection, which alone decides whether members beyond the contract set a document aside. Throws where it is none of this kind.
 */
export function storedValue<S extends DescMessage>(schema: S, value: JsonObject | ProtoJson): MessageShape<S> {
  return fromJson(schema, value as ProtoJson, { ignoreUnknownFields: true });
}
