import type { DescMethodUnary, DescService, JsonValue } from "@bufbuild/protobuf";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { ExtensionService } from "../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import { ChangeService } from "../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { DivisionService } from "../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { EntryService } from "../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { HandInService } from "../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import { OpeningRequestService } from "../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperService } from "../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { PlanService } from "../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { SandboxService } from "../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { BulletinService } from "../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { CalendarService } from "../../proto/gen/ecert/supervision/v1/calendar_service_pb.ts";
import { SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { VerifyService } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import type { BadInput, BadInputs } from "./bad-input.ts";
import type { Scene } from "./scene.ts";
import { type Answered, sendGrpc, sendJson } from "./send.ts";

const SERVICES: readonly DescService[] = [
  CatalogService,
  IssuerService,
  RegistryService,
  AppService,
  TokenService,
  IssueService,
  UsageService,
  HolderService,
  VerifyService,
  ChangeService,
  DivisionService,
  EntryService,
  HandInService,
  OpeningRequestService,
  PaperService,
  PlanService,
  SandboxService,
  BulletinService,
  CalendarService,
  SupervisionService,
  ExtensionService,
];

/** A bad input with what was answered to it. */
export interface Row {
  group: string;
  input: BadInput;
  rpc: string;
  answered: Answered;
  /** The same over gRPC, in the binary form; absent where only JSON or HTTP can be wrong like this. */
  grpc?: Awaited<ReturnType<typeof sendGrpc>>;
}

/** The method that `<Service>/<Method>` names. */
export function methodOf(rpc: string): DescMethodUnary {
  const [service, name] = rpc.split("/");
  const method = SERVICES.find((one) => one.name === service)?.methods.find((one) => one.name === name);
  if (method?.methodKind !== "unary") throw new Error(`no unary RPC ${rpc}`);
  return method as DescMethodUnary;
}

/** Sends a bad input in JSON, as curl would, and over gRPC. */
export async function run(scene: Scene, group: BadInputs, input: BadInput): Promise<Row> {
  const rpc = input.rpc ?? group.rpc;
  const at = input.at ?? group.at;
  const as = input.as ?? group.as;
  const method = methodOf(rpc);
  const path = `${method.parent.typeName}/${method.name}`;
  const proof = scene.proofOf(as, at);
  const request: JsonValue | undefined = input.send?.(scene);
  const raw = input.raw ? await input.raw(scene) : { body: JSON.stringify(request) };
  const answered = await sendJson(scene.addressOf(at, "connect"), path, raw, proof);
  const row = { group: group.title, input, rpc, answered };
  if (input.raw || input.jsonOnly || request === undefined) return row;
  const over = scene.addressOf(at, proof.cert === undefined ? "grpc" : "mesh");
  return { ...row, grpc: await sendGrpc(over, method, request, proof) };
}
