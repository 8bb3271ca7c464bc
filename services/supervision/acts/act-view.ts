import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ActSchema } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import type { ActDocument } from "./act-record.ts";

/** Members of a line that are told at most. */
const DETAILS = 60;

/** An act as the contract has it; `whole`: also who of another department did it, in which call, and all else that its line says. */
export function actView(act: ActDocument, whole: boolean): MessageInitShape<typeof ActSchema> {
  const { _id: id, kind, certificate = "", person = "", proof = "", app = "", by = "", rest } = act;
  const { department = "", matter = "", call = "" } = act;
  const [time = "", stream = "", line = "0"] = id.split("/");
  const details = Object.entries(rest).map(([name, value]) => {
    return { name, value: typeof value === "string" ? value : JSON.stringify(value) };
  });
  const told = { id, time, kind, identifier: certificate, appKey: app, departmentCode: department, matterCode: matter };
  const place = { stream, line: BigInt(line) };
  if (!whole) return { ...told, ...place, caller: by.startsWith("staff/") ? "staff" : by };
  return {
    ...told,
    ...place,
    ...{ account: person, accountProof: proof, caller: by, callId: call, details: details.slice(0, DETAILS) },
  };
}
