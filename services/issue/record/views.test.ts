import { expect, test } from "vitest";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import { ISSUER } from "../../../test/issue/catalog.ts";
import { openHouse } from "../../../test/issue/house.ts";

test("5.9.5: who looks at a certificate on screen leaves a line, once in five minutes for person, certificate and part, and each time that a code is shown in full; systems leave none", async () => {
  const house = await openHouse();
  try {
    const { running, issue } = await house.start();
    const { certificate } = await issue.makeCertificate(house.order());
    const identifier = certificate?.identifier ?? "";
    const as = (account: string, department = ISSUER) =>
      directClient(running, IssueService, {
        ...{ kind: "staff", node: "440100", account, name: account, department },
        ...{ division: "440100", roles: ["signer"] },
      });
    const viewed = () => house.evidence.filter(({ kind }) => kind === "certificate-viewed").map(({ body }) => body);
    await issue.getCertificate({ identifier });
    expect(viewed()).toEqual([]);
    for (let n = 0; n < 3; n++) await as("440100-li").getCertificate({ identifier });
    await as("440100-li").getFace({ identifier });
    await as("440100-zhang").getCertificate({ identifier });
    const data = { identifier, issuer: ISSUER, what: "data" };
    expect(viewed()).toEqual([data, { ...data, what: "face" }, data]);
    house.setNow(new Date(house.runtime.now().getTime() + 300_000).toISOString());
    await as("440100-li").getCertificate({ identifier });
    expect(viewed()).toHaveLength(4);
    // Each time that a holder's code is shown in full is an act of its own.
    for (let n = 0; n < 2; n++) await as("440100-li").getCertificate({ identifier, showsCodes: true });
    expect(viewed().slice(4)).toEqual([
      { ...data, what: "code" },
      { ...data, what: "code" },
    ]);
    // What lies beyond reach is not seen, and leaves no line.
    const beyond = as("440100-wu", "114401000000990003").getCertificate({ identifier });
    await expect(beyond).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    expect(viewed()).toHaveLength(6);
  } finally {
    await house.close();
  }
});
