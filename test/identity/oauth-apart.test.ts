import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { ChannelCredentials, Client as GrpcClient } from "@grpc/grpc-js";
import * as oauth from "openid-client";
import { afterAll, expect, test, vi } from "vitest";
import { freePorts } from "../../ops/trial/ports.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { grpcTransport } from "../../services/call/client/grpc-transport.ts";
import { catalogService } from "../../services/catalog/main.ts";
import { FORMER_REGISTRY } from "../../services/catalog/stored/former-registry.ts";
import { hashSecret } from "../../services/identity/apps/secret.ts";
import { identityService } from "../../services/identity/main.ts";
import { startNode } from "../../services/node/node.ts";
import { openStore } from "../../services/store/open.ts";
import type { Stored } from "../../services/store/port.ts";
import { callFrom, reasonIn } from "../node/call-from.ts";
import { makeNodeFiles } from "../node/node-files.ts";
import { fetchWith } from "./fetch-with.ts";

const DEPARTMENT = "114401000000990003";
const files = makeNodeFiles();
afterAll(() => files.remove());

/** An app that the catalog kept before, in its store. */
const FORMER = { key: "440100-former", secret: "the secret of then" };

async function plantFormer(dataDirectory: string): Promise<void> {
  const store = await openStore({ engine: "sqlite", directory: join(dataDirectory, "store"), name: "catalog" });
  const value = { key: FORMER.key, name: "某系统", departmentCode: DEPARTMENT, scopes: ["usage.use"], node: "440100" };
  const secretHash = await hashSecret(FORMER.secret, (size) => new Uint8Array(size));
  const row = { _id: `app/${FORMER.key}`, revision: 1, kind: "app", node: "440100", key: FORMER.key, changes: 1 };
  await (await store.collection<Stored>(FORMER_REGISTRY)).insert({ ...row, value, secretHash } as Stored);
  await store.close();
}

test("5.9.3: identity and catalog apart serve as one, also apps of before; tokens are given while the catalog is away, and apps are not changed", async () => {
  const { ca, cert, key } = files.identity(files.certify("operator", ["ops"]));
  const [port, ...meshPorts] = await freePorts(3);
  const [catalogMesh, identityMesh] = meshPorts.map((one) => `127.0.0.1:${one}`) as [string, string];
  const issuer = `https://127.0.0.1:${port}`;
  const at = (mesh: string, connect = "127.0.0.1:0") => ({ mesh: { address: mesh }, connect: { address: connect } });
  const ofCatalog = {
    oauth: { issuer },
    mesh: { identity: { addresses: [identityMesh] } },
    listeners: at(catalogMesh),
  };
  const configured = files.config(["catalog"], ofCatalog);
  await plantFormer(configured.dataDirectory);
  const catalog = await startNode(configured, [catalogService]);
  const ofIdentity = {
    ...{ oauth: { issuer }, mesh: { catalog: { addresses: [catalogMesh] } } },
    listeners: at(identityMesh, `127.0.0.1:${port}`),
  };
  const identity = await startNode(files.config(["identity"], ofIdentity), [identityService]);
  const channels = [catalogMesh, identityMesh].map(
    (mesh) => new GrpcClient(mesh, ChannelCredentials.createSsl(ca, key, cert)),
  );
  const [registryChannel, appChannel] = channels as [GrpcClient, GrpcClient];
  const registry = createClient(RegistryService, grpcTransport(registryChannel, {}));
  const apps = createClient(AppService, grpcTransport(appChannel, {}));
  await registry.putDepartment({ department: { code: DEPARTMENT, name: "某局", division: "440100" } });
  const app = { key: "440100-apart", name: "某系统", departmentCode: DEPARTMENT, scopes: ["usage.use"] };
  const put = () => apps.putApp({ requestId: randomUUID(), app });
  const { secret } = await put();

  const client = (proof: string, appKey = app.key) =>
    oauth.discovery(new URL(issuer), appKey, {}, oauth.ClientSecretBasic(proof), {
      algorithm: "oauth2",
      [oauth.customFetch]: fetchWith({ ca }) as never,
    });
  const config = await client(secret);
  const grant = async () => (await oauth.clientCredentialsGrant(config, {})).access_token;
  const token = await grant();
  const method = "ecert.catalog.v1.RegistryService/ListMatters";
  const call = async () =>
    reasonIn(await callFrom("127.0.0.1", catalog.addresses.connect as string, method, {}, { ca, token }));
  expect(await call()).toBe("OK");
  const wrong = oauth.clientCredentialsGrant(await client("wrong"), {});
  await expect(wrong).rejects.toMatchObject({ status: 401 });
  const former = await oauth.clientCredentialsGrant(await client(FORMER.secret, FORMER.key), {});
  expect(former.access_token).toBeTruthy();
  await oauth.tokenRevocation(config, token);
  await vi.waitFor(async () => expect(await call()).toBe("TOKEN_REFUSED"), { timeout: 5_000, interval: 50 });

  await catalog.stop();
  expect(await grant()).toBeTruthy();
  await expect(put()).rejects.toMatchObject({ reason: "PEER_AWAY" });
  for (const channel of channels) channel.close();
  await identity.stop();
});
