import type { DescMethodUnary } from "@bufbuild/protobuf";
import { OpeningService } from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { addDays, shanghaiDay } from "../../../services/domain/civil-date.ts";
import type { Action, Group, Options } from "./action.ts";
import { amendAction, CAUSE, getAction, listAction, putAction } from "./actions.ts";

const registry = RegistryService.method;
const KEYS = ["itemCode", "departmentCode", "appKey"];
const TAKES = ["ITEM", "DEPARTMENT", "APP"];

/** 6.2.4.2: openings of items for issuing. */
export const OPENING: Group = {
  word: "opening",
  chinese: "发证开通",
  english: "openings of items for departments and apps",
  actions: {
    put: putAction(registry.putIssuingOpening, "opening", KEYS),
    list: listAction(registry.listIssuingOpenings, "openings", [
      ...[...KEYS, "sealCode", "opensOn", "closesOn", "controls.issuesPerDay", "halt.kind"],
    ]),
    get: getAction(registry.getIssuingOpening, KEYS, TAKES),
    close: {
      ...amendAction(registry.putIssuingOpening, "opening", KEYS, TAKES, {
        chinese: "关闭：即时，或在指定日之后",
        english: "closes it, at once or behind a day",
        members: (options) => ({ closesOn: options["last-day"] ?? addDays(shanghaiDay(new Date()), -1) }),
      }),
      options: {
        "last-day": {
          value: "DAY",
          chinese: "最后一日 yyyy-MM-dd",
          english: "last day of issuing; at once by default",
        },
      },
    },
    reopen: amendAction(registry.putIssuingOpening, "opening", KEYS, TAKES, {
      chinese: "恢复",
      english: "takes that back",
      members: () => ({ closesOn: "" }),
    }),
    ...haltActions(registry.putIssuingOpening, "opening", KEYS, TAKES),
  },
};

/** 6.4.4.2, 6.4.4.4: apps of other departments that act for one. */
export const DELEGATION: Group = {
  word: "delegation",
  chinese: "委托办理",
  english: "which apps of other departments act for a department, in which items and matters",
  actions: {
    put: putAction(OpeningService.method.putDelegation, "delegation", ["departmentCode", "appKey"]),
    list: listAction(OpeningService.method.listDelegations, "delegations", [
      ...["departmentCode", "appKey", "itemCodes", "matterCodes", "since", "until", "grantedBy", "carriedOver"],
    ]),
  },
};

/** 6.2.4.2, 6.2.4.4: suspends, resumes or withdraws what stands opened, and says why. */
export function haltActions(
  method: DescMethodUnary,
  record: string,
  keys: readonly string[],
  takes: readonly string[],
): Record<"suspend" | "resume" | "withdraw", Action> {
  const halt = (kind: string) => (options: Options) => ({ halt: { kind, cause: options.cause as string } });
  const amended = (chinese: string, english: string, kind: string) => ({
    ...amendAction(method, record, keys, takes, { chinese, english, members: halt(kind) }),
    options: { cause: CAUSE },
  });
  return {
    suspend: amended(
      "暂停：即时停办；已制未签发的保留",
      "nothing under it for now, at once; what is made stays, and is issued once it is resumed",
      "OPENING_HALT_KIND_SUSPENDED",
    ),
    withdraw: amended("撤回：即时终止开通", "ends it, at once", "OPENING_HALT_KIND_WITHDRAWN"),
    resume: amendAction(method, record, keys, takes, {
      chinese: "解除暂停或撤回",
      english: "takes suspension or withdrawal back",
      members: () => ({ halt: null }),
    }),
  };
}
