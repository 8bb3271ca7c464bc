import type { Client } from "@connectrpc/connect";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { PasswordService } from "../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import type { Actor } from "../../services/domain/actor.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import type { IdentityContext } from "../../services/identity/context.ts";
import { mountRoutes } from "../../services/identity/mount.ts";
import { openContext } from "../../services/identity/open-context.ts";
import type { PasswordDocument } from "../../services/identity/passwords/password-record.ts";
import type { Passwords } from "../../services/identity/passwords/passwords.ts";
import { drawFactor } from "../../services/identity/passwords/second-factor.ts";
import { codeFrom } from "../fixtures/authenticator.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../fixtures/runtime.ts";

export const BUREAU = "114401000000990003";
/** The password that every owner has at first. */
export const FIRST = "kettle frozen bishop tango";
const DAYS_MS = 90 * 86_400_000;

/** A password with its second factor, in use. */
export interface Owner {
  account: string;
  password: string;
  uri: string;
}

/** An identity service with passwords, over a clock that is set. */
export interface PasswordScene {
  house: TestRuntime;
  context: IdentityContext;
  passwords: Passwords;
  now(): Date;
  /** Sets the clock on. */
  later(seconds: number): void;
  /** Passwords as an operator sees to them, or as somebody else. */
  service(caller?: Actor): Client<typeof PasswordService>;
  /** The same as nobody in particular, who proves a password. */
  open(): Client<typeof PasswordService>;
  put(id: string, roles?: Role[], disabled?: boolean): Promise<void>;
  recordOf(account: string): Promise<PasswordDocument>;
  /** An account that came to a password of its own by the methods. */
  begun(account: string): Promise<Owner>;
  /** The same, stored at once: hashes take their time. */
  owner(account: string): Promise<Owner>;
  /** Code of the next step, whose time it is then. */
  nextCode(owner: Pick<Owner, "uri">): string;
  close(): Promise<void>;
}

/** Opens the scene; `on: false` leaves passwords switched off, as they are by default. */
export async function openPasswordScene({ on = true } = {}): Promise<PasswordScene> {
  const department = { code: BUREAU, name: "局", division: "440106", closed: false };
  const clients = { "ecert.catalog.v1.RegistryService": { getDepartment: async () => ({ department }) } };
  const rules = on && { passwords: { minimumLength: 14, rotationDays: 90 } };
  const staff = { ...rules, idleSeconds: 1_800, absoluteSeconds: 43_200 } as NodeConfig["staff"];
  const house = await openTestRuntime({ service: "identity", clients, config: { staff } as Partial<NodeConfig> });
  const context = await openContext({ ...house.runtime, config: { ...house.runtime.config, ...(staff && { staff }) } });
  const passwords = context.passwords as Passwords;
  const firstHash = on ? await passwords.hashes.of(FIRST) : "";
  const running = { services: mountRoutes(context), ready: async () => {}, stop: async () => {} };
  const scene: PasswordScene = {
    house,
    context,
    passwords,
    now: () => house.runtime.now(),
    later: (seconds) => house.setNow(new Date(scene.now().getTime() + seconds * 1_000).toISOString()),
    service: (caller) => directClient(running, PasswordService, caller),
    open: () => scene.service({ kind: "public" }),
    async put(id, roles = [Role.SUPERVISOR], disabled = false) {
      const account = { id, name: "欧阳明", departmentCode: BUREAU, roles, disabled };
      await directClient(running, AccountService).putAccount({ account });
    },
    recordOf: async (account) => (await passwords.records.get(account)) as PasswordDocument,
    async begun(account) {
      await scene.put(account);
      const { startPassword } = await scene.service().setPassword({ id: account });
      const { otpauthUri: uri } = await scene.open().enrolSecondFactor({ account, startPassword });
      const code = codeFrom(uri, scene.now());
      await scene.open().activatePassword({ account, startPassword, code, newPassword: FIRST });
      return { account, password: FIRST, uri };
    },
    async owner(account) {
      await scene.put(account);
      const { sealed: secret, uri } = drawFactor(house.runtime, passwords.factorKey, { account, node: "试验" });
      const ends = new Date(scene.now().getTime() + DAYS_MS).toISOString();
      const counts = { former: [], usedStep: 0, missedCodes: 0 };
      const record: PasswordDocument = {
        _id: account,
        revision: 1,
        state: "own",
        hash: firstHash,
        ends,
        secret,
        ...counts,
      };
      await passwords.records.insert(record);
      return { account, password: FIRST, uri };
    },
    nextCode({ uri }) {
      scene.later(30);
      return codeFrom(uri, scene.now());
    },
    async close() {
      await context.passwords?.refused.close();
      await house.close();
    },
  };
  return scene;
}
