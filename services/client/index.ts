// The public face of the connector that department systems import as `ecert/client`.
import "./supported-node.ts";

export { FileFormat, LongTerm } from "../../proto/gen/ecert/type/v1/file_pb.ts";
export { Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
export { Refusal } from "../domain/refusal.ts";
export { type Connector, createConnector } from "./connector.ts";
export type { CallOptions } from "./deadline.ts";
export type { Issuing, ManyOptions, ManyOutcome } from "./issuing.ts";
export type { ConnectorOptions, EndpointOptions, Place } from "./options.ts";
export type { Order, OrderAttachment } from "./order.ts";
export type { CertificateList, Context, UsageSession } from "./usage.ts";
