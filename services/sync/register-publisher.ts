import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { signedRegister } from "../trust/issuer-register.ts";
import { type MadeAnew, madeAnew } from "./made-anew.ts";
import type { SyncOptions } from "./options.ts";
import { inThread } from "./publish-thread.ts";
import type { RegisterDepartment, RegisterRight } from "./publish-worker.ts";

/** A published register of issuers. */
export interface PublishedRegister {
  bytes: Uint8Array;
  /** RFC 3339, UTC: when it was begun. */
  builtAt: string;
}

/** Publishes which bodies stand above a department, and which types it may issue (5.8.3). */
export type RegisterPublisher = MadeAnew<PublishedRegister>;

const PAGE = 500;
/** Creates the publisher of the province: out of the registries of all nodes, signed by the province. */
export function createRegisterPublisher(runtime: Runtime, options: SyncOptions): RegisterPublisher {
  const { config, log } = runtime;
  const catalog = runtime.client(TermsService, "catalog");

  async function make(): Promise<PublishedRegister> {
    const builtAt = runtime.now().toISOString();
    const departments = await pages(async (page) => {
      const { departments: found, formerSuperiors, nextPageToken } = await catalog.listBodies(page);
      const items = found.map(({ code, superiorCode, node }): RegisterDepartment => {
        const former = formerSuperiors
          .filter((one) => one.departmentCode === code && one.node === node)
          .map((one) => ({ superiorCode: one.superiorCode, until: one.until }));
        return { code, superiorCode, node, ...(former.length > 0 && { former }) };
      });
      return { items, nextPageToken };
    });
    const rights = await pages(async (page) => {
      const { rights: found, nextPageToken } = await catalog.listIssuingRights(page);
      const items = found.map(
        ({ departmentCode, typeCode, since, forUnits }): RegisterRight => ({
          departmentCode,
          typeCode,
          since,
          forUnits,
        }),
      );
      return { items, nextPageToken };
    });
    const publisher = config.node.code;
    const answer = await inThread({ publisher, builtAt, departments, rights });
    if (!("text" in answer)) throw new Error("the thread gave no register");
    const { text, bodies } = answer;
    const bytes = signedRegister(text, (signed) => runtime.nodeKey.sign(signed));
    log.info({ bytes: bytes.length, bodies }, "a register of issuers was made");
    return { bytes, builtAt };
  }

  return madeAnew(options.statusBundleMs, runtime.now, ({ builtAt }) => new Date(builtAt), make);
}

/** Passes on what the province publishes; it is signed by the province and checked by whoever uses it. */
export function passOnRegister(runtime: Runtime, province: string, options: SyncOptions): RegisterPublisher {
  const statuses = runtime.client(StatusService, { peer: province, service: "sync" });
  let asked = new Date(0);
  const make = async (): Promise<PublishedRegister> => {
    const { register: bytes, builtAt } = await statuses.getIssuerRegister({});
    asked = runtime.now();
    return { bytes, builtAt };
  };
  return madeAnew(options.statusBundleMs, runtime.now, () => asked, make);
}

/** All pages of a list, each as JSON: texts reach a thread cheaply. */
async function pages<T>(
  read: (page: { pageSize: number; pageToken: string }) => Promise<{ items: T[]; nextPageToken: string }>,
): Promise<string[]> {
  const found: string[] = [];
  for (let pageToken = ""; ; ) {
    const { items, nextPageToken } = await read({ pageSize: PAGE, pageToken });
    found.push(JSON.stringify(items));
    if (nextPageToken === "") return found;
    pageToken = nextPageToken;
  }
}
