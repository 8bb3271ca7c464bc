import { create } from "@bufbuild/protobuf";
import { type Matter, MatterSchema } from "../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import type { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { mount } from "../../services/call/chain/service.ts";
import { Refusal, refuseField } from "../../services/domain/refusal.ts";
import { createOutboxBell, outboxHandlers } from "../../services/event/outbox.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";

/** A matter of a city's app, as the province's catalog holds it. */
export interface StubMatter {
  node: string;
  app: string;
  code: string;
  items: { itemCode: string; fields: string[]; files: FileFormat[] }[];
  /** First day of use. */
  enabledOn?: string;
}

/** What the province has confirmed. */
export interface Said {
  bodies: { code: string; node: string; superiorCode?: string }[];
  rights: { departmentCode: string; itemCode: string; typeCode: string; node: string; since: string; until?: string }[];
}

/** A stand-in for the province's catalog service: it knows matters, bodies and rights, and has no events. */
export interface StubCatalog {
  readonly module: ServiceModule;
  matters: StubMatter[];
  /** The province says something else from now on. */
  say(change: (said: Said) => void): void;
  /** Whether it says nothing at all for now. */
  away(away: boolean): void;
  /** Times that it was asked about issuers. */
  asked(): number;
}

/** Creates the stand-in; `said` is what the province says of issuers. */
export function stubCatalog(said: Said): StubCatalog {
  let mark = 1;
  let away = false;
  let asked = 0;
  const answered = <T>(answer: T): T => {
    asked += 1;
    if (away) throw new Refusal("STORE_AWAY", "away for a test");
    return answer;
  };
  const unserved = async (): Promise<never> => {
    throw new Refusal("UNIMPLEMENTED", "not played here");
  };

  function matterOf(appKey: string, matterCode: string, day: string): Matter {
    const ofApp = stub.matters.filter(({ app }) => app === appKey);
    if (ofApp.length === 0) throw refuseField("APP_UNKNOWN", "app_key", `no app ${appKey}`, "name another", "请更换");
    const found = ofApp.find(({ code }) => code === matterCode);
    if (!found)
      throw refuseField("MATTER_UNKNOWN", "context.matter_code", `no matter ${matterCode}`, "name another", "请更换");
    const { node, code, items, enabledOn = "2026-01-01" } = found;
    if (enabledOn > day) throw new Refusal("MATTER_NOT_OPENED", `matter ${matterCode} is not opened`);
    return create(MatterSchema, { node, code, items, enabledOn, appKeys: [appKey] });
  }

  const stub: StubCatalog = {
    matters: [],
    say(change) {
      change(said);
      mark += 1;
    },
    away(now) {
      away = now;
    },
    asked: () => asked,
    module: {
      name: "catalog",
      async start({ store, setAside }) {
        const bell = createOutboxBell();
        return {
          services: [
            mount(OutboxService, outboxHandlers({ collections: [], store, bell, setAside })),
            mount(TermsService, {
              getUsageTerms: async ({ appKey, matterCode, day }) => ({ matter: matterOf(appKey, matterCode, day) }),
              getIssuingTerms: unserved,
              getChangeTerms: unserved,
              watchTerms: unserved,
              listBodies: async () => answered({ bodies: said.bodies }),
              listIssuingRights: async () => answered({ rights: said.rights, mark: String(mark) }),
              findDepartment: unserved,
              getCatalogStanding: unserved,
              listNodeKeys: unserved,
            }),
          ],
          ready: () => store.check(),
          stop: async () => {},
        };
      },
    },
  };
  return stub;
}
