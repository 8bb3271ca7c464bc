import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Trial } from "../../ops/trial/trial.ts";
import { createDepartment } from "../trust/department.ts";
import type { Watched } from "./watched.ts";

/** What lies on a department's own machine, its institution certificate and the key of it, under the names that the page says; resolves to the folder. Once for a trial. */
export async function institution(trial: Trial, department: { code: string; name: string }): Promise<string> {
  const { code: organizationCode, name: organization } = department;
  const subject = { country: "CN", state: "广东省", locality: "岭海市", organization, organizationCode };
  const own = await createDepartment(trial.authority, "P-256", 365, { ...subject, commonName: organization });
  const folder = join(trial.directory, "institution");
  mkdirSync(folder);
  writeFileSync(join(folder, "机构证书.pem"), own.certPem);
  writeFileSync(join(folder, "机构私钥.pem"), own.keyPem, { mode: 0o600 });
  writeFileSync(join(folder, "颁发机构证书.pem"), trial.authority.certificates.signing);
  return folder;
}

/** Downloads the statement there and runs the command as it stands on the page; resolves to the file of the signature. */
export async function signed(page: Watched, folder: string, button: string): Promise<string> {
  const pressed = page.getByRole("button", { name: button, exact: true });
  await pressed.waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), pressed.click()]);
  await download.saveAs(join(folder, download.suggestedFilename()));
  const command = (await page.getByLabel("签名命令").textContent()) ?? "";
  execFileSync("bash", ["-euc", command], { cwd: folder, stdio: "ignore" });
  return join(folder, /-out (\S+)/.exec(command)?.[1] ?? "");
}
