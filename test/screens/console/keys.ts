import { expect, test } from "vitest";
import { MAKER, SIGNER } from "../../../ops/trial/people.ts";
import { fingerprint } from "../../../services/trust/officers/credential.ts";
import { readRegistration } from "../../../services/trust/officers/registration.ts";
import { savedFile } from "../saved-file.ts";
import type { ScreensScene } from "../scene.ts";
import { expectAccessible } from "../watched.ts";

/** Registering the security key with which an officer confirms what is issued. */
export function keysTests(scene: () => ScreensScene): void {
  test("5.9.5: who issues registers a security key, and hands over a file and a fingerprint that the administrator's command reads", async () => {
    const page = await scene().console(SIGNER);
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "usb", hasUserVerification: true, isUserVerified: true } as const;
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
    await page.getByRole("link", { name: "安全密钥" }).click();
    await page.getByRole("button", { name: "登记安全密钥" }).click();
    const saved = (await savedFile(page.getByRole("link", { name: "保存登记文件" }))).toString();
    const { origin, hostname } = new URL(scene().origin);
    const registered = readRegistration(saved, { rpId: hostname, origins: [origin] });
    await page.getByText(fingerprint(registered)).waitFor();
    await expectAccessible(page);
    // One that verifies nobody is not registered, and the page says what to do.
    await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.getByRole("button", { name: "再登记一把" }).click();
    await page.getByRole("alert").getByText("没有登记").waitFor();
    await page.close();
  });

  test("5.9.2: who only makes certificates is shown no such page", async () => {
    const page = await scene().console(MAKER);
    const menu = page.getByRole("navigation", { name: "主菜单" });
    await menu.getByRole("link", { name: "发证" }).waitFor();
    expect(await menu.getByRole("link").allTextContents()).not.toContain("安全密钥");
    await page.close();
  });
}
