import { useQuery } from "@connectrpc/connect-query";
import type { Account } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { SORT } from "../list/filters.ts";
import { lastEnd } from "../people/accounts/account-state.ts";
import { Reading } from "../shell/reading.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { type Ending, EndingSoon } from "./ending-soon.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** Accounts that are looked at. */
const ASKED = 1_000;

/** People of the reader's own department who will soon sign in no more, since the last of their certificates ends (5.9.2). */
export function CertificatesEnding() {
  const texts = useTexts(WORKBENCH);
  const { departmentCode } = useWho();
  const asked = { departmentCode, pageSize: ASKED };
  const { data, error, refetch } = useQuery(AccountService.method.listAccounts, asked, { staleTime: 0 });
  return (
    <Reading of={data} error={error} again={refetch}>
      {({ accounts, nextPageToken }) => (
        <EndingSoon
          title={texts.certificates}
          none={texts.noCertificate}
          how={texts.certificatesHow}
          of={accounts.flatMap(endingOf)}
          all={`/people/accounts?department=${departmentCode}&${SORT}=ends`}
          note={nextPageToken === "" ? undefined : texts.firstAccounts(ASKED)}
        />
      )}
    </Reading>
  );
}

function endingOf({ id, name, disabled, certificates }: Account): Ending[] {
  const ends = lastEnd(certificates);
  return disabled || !ends ? [] : [{ key: id, name, ends, to: `/people/accounts/${encodeURIComponent(id)}` }];
}
