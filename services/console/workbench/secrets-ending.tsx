import { useQuery } from "@connectrpc/connect-query";
import type { App } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { SORT } from "../list/filters.ts";
import { Reading } from "../shell/reading.tsx";
import { useTexts } from "../text/texts.ts";
import { ENDING_SOON, type Ending, EndingSoon } from "./ending-soon.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

const ASKED = { ...ENDING_SOON, orderBy: "secret_ends" };

/** Apps within reach whose newest secret ends soon. */
export function SecretsEnding() {
  const texts = useTexts(WORKBENCH);
  const { data, error, refetch } = useQuery(AppService.method.listApps, ASKED, { staleTime: 0 });
  return (
    <Reading of={data} error={error} again={refetch}>
      {({ apps }) => (
        <EndingSoon
          title={texts.secrets}
          none={texts.noSecret}
          how={texts.secretsHow}
          of={apps.map(endingOf)}
          all={`/people/apps?${SORT}=secret_ends`}
        />
      )}
    </Reading>
  );
}

function endingOf({ key, name, secrets }: App): Ending {
  return { key, name, ends: secrets[0]?.ends ?? "", to: `/people/apps/${encodeURIComponent(key)}` };
}
