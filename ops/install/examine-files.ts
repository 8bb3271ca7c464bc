import { X509Certificate } from "node:crypto";
import { readFileSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { CheckList } from "../../agent/commands/check.ts";
import { checkFonts } from "../../agent/commands/font-check.ts";
import { expiryCheck } from "../../agent/commands/seal-keys.ts";
import type { AuthorityFiles } from "../../services/domain/authority-files.ts";
import type { NodeConfig } from "../../services/host/config.ts";
import { nameOf } from "../../services/trust/path.ts";
import { readAuthorityFile } from "../ecert/authority-file.ts";

const LEAST_FREE_BYTES = 1 << 30;
const RENEW = "请认证机构续签 · have it renewed; the process reads it when it starts";

/** Checks what lies on the node's own machine: how long certificates and revocation lists are good, fonts, room. */
export async function checkFiles(list: CheckList, config: NodeConfig, now: () => Date): Promise<void> {
  const { tls, listeners, nats, signers, staff } = config;
  const certificates = new Set([
    tls.certificateFile,
    ...(nats ? [nats.tls.certificateFile] : []),
    ...[listeners.public, listeners.connect, listeners.mutual, listeners.signIn].flatMap(
      (listener) => listener?.tls?.certificateFile ?? [],
    ),
  ]);
  for (const file of certificates) {
    const name = `TLS 证书 certificate ${file}`;
    await list.attempt(name, RENEW, async () => {
      const { validFromDate, validToDate } = new X509Certificate(readFileSync(file));
      return expiryCheck(name, validFromDate, validToDate, now(), RENEW);
    });
  }
  await checkSigners(list, signers, now());
  if (staff) await checkAuthorities(list, "工作人员认证机构 authorities of staff", staff.authorities, now());
  await checkFonts(list, config.fonts === undefined ? { fonts: undefined } : { fonts: config.fonts });
  await list.attempt("磁盘 disk", "请扩容 · free space, or move the data directory", async () => {
    const { bavail, bsize } = statfsSync(existing(config.dataDirectory));
    const free = bavail * bsize;
    const detail = `${(free / 2 ** 30).toFixed(1)} GiB free for ${config.dataDirectory}`;
    return {
      outcome: free < LEAST_FREE_BYTES ? "warn" : "ok",
      detail,
      remedy: "free space, or move the data directory",
    };
  });
}

/** The nearest folder that is there: the data directory is made at the first start. */
function existing(folder: string): string {
  try {
    statfsSync(folder);
    return folder;
  } catch {
    return folder === dirname(folder) ? folder : existing(dirname(folder));
  }
}

/** By whom signatures are judged; a list that is no longer current makes every signature below it undetermined. */
async function checkSigners(list: CheckList, signers: NodeConfig["signers"], now: Date): Promise<void> {
  const name = "签名认证机构 authorities of signing certificates";
  if (!signers) {
    const remedy = "put `signers` into the configuration of the process that mounts issue or usage";
    list.add({ name, outcome: "warn", detail: "none: this process judges no signatures", remedy });
    return;
  }
  await checkAuthorities(list, name, signers, now);
  const { timeStamps } = signers;
  if (timeStamps) await checkAuthorities(list, "时间戳认证机构 authorities of time stamps", timeStamps, now);
}

async function checkAuthorities(list: CheckList, group: string, files: AuthorityFiles, now: Date): Promise<void> {
  for (const file of [...files.anchorFiles, ...(files.intermediateFiles ?? [])]) {
    await list.attempt(`${group} ${file}`, "请放入认证机构证书 · put the authority's certificate there", async () => {
      const { certificates } = readAuthorityFile(readFileSync(file));
      if (certificates.length === 0) throw new Error("没有证书 · holds no certificate");
      const [first] = certificates.map(({ notAfter }) => notAfter).sort((a, b) => a.getTime() - b.getTime());
      const expired = first !== undefined && first < now;
      const detail = `${certificates.map(nameOf).join(", ")}, valid until ${first?.toISOString().slice(0, 10)}`;
      return { outcome: expired ? "fail" : "ok", detail, remedy: "ask the authority for its current certificate" };
    });
  }
  for (const file of files.revocationListFiles ?? []) {
    const remedy = "请取得最新吊销列表 · fetch the authority's current list, and see that it is fetched regularly";
    await list.attempt(`吊销列表 revocation list ${file}`, remedy, async () => {
      const { lists } = readAuthorityFile(readFileSync(file));
      const [next] = lists.map(({ nextUpdate }) => nextUpdate).sort((a, b) => a.getTime() - b.getTime());
      if (next === undefined) throw new Error("没有吊销列表 · holds no list");
      return { outcome: next < now ? "fail" : "ok", detail: `current until ${next.toISOString()}`, remedy };
    });
  }
}
