import type { DescService } from "@bufbuild/protobuf";
import { SessionService } from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { ErrorReportService } from "../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { CallContext, MountedService, UntypedHandler } from "../../services/call/chain/service.ts";
import { sessionDigest, sessionEnded } from "../../services/call/chain/sessions.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";

/** Cookie of the one session that {@link identityModule} knows. */
export const COOKIE = "c".repeat(43);

/** An identity service that knows one session, and keeps who asked about it. */
export function identityModule(): { module: ServiceModule; askers: CallContext[] } {
  const askers: CallContext[] = [];
  const checkSession = async ({ digest }: { digest: string }, call: CallContext) => {
    askers.push(call);
    if (digest !== sessionDigest(COOKIE)) throw sessionEnded();
    const roles = [Role.MAKER];
    return { account: "chen", name: "陈", departmentCode: "11440106MB9DEM11X6", division: "440106", roles };
  };
  const module = moduleOf("identity", [serving(SessionService, { checkSession: checkSession as UntypedHandler })]);
  return { module, askers };
}

/** A usage service that keeps the calls that reached it; the answer `refuse` to a report is refused. */
export function usageModule(): { module: ServiceModule; calls: CallContext[] } {
  const calls: CallContext[] = [];
  const keep = async (_: unknown, call: CallContext) => {
    calls.push(call);
    return {};
  };
  const answerErrorReport = async ({ answer }: { answer: string }, call: CallContext) => {
    calls.push(call);
    const told = { description: "is unknown", remedy: "take one of the list", localized: "" };
    if (answer === "refuse")
      throw new Refusal("CASE_UNKNOWN", "no such report", { fields: [{ field: "report_id", ...told }] });
    return {};
  };
  const services = [
    serving(ErrorReportService, { answerErrorReport: answerErrorReport as UntypedHandler }, keep),
    serving(VerifyService, {}, keep),
    serving(HolderService, {}, keep),
  ];
  return { module: moduleOf("usage", services), calls };
}

function moduleOf(name: ServiceModule["name"], services: MountedService[]): ServiceModule {
  return { name, start: async () => ({ services, ready: async () => {}, stop: async () => {} }) };
}

function serving(
  descriptor: DescService,
  some: Record<string, UntypedHandler>,
  rest: UntypedHandler = async () => ({}),
) {
  const all = descriptor.methods.map(({ localName }) => [localName, some[localName] ?? rest] as const);
  return { descriptor, handlers: Object.fromEntries(all) };
}
