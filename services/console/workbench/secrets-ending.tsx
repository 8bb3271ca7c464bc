import { createClient } from "@connectrpc/connect";
import { useQuery } from "@tanstack/react-query";
import type { App } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { transport } from "../call/transport.ts";
import { SORT } from "../list/filters.ts";
import { Reading } from "../shell/reading.tsx";
import { useTexts } from "../text/texts.ts";
import { type Ending, EndingSoon } from "./ending-soon.tsx";
import { WORKBENCH } from "./workbench-texts.ts";

/** Apps that are looked at: pages of 200. */
const [PAGE, PAGES] = [200, 5];

const apps = createClient(AppService, transport);

/** Apps within reach whose newest secret ends soon. */
export function SecretsEnding() {
  const texts = useTexts(WORKBENCH);
  const { data, error, refetch } = useQuery({ queryKey: ["secrets-ending"], queryFn: readSecrets });
  return (
    <Reading of={data} error={error} again={refetch}>
      {({ secrets, whole }) => (
        <EndingSoon
          title={texts.secrets}
          none={texts.noSecret}
          how={texts.secretsHow}
          of={secrets}
          all={`/people/apps?${SORT}=secret_ends`}
          note={whole ? undefined : texts.firstApps(PAGE * PAGES)}
        />
      )}
    </Reading>
  );
}

async function readSecrets() {
  const secrets: Ending[] = [];
  let pageToken = "";
  for (let page = 0; page < PAGES; page++) {
    const answer = await apps.listApps({ pageSize: PAGE, pageToken });
    secrets.push(...answer.apps.flatMap(endingOf));
    pageToken = answer.nextPageToken;
    if (pageToken === "") break;
  }
  return { secrets, whole: pageToken === "" };
}

/** An app that is disabled, or proves itself by a key, needs no secret. */
function endingOf({ key, name, disabled, proof, secrets }: App): Ending[] {
  const ends = secrets[0]?.ends ?? "";
  return disabled || proof || ends === "" ? [] : [{ key, name, ends, to: `/people/apps/${encodeURIComponent(key)}` }];
}
