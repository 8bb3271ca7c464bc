import type { Answer, CertificateKey, StaffHouse } from "./staff-house.ts";
import { ORIGIN } from "./staff-house.ts";

/** A browser as far as sessions go: it keeps cookies, and says which page it is on. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly house: StaffHouse;

  constructor(house: StaffHouse) {
    this.house = house;
  }

  /** Sends what a page of the node sends. */
  async ask(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const address = this.house.addresses.connect;
    return this.keep(
      await this.house.send(address, { method, path, headers: this.with(headers) }, body && JSON.stringify(body)),
    );
  }

  /** Calls a method as a page of the node does. */
  async call(method: string, message: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const address = method.includes(".catalog.") ? this.house.addresses.registry : this.house.addresses.connect;
    const all = this.with({ "content-type": "application/json", ...headers });
    return this.keep(
      await this.house.send(address, { method: "POST", path: `/${method}`, headers: all }, JSON.stringify(message)),
    );
  }

  /** Begins a sign-in: the state. */
  async begin(): Promise<string> {
    const { body } = await this.ask("POST", "/session/start");
    return new URL(body.signIn).searchParams.get("state") as string;
  }

  /** Shows a certificate, as a script does that wants JSON. */
  show(state: string, shown: Partial<CertificateKey>, headers: Record<string, string> = {}): Promise<Answer> {
    const { cert, key } = shown;
    const path = `/sign-in?state=${encodeURIComponent(state)}`;
    return this.house.send(this.house.addresses.signIn, { path, headers, ...(cert && { cert, key }) });
  }

  /** Signs in with a certificate, from beginning to end. */
  async signIn(shown: CertificateKey): Promise<Answer> {
    const { body } = await this.show(await this.begin(), shown);
    return this.ask("POST", "/session", { code: body.code });
  }

  private with(headers: Record<string, string>): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return { origin: ORIGIN, ...(cookie && { cookie }), ...headers };
  }

  private keep(answer: Answer): Answer {
    for (const line of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Max-Age=0/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }
}

/** What a refusal in JSON says: its reason, and the fault in its metadata. */
export function refusedFor({ body }: Answer): { reason?: string; fault?: string } {
  const info = body?.details?.find(({ type }: { type: string }) => type === "google.rpc.ErrorInfo")?.debug;
  return info ? { reason: info.reason, ...(info.metadata?.fault && { fault: info.metadata.fault }) } : {};
}
