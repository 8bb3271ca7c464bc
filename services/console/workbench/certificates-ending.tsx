import { useQuery } from "@connectrpc/connect-query";
import type { Account } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { SORT } from "../list/filters.ts";
import { lastEnd } from "../people/accounts/account-state.ts";
import { Reading } from "../shell/reading.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { ENDING_SOON, type Ending, EndingSoon } from "./ending-soon.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** People of the reader's own department who will soon sign in no more, since the last of their certificates ends (5.9.2). */
export function CertificatesEnding() {
  const texts = useTexts(WORKBENCH);
  const { departmentCode } = useWho();
  const asked = { ...ENDING_SOON, departmentCode, orderBy: "ends" };
  const { data, error, refetch } = useQuery(AccountService.method.listAccounts, asked, { staleTime: 0 });
  return (
    <Reading of={data} error={error} again={refetch}>
      {({ accounts }) => (
        <EndingSoon
          title={texts.certificates}
          none={texts.noCertificate}
          how={texts.certificatesHow}
          of={accounts.map(endingOf)}
          all={`/people/accounts?department=${departmentCode}&${SORT}=ends`}
        />
      )}
    </Reading>
  );
}

function endingOf({ id, name, certificates }: Account): Ending {
  return { key: id, name, ends: lastEnd(certificates) ?? "", to: `/people/accounts/${encodeURIComponent(id)}` };
}
